//! The buttons that add, move and remove channels and components.

use maud::{Markup, html};
use outbound_model::ChannelType;

use super::draft::{ChannelDraft, Draft, type_of};
use super::field_view::button;
use super::fields::{self, Kind};
use super::form::MAX_COMPONENTS;
use super::operation::{ADD_CHANNEL, Operation, Place};
use crate::icons::{Icon, channel_name, icon};
use crate::text::{self, Text};

/// The buttons that move and remove a channel or component.
pub(crate) fn moves(draft: &Draft, place: Place, movable: bool, title: &str) -> Markup {
    let small = |operation: Operation, symbol: Icon, label: Text| {
        let content = html! { span title=(label) { (icon(symbol)) } span class="unseen" { (label) } };
        button(draft, &operation, "small quiet", Some(title), &content)
    };
    html! {
        div class="actions" {
            @if movable {
                (small(Operation::Up(place), Icon::Up, text::move_up()))
                (small(Operation::Down(place), Icon::Down, text::move_down()))
            }
            (small(Operation::Remove(place), Icon::Trash, text::remove()))
        }
    }
}

/// The buttons that add a channel.
pub(crate) fn add_channels(draft: &Draft) -> Markup {
    let add = |channel: ChannelType| {
        let content = html! { (icon(Icon::of_channel(channel))) (channel_name(channel)) };
        button(draft, &Operation::AddChannel(channel), "", None, &content)
    };
    html! {
        div class="panel" role="group" id=(ADD_CHANNEL) tabindex="-1" aria-label=(text::add_channel()) {
            div class="add" {
                span class="label" { (text::add_channel()) }
                @for channel in ChannelType::ALL { (add(channel)) }
            }
        }
    }
}

/// The buttons that add components: those that the channel lacks, and those that it may have several of.
pub(crate) fn add_components(
    draft: &Draft,
    place: usize,
    channel: &ChannelDraft,
    kind: ChannelType,
) -> Markup {
    let has = |name: &str| channel.components.iter().any(|part| type_of(&part.object) == name);
    let offered: Vec<_> = fields::kinds(kind).iter().filter(|kind| kind.repeats || !has(kind.name)).collect();
    let add = |kind: &Kind| {
        let content = html! { (icon(Icon::Plus)) span class="unseen" { (text::add()) " " } ((kind.label)()) };
        let operation = Operation::AddComponent(place, kind.name.to_owned());
        button(draft, &operation, "small", None, &content)
    };
    html! {
        @if !offered.is_empty() && channel.components.len() < MAX_COMPONENTS {
            div class="add" { @for kind in offered { (add(kind)) } }
        }
    }
}
