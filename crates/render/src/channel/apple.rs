//! Apple Messages: a bubble followed by a picker or a rich link (channel-rules §5). This project defines the
//! mapping of buttons, because the channel is not documented.

use std::ops::Range;

use outbound_model::{AppleComponent, AppleTwilio};
use serde::Serialize;
use utoipa::ToSchema;

use super::sms::{cost, with_opt_out};
use crate::parts::buttons;
use crate::sms::Segmentation;
use crate::state::{RenderState, first};
use crate::{Action, Button, Component, Media, Text};

/// Number of items in a quick reply (APL-04).
const PICKER_ITEMS: std::ops::RangeInclusive<usize> = 2..=5;

/// An Apple message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct ApplePreview {
    /// The bubble: text, line break, opt-out line.
    pub message: Text,
    /// The bytes of the opt-out line in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub opt_out: Option<Range<usize>>,
    /// An attachment. The image of a rich link is part of `interactive` instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The interactive part below the bubble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Interactive>,
    /// Buttons that Apple Messages cannot show: calls, mixed types, too few or too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<Button>,
    /// The segments of the message if it is sent as an SMS, given if the sender is a phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_sms: Option<Segmentation>,
}

/// The interactive part of an Apple message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Interactive {
    /// A picker with one choice.
    QuickReply {
        /// The choices.
        items: Vec<Text>,
    },
    /// A link with a title and an image.
    RichLink {
        /// The title.
        title: Text,
        /// The URL that a tap opens.
        url: Text,
        /// The image.
        #[serde(skip_serializing_if = "Option::is_none")]
        image: Option<Media>,
    },
}

pub(super) fn render(state: &mut RenderState<'_>, apple: &AppleTwilio) -> ApplePreview {
    let (mut body, mut media, mut configured) = (None, None, Vec::new());
    state.visit(&apple.message_components, |component| match component {
        AppleComponent::Body(part) => first(&mut body, part),
        AppleComponent::Media(part) => first(&mut media, part),
        AppleComponent::Button(part) => {
            configured.push(part);
            true
        }
        AppleComponent::Unknown(_) => false,
    });
    let content = body.and_then(|body| state.fill_some(Component::Body, body.content.as_ref()));
    let opt_out = body.and_then(|body| state.fill_some(Component::Body, body.opt_out.as_ref()));
    let (message, opt_out) = with_opt_out(content.unwrap_or_default(), opt_out);
    let media = media.and_then(|media| state.fill_some(Component::Header, media.content.as_ref()));
    let mut media = media.map(Media::at);
    let (interactive, unsupported) = interactive(buttons(state, &configured), &mut media);
    let as_sms = apple.outboundnumber.as_deref().is_some_and(is_phone_number).then(|| cost(&message));
    ApplePreview { message, opt_out, media, interactive, unsupported, as_sms }
}

/// The interactive part and the unsupported buttons. A rich link takes the media file as its image.
fn interactive(buttons: Vec<Button>, media: &mut Option<Media>) -> (Option<Interactive>, Vec<Button>) {
    if PICKER_ITEMS.contains(&buttons.len()) && buttons.iter().all(|b| b.action == Action::Reply) {
        let items = buttons.into_iter().map(|button| button.label).collect();
        return (Some(Interactive::QuickReply { items }), Vec::new());
    }
    match <[Button; 1]>::try_from(buttons) {
        Ok([Button { label: title, action: Action::Open { url } }]) => {
            (Some(Interactive::RichLink { title, url, image: media.take() }), Vec::new())
        }
        Ok([other]) => (None, vec![other]),
        Err(buttons) => (None, buttons),
    }
}

/// Whether a sender is a phone number and not a business id.
fn is_phone_number(sender: &str) -> bool {
    let compact: String = sender.chars().filter(|c| !" -.()".contains(*c)).collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}
