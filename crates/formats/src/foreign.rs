//! Provider fields that a component of a handoff keeps. They are stored under a key for the provider, so that
//! their names cannot collide with those of handoffs. Earlier versions stored them among the handoff's fields;
//! exports write both.

use outbound_model::{At, Object, foreign_key};
use serde_json::Value;

use crate::Format;
use crate::losses::Losses;

/// Component types of handoffs. A kept component must have a different type.
const HANDOFF_TYPES: [&str; 5] = ["header", "body", "footer", "button", "media"];

/// The extra fields of a component that keeps `fields` of `format`.
pub(crate) fn keep(format: Format, fields: Object) -> Object {
    if fields.is_empty() {
        return fields;
    }
    Object::from_iter([(foreign_key(format.as_str()), fields.into())])
}

/// A component that only keeps `fields`, for a `kind` that handoffs do not have.
pub(crate) fn component(format: Format, kind: &str, fields: Object) -> Object {
    let kind = if HANDOFF_TYPES.contains(&kind) { format!("{format}:{kind}") } else { kind.to_owned() };
    let mut component = Object::from_iter([("type".to_owned(), kind.into())]);
    component.insert(foreign_key(format.as_str()), fields.into());
    component
}

/// The fields that a component keeps for `format`.
pub(crate) fn kept(format: Format, extra: &Object) -> Option<&Object> {
    extra.get(&foreign_key(format.as_str()))?.as_object()
}

/// Whether a component keeps no fields under a provider's key.
pub(crate) fn keeps_nothing(extra: &Object) -> bool {
    Format::ALL.into_iter().all(|format| kept(format, extra).is_none())
}

/// The fields that a component keeps for `format`. All other fields of `extra` are reported as losses. `old` are
/// the fields that earlier versions stored directly in the component.
pub(crate) fn fields(
    format: Format,
    extra: &Object,
    old: &[&str],
    of: &str,
    at: &At<'_>,
    losses: &mut Losses,
) -> Object {
    let (provider_key, kept) = (foreign_key(format.as_str()), kept(format, extra));
    let mut fields = kept.cloned().unwrap_or_default();
    for (key, value) in extra {
        if kept.is_some() && *key == provider_key {
            continue;
        }
        if kept.is_none() && old.contains(&key.as_str()) {
            fields.insert(key.clone(), value.clone());
        } else {
            losses.add(&at.key(key), left_out(key, of));
        }
    }
    fields
}

fn left_out(key: &str, of: &str) -> String {
    let provider = Format::ALL.into_iter().find(|format| foreign_key(format.as_str()) == key);
    match provider {
        Some(provider) => format!("{of} has no field for data of {provider}; it is omitted."),
        None => format!("{of} has no such field; it is omitted."),
    }
}

/// Adds `value` to `object`. If both values are objects, adds the missing fields; existing values are kept.
pub(crate) fn merge(object: &mut Object, key: &str, value: &Value) {
    match (object.get_mut(key), value) {
        (Some(Value::Object(existing)), Value::Object(added)) => {
            for (key, value) in added {
                existing.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        (Some(_), _) => {}
        (None, value) => {
            object.insert(key.to_owned(), value.clone());
        }
    }
}
