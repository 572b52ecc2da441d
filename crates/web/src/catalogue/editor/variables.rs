//! The placeholders of a component, and its list of placeholder numbers, which is updated with the text.

use std::collections::BTreeSet;

use outbound_model::{ChannelType, Object, placeholders};
use serde_json::Value;

use super::draft::ChannelDraft;
use super::fields::Kind;

/// The numbers of the placeholders in a component.
pub(crate) fn numbers(object: &Object, kind: &Kind) -> BTreeSet<u16> {
    let contents = kind.fields.iter().filter(|field| field.control.takes_placeholders());
    let contents = contents.filter_map(|field| object.get(field.key).and_then(Value::as_str));
    contents.flat_map(placeholders).map(|placeholder| placeholder.number).collect()
}

/// Updates the list of placeholder numbers if the component does not use the same placeholders as `before`. Otherwise the
/// list stays as it is, even if it is wrong.
pub(crate) fn update_list(object: &mut Object, kind: &Kind, before: &BTreeSet<u16>) {
    let Some(default_key) = kind.variables else { return };
    let now = numbers(object, kind);
    if now == *before {
        return;
    }
    let existing_key = ["Variables", "variables"].into_iter().find(|key| object.contains_key(*key));
    if existing_key.is_some() || !now.is_empty() {
        let list: Vec<String> = now.iter().map(ToString::to_string).collect();
        object.insert(existing_key.unwrap_or(default_key).to_owned(), list.into());
    }
}

/// The number of the next new placeholder of a component. Placeholders are numbered per channel, on WhatsApp per
/// component.
pub(crate) fn next(channel: &ChannelDraft, component: usize) -> u16 {
    let used = channel.components.iter().enumerate().filter_map(|(place, part)| {
        let counts = channel.kind != Some(ChannelType::WhatsApp) || place == component;
        Some(numbers(&part.object, part.kind(channel)?)).filter(|_| counts)
    });
    used.flatten().max().map_or(1, |last| (last + 1).min(999))
}
