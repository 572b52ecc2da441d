//! What does not go along from one format to the other, told instead of dropped.

use std::collections::HashSet;

use outbound_model::{At, Extension, Object, placeholders};
use serde::Serialize;

use crate::Location;

/// Something that the result does not hold, or not as it was.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Loss {
    /// JSON pointer (RFC 6901) to it in what was read: in the element of a file, or in the handoff.
    pub pointer: String,
    /// What does not go along, and what becomes of it.
    pub sentence: String,
    /// Where it stands in the file; `None` of a handoff.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
}

/// A placeholder and its name on the other side.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Mapping {
    /// The place of the channel in the handoff, from 0.
    pub channel: usize,
    /// The name in what was read, such as `body.2`; of one number for a whole content, `2`.
    pub from: String,
    /// The name in the result.
    pub to: String,
}

/// Collects losses.
#[derive(Debug, Default)]
pub(crate) struct Losses(pub(crate) Vec<Loss>);

impl Losses {
    pub(crate) fn add(&mut self, at: &At<'_>, sentence: impl Into<String>) {
        self.0.push(Loss { pointer: at.to_string(), sentence: sentence.into(), at: None });
    }

    /// The same if there is something.
    pub(crate) fn add_some<T>(&mut self, at: &At<'_>, key: &str, value: Option<&T>, sentence: &str) {
        if value.is_some() {
            self.add(&at.key(key), sentence);
        }
    }

    /// Something that an import from a provider kept, and that goes back there without a check.
    pub(crate) fn unchecked(&mut self, at: &At<'_>, what: &str, provider: &str) {
        self.add(
            at,
            format!("{what} is written as it was imported; whether {provider} takes it is not checked."),
        );
    }

    /// Fields that have no place, but for the `known` ones.
    pub(crate) fn fields(&mut self, at: &At<'_>, fields: &Object, known: &[&str], of: &str) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            self.add(&at.key(key), format!("{of} has no such field; it is left out."));
        }
    }

    /// A placeholder without a sample; it is told where that would stand.
    pub(crate) fn no_sample(&mut self, channel: usize, key: &str, sentence: &str) {
        let (extension, channel) = (At::ROOT.key(Extension::KEY), channel.to_string());
        let samples = extension.key("samples");
        self.add(&samples.key(&channel).key(key), sentence);
    }

    /// Numbers that `variables` declares and no text uses.
    pub(crate) fn undeclared(
        &mut self,
        at: &At<'_>,
        variables: Option<&Vec<String>>,
        texts: &[Option<&str>],
    ) {
        let used: HashSet<_> = numbers(texts.iter().flatten().copied()).into_iter().collect();
        let list = at.key("variables");
        let declared = variables.into_iter().flatten().enumerate();
        for (index, _) in declared.filter(|(_, number)| !used.contains(*number)) {
            self.add(&list.index(index), "No text uses this declared variable; it is left out.");
        }
    }
}

/// The numbers of the placeholders in texts of a handoff, each once and in order: what `variables`
/// declares.
pub(crate) fn numbers<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut numbers: Vec<_> = texts.flat_map(|text| placeholders(text).map(|p| p.number)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().map(u16::to_string).collect()
}
