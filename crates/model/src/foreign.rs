//! Provider fields that have no counterpart in a handoff and are kept for a later export. They are stored in
//! a separate object, so that their names cannot collide with Outbound's fields. Earlier versions stored both
//! in one object; this module reads both forms.

use serde_json::Value;

use crate::{Extension, Object};

/// The key in a component under which the fields of `provider` (`meta`, `twilio` or `rbm`) are stored.
///
/// ```
/// assert_eq!(outbound_model::foreign_key("rbm"), "x-rbm");
/// ```
pub fn foreign_key(provider: &str) -> String {
    format!("x-{provider}")
}

/// A field of `provider` in a component. `extra` holds the unknown fields of the component, or a whole
/// component of an unknown type.
///
/// ```
/// use outbound_model::{Object, foreign_field};
/// use serde_json::json;
///
/// let read = |json: serde_json::Value| -> Object { serde_json::from_value(json).unwrap_or_default() };
/// let extra = read(json!({"x-rbm": {"postbackData": "yes"}}));
/// assert_eq!(foreign_field(&extra, "rbm", "postbackData"), Some(&json!("yes")));
/// let old = read(json!({"postbackData": "yes"}));
/// assert_eq!(foreign_field(&old, "rbm", "postbackData"), Some(&json!("yes")));
/// ```
pub fn foreign_field<'o>(extra: &'o Object, provider: &str, field: &str) -> Option<&'o Value> {
    match extra.get(&foreign_key(provider)) {
        Some(Value::Object(fields)) => fields.get(field),
        _ => extra.get(field),
    }
}

/// The key of the provider's fields in the extension, beside Outbound's notes about the same channel.
const FIELDS_KEY: &str = "x-fields";
/// Prefix of the keys of Outbound's notes.
const NOTE_PREFIX: &str = "x-";

impl Extension {
    /// The provider's fields of the channel at index `place` that have no counterpart in the channel, such as
    /// `category` of `meta` or `ttl` of `rbm`.
    pub fn provider_fields(&self, provider: &str, place: usize) -> impl Iterator<Item = (&str, &Value)> {
        let entry = self.provider_object(provider, place);
        let nested = entry.and_then(|entry| entry.get(FIELDS_KEY)?.as_object());
        let fields = nested.or(entry).into_iter().flatten();
        let is_provider_field = move |key: &str| nested.is_some() || !key.starts_with(NOTE_PREFIX);
        fields.map(|(key, value)| (key.as_str(), value)).filter(move |(key, _)| is_provider_field(key))
    }

    /// Outbound's own note about the channel at index `place`, by a key that begins with `x-`.
    pub fn provider_note(&self, provider: &str, place: usize, key: &str) -> Option<&Value> {
        self.provider_object(provider, place)?.get(key)
    }

    /// Whether the channel at index `place` is known to come from a file of `provider`.
    pub fn is_from(&self, provider: &str, place: usize) -> bool {
        self.provider_object(provider, place).is_some()
    }

    /// Builds the object that [`provider_fields`](Self::provider_fields) and
    /// [`provider_note`](Self::provider_note) read. The keys of `notes` begin with `x-` and are not `x-fields`.
    pub fn provider_entry(fields: Object, mut notes: Object) -> Object {
        if !fields.is_empty() {
            notes.insert(FIELDS_KEY.to_owned(), fields.into());
        }
        notes
    }

    fn provider_object(&self, provider: &str, place: usize) -> Option<&Object> {
        self.extra.get(provider)?.get(place.to_string())?.as_object()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Extension, from_json_str};

    #[test]
    fn fields_are_read_in_both_forms() {
        for stored in [
            json!({"meta": {"1": {"x-fields": {"category": "UTILITY"}, "x-names": {"1": "a"}}}}),
            json!({"meta": {"1": {"category": "UTILITY", "x-names": {"1": "a"}}}}),
        ] {
            let extension: Extension = from_json_str(&stored.to_string()).unwrap();
            let fields: Vec<_> = extension.provider_fields("meta", 1).collect();
            assert_eq!(fields, [("category", &json!("UTILITY"))], "{stored}");
            assert_eq!(extension.provider_note("meta", 1, "x-names"), Some(&json!({"1": "a"})));
            assert!(extension.is_from("meta", 1) && !extension.is_from("meta", 0));
        }
    }

    #[test]
    fn a_field_may_have_any_name() {
        let foreign = json!({"x-fields": 1, "x-names": 2}).as_object().cloned().unwrap();
        let notes = json!({"x-names": {}}).as_object().cloned().unwrap();
        let entry = json!({"rbm": {"0": Extension::provider_entry(foreign.clone(), notes)}});
        let extension: Extension = from_json_str(&entry.to_string()).unwrap();
        let read = extension.provider_fields("rbm", 0).map(|(key, value)| (key.to_owned(), value.clone()));
        assert_eq!(read.collect::<crate::Object>(), foreign);
    }
}
