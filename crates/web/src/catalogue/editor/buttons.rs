//! The buttons of the form that change what there is: add, move, remove.

use maud::{Markup, html};
use outbound_model::ChannelType;

use super::draft::{ChannelDraft, Draft, type_of};
use super::fields::{self, Kind};
use super::form::MAX_COMPONENTS;
use super::operation::{ADD_CHANNEL, Operation, Place};
use super::parts::button;
use crate::icons::{Icon, channel_name, icon};

/// The buttons that move and remove a part.
pub(crate) fn moves(draft: &Draft, place: Place, movable: bool, title: &str) -> Markup {
    let small = |operation: Operation, symbol: Icon, words: &str| {
        let content = html! { span title=(words) { (icon(symbol)) } span class="unseen" { (words) } };
        button(draft, &operation, "small quiet", Some(title), &content)
    };
    html! {
        div class="actions" {
            @if movable {
                (small(Operation::Up(place), Icon::Up, "Move up"))
                (small(Operation::Down(place), Icon::Down, "Move down"))
            }
            (small(Operation::Remove(place), Icon::Trash, "Remove"))
        }
    }
}

/// The channels, each of which may be added.
pub(crate) fn add_channels(draft: &Draft) -> Markup {
    let add = |channel: ChannelType| {
        let content = html! { (icon(Icon::of_channel(channel))) (channel_name(channel)) };
        button(draft, &Operation::AddChannel(channel), "", None, &content)
    };
    html! {
        div class="panel" role="group" id=(ADD_CHANNEL) tabindex="-1" aria-label="Add a channel" {
            div class="add" {
                span class="label" { "Add a channel" }
                @for channel in ChannelType::ALL { (add(channel)) }
            }
        }
    }
}

/// The kinds that a channel lacks, or may have more of.
pub(crate) fn add_components(
    draft: &Draft,
    place: usize,
    channel: &ChannelDraft,
    kind: ChannelType,
) -> Markup {
    let has = |name: &str| channel.components.iter().any(|part| type_of(&part.object) == name);
    let offered: Vec<_> = fields::kinds(kind).iter().filter(|kind| kind.repeats || !has(kind.name)).collect();
    let add = |kind: &Kind| {
        let content = html! { (icon(Icon::Plus)) span class="unseen" { "Add: " } (kind.label) };
        let operation = Operation::AddComponent(place, kind.name.to_owned());
        button(draft, &operation, "small", None, &content)
    };
    html! {
        @if !offered.is_empty() && channel.components.len() < MAX_COMPONENTS {
            div class="add" { @for kind in offered { (add(kind)) } }
        }
    }
}
