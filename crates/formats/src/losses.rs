//! Losses: details that one format cannot represent in another. They are reported instead of dropped silently.

use std::collections::HashSet;

use outbound_model::{At, Extension, Object, placeholders};
use serde::Serialize;

use crate::Location;

/// A detail that is missing or different in the result.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Loss {
    /// JSON pointer (RFC 6901) to the detail in the source: in the element of a file, or in the handoff.
    pub pointer: String,
    /// A sentence that describes the loss.
    pub sentence: String,
    /// The location in the file; `None` if the source is a handoff.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
}

/// The name of a placeholder in the source and in the result.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Mapping {
    /// The index of the channel in the handoff.
    pub channel: usize,
    /// The name in the source, such as `body.2`, or `2` in formats that number across components.
    pub from: String,
    /// The name in the result.
    pub to: String,
}

/// The most losses that are listed of a handoff. A file may hold any number of unknown fields, each of which would
/// be larger in the report than in the file.
const MAX_LOSSES: usize = 100;
const MORE_LOSSES: &str = "There are more losses than can be listed.";

/// Collects losses, up to [`MAX_LOSSES`].
#[derive(Debug, Default)]
pub(crate) struct Losses(pub(crate) Vec<Loss>);

impl Losses {
    pub(crate) fn add(&mut self, at: &At<'_>, sentence: impl Into<String>) {
        match self.0.len() {
            MAX_LOSSES => {
                self.0.push(Loss { pointer: String::new(), sentence: MORE_LOSSES.to_owned(), at: None });
            }
            listed if listed < MAX_LOSSES => {
                self.0.push(Loss { pointer: at.to_string(), sentence: sentence.into(), at: None });
            }
            _ => {}
        }
    }

    /// Adds a loss for the field `key` if it has a value.
    pub(crate) fn add_some<T>(&mut self, at: &At<'_>, key: &str, value: Option<&T>, sentence: &str) {
        if value.is_some() {
            self.add(&at.key(key), sentence);
        }
    }

    /// Reports that a kept part is exported to its provider without being checked.
    pub(crate) fn unchecked(&mut self, at: &At<'_>, what: &str, provider: &str) {
        self.add(
            at,
            format!("{what} is written as it was imported; it is not checked whether {provider} accepts it."),
        );
    }

    /// Reports fields that the target does not have, except the `known` ones.
    pub(crate) fn fields(&mut self, at: &At<'_>, fields: &Object, known: &[&str], of: &str) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            self.add(&at.key(key), format!("{of} has no such field; it is omitted."));
        }
    }

    /// Reports a placeholder without a sample value, at the location where the sample value would be.
    pub(crate) fn no_sample(&mut self, channel: usize, key: &str, sentence: &str) {
        let (extension, channel) = (At::ROOT.key(Extension::KEY), channel.to_string());
        let samples = extension.key("samples");
        self.add(&samples.key(&channel).key(key), sentence);
    }

    /// Reports numbers that `variables` declares but no text uses.
    pub(crate) fn unused_variables(
        &mut self,
        at: &At<'_>,
        variables: Option<&Vec<String>>,
        fields: &[Option<&str>],
    ) {
        let used: HashSet<_> = numbers(fields.iter().flatten().copied()).into_iter().collect();
        let list = at.key("variables");
        let declared = variables.into_iter().flatten().enumerate();
        for (index, _) in declared.filter(|(_, number)| !used.contains(*number)) {
            self.add(&list.index(index), "No text uses this declared variable; it is omitted.");
        }
    }
}

/// The distinct placeholder numbers of a handoff's text fields in order, as declared in `variables`.
pub(crate) fn numbers<'t>(fields: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut numbers: Vec<_> = fields.flat_map(|text| placeholders(text).map(|p| p.number)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().map(u16::to_string).collect()
}
