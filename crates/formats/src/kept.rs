//! What an import keeps of a provider's file in the handoff's extension, where the handoff itself
//! has no field: samples, and under the format's name the rest, by the channel's place.

use std::collections::BTreeMap;

use outbound_model::{Extension, Handoff, Object};
use serde_json::{Value, json};

use crate::Format;
use crate::numbering::Scope;

/// The names that placeholders had, by [`Scope::key`].
const NAMES: &str = "x-names";

/// What there is for one channel of a handoff.
pub(crate) struct Kept<'h> {
    samples: Option<&'h BTreeMap<String, String>>,
    extension: Option<&'h Extension>,
    format: Format,
    channel: usize,
}

impl<'h> Kept<'h> {
    pub(crate) fn of(handoff: &'h Handoff, format: Format, channel: usize) -> Self {
        let extension = handoff.extension.as_ref();
        let samples = extension.and_then(|extension| extension.samples.as_ref()?.0.get(&channel));
        Self { samples, extension, format, channel }
    }

    /// The sample of a placeholder: its own, or the one for its plain number.
    pub(crate) fn sample(&self, scope: Scope, number: &str) -> Option<&'h str> {
        let samples = self.samples?;
        samples.get(&scope.key(number)).or_else(|| samples.get(number)).map(String::as_str)
    }

    /// A field of the provider's.
    pub(crate) fn field(&self, key: &str) -> Option<&'h Value> {
        self.fields().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// All fields of the provider's, in their order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'h str, &'h Value)> {
        let (format, channel) = (self.format.as_str(), self.channel);
        self.extension.into_iter().flat_map(move |extension| extension.provider_fields(format, channel))
    }

    /// What an import noted beside them.
    pub(crate) fn note(&self, key: &str) -> Option<&'h Value> {
        self.extension?.provider_note(self.format.as_str(), self.channel, key)
    }

    /// Whether the channel came from this format.
    pub(crate) fn is_from(&self) -> bool {
        self.extension.is_some_and(|extension| extension.is_from(self.format.as_str(), self.channel))
    }

    /// The names that placeholders had.
    pub(crate) fn names(&self) -> BTreeMap<String, String> {
        let names = self.note(NAMES).and_then(Value::as_object).into_iter().flatten();
        names.filter_map(|(key, name)| Some((key.clone(), name.as_str()?.to_owned()))).collect()
    }
}

/// The extension of a handoff's first channel; `None` if there is nothing to keep.
pub(crate) fn extension(
    format: Format,
    samples: &BTreeMap<String, String>,
    names: &BTreeMap<String, String>,
    fields: Object,
    mut notes: Object,
) -> Option<Value> {
    if !names.is_empty() {
        notes.insert(NAMES.to_owned(), json!(names));
    }
    let own = Extension::provider_entry(fields, notes);
    let mut extension = Object::new();
    if !samples.is_empty() {
        extension.insert("samples".to_owned(), json!({ "0": samples }));
    }
    if !own.is_empty() {
        extension.insert(format.as_str().to_owned(), json!({ "0": own }));
    }
    (!extension.is_empty()).then(|| Value::from(extension))
}

/// What else the extension holds, that is of no format.
pub(crate) fn others(handoff: &Handoff) -> impl Iterator<Item = &str> {
    let extra = handoff.extension.iter().flat_map(|extension| extension.extra.keys());
    extra.map(String::as_str).filter(|key| Format::ALL.iter().all(|format| format.as_str() != *key))
}
