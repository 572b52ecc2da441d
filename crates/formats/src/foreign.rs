//! Fields of a provider that a component of a handoff keeps, under a key of the provider's own: whatever
//! their names are, they never meet ours. Earlier versions stored them among ours; both forms are written.

use outbound_model::{At, Object, foreign_key};
use serde_json::Value;

use crate::Format;
use crate::losses::Losses;

/// The types of our components. A foreign component gets another one.
const OUR_TYPES: [&str; 5] = ["header", "body", "footer", "button", "media"];

/// The unknown fields of a component that keeps `fields` of `format`.
pub(crate) fn hold(format: Format, fields: Object) -> Object {
    if fields.is_empty() {
        return fields;
    }
    Object::from_iter([(foreign_key(format.as_str()), fields.into())])
}

/// A component that only keeps `fields`, for a `kind` that handoffs do not know.
pub(crate) fn component(format: Format, kind: &str, fields: Object) -> Object {
    let kind = if OUR_TYPES.contains(&kind) { format!("{format}:{kind}") } else { kind.to_owned() };
    let mut component = Object::from_iter([("type".to_owned(), kind.into())]);
    component.insert(foreign_key(format.as_str()), fields.into());
    component
}

/// The fields that a component keeps for `format`.
pub(crate) fn held(format: Format, extra: &Object) -> Option<&Object> {
    extra.get(&foreign_key(format.as_str()))?.as_object()
}

/// Whether a component keeps nothing of any provider under a key of its own.
pub(crate) fn is_bare(extra: &Object) -> bool {
    Format::ALL.into_iter().all(|format| held(format, extra).is_none())
}

/// The fields that a component keeps for `format`; what else `extra` holds is a loss. `old` are those
/// that may stand among ours.
pub(crate) fn fields(
    format: Format,
    extra: &Object,
    old: &[&str],
    of: &str,
    at: &At<'_>,
    losses: &mut Losses,
) -> Object {
    let (own_key, held) = (foreign_key(format.as_str()), held(format, extra));
    let mut fields = held.cloned().unwrap_or_default();
    for (key, value) in extra {
        if held.is_some() && *key == own_key {
            continue;
        }
        if held.is_none() && old.contains(&key.as_str()) {
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
        Some(provider) => format!("{of} has no place for what was kept from {provider}; it is left out."),
        None => format!("{of} has no such field; it is left out."),
    }
}

/// Adds `value` to `object`, and its fields to an object that is there already. What is there wins.
pub(crate) fn merge(object: &mut Object, key: &str, value: &Value) {
    match (object.get_mut(key), value) {
        (Some(Value::Object(there)), Value::Object(more)) => {
            for (key, value) in more {
                there.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        (Some(_), _) => {}
        (None, value) => {
            object.insert(key.to_owned(), value.clone());
        }
    }
}
