//! What an import keeps of a provider's file in the handoff's extension, where the handoff itself
//! has no field: samples, and under the format's name the rest, by the channel's place.

use std::collections::BTreeMap;

use outbound_model::{Handoff, Object};
use serde_json::{Value, json};

use crate::Format;
use crate::numbering::Scope;

/// The names that placeholders had, by [`Scope::key`].
const NAMES: &str = "x-names";

/// With what our own keys begin beside those of the provider.
const OURS: &str = "x-";

/// What there is for one channel of a handoff.
pub(crate) struct Kept<'h> {
    samples: Option<&'h BTreeMap<String, String>>,
    own: Option<&'h Object>,
}

impl<'h> Kept<'h> {
    pub(crate) fn of(handoff: &'h Handoff, format: Format, channel: usize) -> Self {
        let extension = handoff.extension.as_ref();
        let of_format = extension.and_then(|extension| extension.extra.get(format.as_str()));
        Self {
            samples: extension.and_then(|extension| extension.samples.as_ref()?.0.get(&channel)),
            own: of_format.and_then(|channels| channels.get(channel.to_string())?.as_object()),
        }
    }

    /// The sample of a placeholder: its own, or the one for its plain number.
    pub(crate) fn sample(&self, scope: Scope, number: &str) -> Option<&'h str> {
        let samples = self.samples?;
        samples.get(&scope.key(number)).or_else(|| samples.get(number)).map(String::as_str)
    }

    /// A field of the provider's.
    pub(crate) fn field(&self, key: &str) -> Option<&'h Value> {
        self.own?.get(key)
    }

    /// All fields of the provider's, in their order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'h String, &'h Value)> {
        self.own.into_iter().flatten().filter(|(key, _)| !key.starts_with(OURS))
    }

    /// The names that placeholders had.
    pub(crate) fn names(&self) -> BTreeMap<String, String> {
        let names = self.field(NAMES).and_then(Value::as_object).into_iter().flatten();
        names.filter_map(|(key, name)| Some((key.clone(), name.as_str()?.to_owned()))).collect()
    }
}

/// The extension of a handoff's first channel; `None` if there is nothing to keep.
pub(crate) fn extension(
    format: Format,
    samples: &BTreeMap<String, String>,
    names: &BTreeMap<String, String>,
    mut own: Object,
) -> Option<Value> {
    if !names.is_empty() {
        own.insert(NAMES.to_owned(), json!(names));
    }
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
