//! Apple Messages: a bubble, and below it a picker or a rich link (channel-rules §5; the mapping of
//! buttons is ours, as the channel is documented nowhere).

use std::ops::Range;

use outbound_model::{AppleComponent, AppleTwilio};
use serde::Serialize;
use utoipa::ToSchema;

use super::sms::{cost, with_opt_out};
use crate::draft::{Draft, first};
use crate::parts::buttons;
use crate::sms::Segmentation;
use crate::{Action, Button, Component, Media, Text};

/// The items of a quick reply (APL-04).
const PICKER_ITEMS: std::ops::RangeInclusive<usize> = 2..=5;

/// An Apple message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct ApplePreview {
    /// The bubble: text, line break, opt-out.
    pub message: Text,
    /// The bytes of the message that are the opt-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub opt_out: Option<Range<usize>>,
    /// An attachment; the picture of a rich link stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// What follows the bubble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Interactive>,
    /// Buttons that Apple has no form for: a call, a mixture, too few or too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<Button>,
    /// What the message costs if it goes out as an SMS, where the sender is a phone number.
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
    /// A link with title and picture.
    RichLink {
        /// What stands on it.
        title: Text,
        /// What a tap opens.
        url: Text,
        /// Its picture.
        #[serde(skip_serializing_if = "Option::is_none")]
        image: Option<Media>,
    },
}

pub(super) fn render(draft: &mut Draft<'_>, apple: &AppleTwilio) -> ApplePreview {
    let (mut body, mut media, mut configured) = (None, None, Vec::new());
    draft.sort_out(&apple.message_components, |component| match component {
        AppleComponent::Body(part) => first(&mut body, part),
        AppleComponent::Media(part) => first(&mut media, part),
        AppleComponent::Button(part) => {
            configured.push(part);
            true
        }
        AppleComponent::Unknown(_) => false,
    });
    let content = body.and_then(|body| draft.fill_some(Component::Body, body.content.as_ref()));
    let opt_out = body.and_then(|body| draft.fill_some(Component::Body, body.opt_out.as_ref()));
    let (message, opt_out) = with_opt_out(content.unwrap_or_default(), opt_out);
    let media = media.and_then(|media| draft.fill_some(Component::Header, media.content.as_ref()));
    let mut media = media.map(Media::at);
    let (interactive, unsupported) = interactive(buttons(draft, &configured), &mut media);
    let as_sms = apple.outboundnumber.as_deref().is_some_and(is_phone_number).then(|| cost(&message));
    ApplePreview { message, opt_out, media, interactive, unsupported, as_sms }
}

/// A rich link takes the medium as its picture.
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

/// Whether a sender is a number and not a business id.
fn is_phone_number(sender: &str) -> bool {
    let spelled: String = sender.chars().filter(|c| !" -.()".contains(*c)).collect();
    let digits = spelled.strip_prefix('+').unwrap_or(&spelled);
    (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}
