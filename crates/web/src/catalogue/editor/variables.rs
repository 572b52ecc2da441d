//! The placeholders of a component and the list that declares them, which follows the text.

use std::collections::BTreeSet;

use outbound_model::{ChannelType, Object, placeholders};
use serde_json::Value;

use super::draft::ChannelDraft;
use super::fields::Kind;

/// The numbers of the placeholders in a component's texts.
pub(crate) fn numbers(object: &Object, kind: &Kind) -> BTreeSet<u16> {
    let texts = kind.fields.iter().filter(|field| field.control.takes_placeholders());
    let texts = texts.filter_map(|field| object.get(field.key).and_then(Value::as_str));
    texts.flat_map(placeholders).map(|placeholder| placeholder.number).collect()
}

/// Declares the placeholders of a component whose texts had `before`. Where the same placeholders
/// are used as before, the list stays as it is, right or wrong.
pub(crate) fn follow(object: &mut Object, kind: &Kind, before: &BTreeSet<u16>) {
    let Some(usual) = kind.variables else { return };
    let now = numbers(object, kind);
    if now == *before {
        return;
    }
    let spelled = ["Variables", "variables"].into_iter().find(|key| object.contains_key(*key));
    if spelled.is_some() || !now.is_empty() {
        let list: Vec<String> = now.iter().map(ToString::to_string).collect();
        object.insert(spelled.unwrap_or(usual).to_owned(), list.into());
    }
}

/// The number that the next new placeholder of a component has: numbers run across the channel, on
/// WhatsApp within the component.
pub(crate) fn next(channel: &ChannelDraft, component: usize) -> u16 {
    let used = channel.components.iter().enumerate().filter_map(|(place, part)| {
        let counts = channel.kind != Some(ChannelType::WhatsApp) || place == component;
        Some(numbers(&part.object, part.kind(channel)?)).filter(|_| counts)
    });
    used.flatten().max().map_or(1, |last| (last + 1).min(999))
}
