//! Data of a provider's file that an import keeps in the handoff's extension, because the handoff has no field for
//! it: sample values, and provider fields under the format's name and the channel's index.

use std::collections::BTreeMap;

use outbound_model::{Extension, Handoff, Object};
use serde_json::{Value, json};

use crate::Format;
use crate::numbering::Scope;

/// Key of the original names of placeholders, by [`Scope::key`].
const NAMES: &str = "x-names";

/// The kept data of one channel.
pub(crate) struct KeptFields<'h> {
    samples: Option<&'h BTreeMap<String, String>>,
    extension: Option<&'h Extension>,
    format: Format,
    channel: usize,
}

impl<'h> KeptFields<'h> {
    pub(crate) fn of(handoff: &'h Handoff, format: Format, channel: usize) -> Self {
        let extension = handoff.extension.as_ref();
        let samples = extension.and_then(|extension| extension.samples.as_ref()?.0.get(&channel));
        Self { samples, extension, format, channel }
    }

    /// The sample value of a placeholder: the one for its component, or else the one for its plain number.
    pub(crate) fn sample(&self, scope: Scope, number: &str) -> Option<&'h str> {
        let samples = self.samples?;
        samples.get(&scope.key(number)).or_else(|| samples.get(number)).map(String::as_str)
    }

    /// A provider field.
    pub(crate) fn field(&self, key: &str) -> Option<&'h Value> {
        self.fields().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// All provider fields, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'h str, &'h Value)> {
        let (format, channel) = (self.format.as_str(), self.channel);
        self.extension.into_iter().flat_map(move |extension| extension.provider_fields(format, channel))
    }

    /// A note of the import beside the provider fields.
    pub(crate) fn note(&self, key: &str) -> Option<&'h Value> {
        self.extension?.provider_note(self.format.as_str(), self.channel, key)
    }

    /// Whether the channel was imported from this format.
    pub(crate) fn is_from(&self) -> bool {
        self.extension.is_some_and(|extension| extension.is_from(self.format.as_str(), self.channel))
    }

    /// The original names of placeholders.
    pub(crate) fn names(&self) -> BTreeMap<String, String> {
        let names = self.note(NAMES).and_then(Value::as_object).into_iter().flatten();
        names.filter_map(|(key, name)| Some((key.clone(), name.as_str()?.to_owned()))).collect()
    }
}

/// Builds the extension of a handoff with one channel; `None` if there is nothing to keep.
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
    let entry = Extension::provider_entry(fields, notes);
    let mut extension = Object::new();
    if !samples.is_empty() {
        extension.insert("samples".to_owned(), json!({ "0": samples }));
    }
    if !entry.is_empty() {
        extension.insert(format.as_str().to_owned(), json!({ "0": entry }));
    }
    (!extension.is_empty()).then(|| Value::from(extension))
}

/// The keys of the extension that belong to no format.
pub(crate) fn others(handoff: &Handoff) -> impl Iterator<Item = &str> {
    let extra = handoff.extension.iter().flat_map(|extension| extension.extra.keys());
    extra.map(String::as_str).filter(|key| Format::ALL.iter().all(|format| format.as_str() != *key))
}
