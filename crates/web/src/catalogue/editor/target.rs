//! The element that gets the focus after a button was pressed, so that users continue at the channel, component or field
//! that they have added, moved or changed.

use outbound_model::ChannelType;

use super::draft::{ChannelDraft, Draft, channel_at, component_at};
use super::field_findings::element_id;
use super::fields::{self, Field};
use super::operation::{ADD_CHANNEL, Operation, Place};

impl Operation {
    /// The id of that element in the form after the operation; `None` for the top of the page.
    pub(crate) fn target(&self, draft: &Draft) -> Option<String> {
        match self {
            Operation::Refresh => None,
            Operation::AddChannel(kind) => Some(new_channel(draft, *kind)),
            Operation::AddComponent(channel, name) => {
                let object = draft.channels.get(*channel)?;
                let kind = fields::kind(object.kind?, name)?;
                let at = component_at(*channel, object.place_of_new(name));
                Some(first_field(&at, kind.fields))
            }
            Operation::Remove(Place::Channel(place)) => Some(match remaining(draft.channels.len(), *place) {
                Some(next) => element_id(&channel_at(next)),
                None => ADD_CHANNEL.to_owned(),
            }),
            Operation::Remove(Place::Component(channel, place)) => {
                let left = remaining(draft.channels.get(*channel)?.components.len(), *place);
                Some(element_id(
                    &left.map_or_else(|| channel_at(*channel), |next| component_at(*channel, next)),
                ))
            }
            Operation::Up(place) => moved(draft, *place, false),
            Operation::Down(place) => moved(draft, *place, true),
            Operation::Placeholder(channel, component, key) => {
                Some(element_id(&format!("{}/{key}", component_at(*channel, *component))))
            }
            Operation::Fix(_, pointer) => Some(element_id(pointer)),
        }
    }
}

/// The first field of an appended channel.
fn new_channel(draft: &Draft, kind: ChannelType) -> String {
    first_field(&channel_at(draft.channels.len()), fields::of_channel(kind))
}

fn first_field(at: &str, fields: &[Field]) -> String {
    element_id(&fields.first().map_or_else(|| at.to_owned(), |field| format!("{at}/{}", field.key)))
}

/// The index that gets the focus after the element at `removed` was removed from a list of this length.
fn remaining(length: usize, removed: usize) -> Option<usize> {
    let last = length.checked_sub(2)?;
    Some(removed.min(last))
}

/// The new position of a moved channel or component.
fn moved(draft: &Draft, place: Place, forward: bool) -> Option<String> {
    let step = |place: usize| if forward { place.checked_add(1) } else { place.checked_sub(1) };
    match place {
        Place::Channel(place) => Some(element_id(&channel_at(step(place)?))),
        Place::Component(channel, place) => {
            let parts: &ChannelDraft = draft.channels.get(channel)?;
            Some(element_id(&component_at(channel, parts.other_place(place, forward).ok()?)))
        }
    }
}
