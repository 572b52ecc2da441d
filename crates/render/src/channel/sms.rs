//! SMS: one text, the opt-out on a line of its own, and what it costs.

use std::ops::Range;

use outbound_model::{SmsComponent, SmsTwilio};
use serde::Serialize;
use utoipa::ToSchema;

use crate::draft::{Draft, first};
use crate::sms::{CostlyCharacter, Segmentation, costly_characters, message, segment_without};
use crate::{Component, Text};

/// A text message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct SmsPreview {
    /// The whole message: text, line break, opt-out.
    pub message: Text,
    /// The bytes of the message that are the opt-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub opt_out: Option<Range<usize>>,
    /// Its segments; placeholders without a value cost nothing.
    pub cost: Segmentation,
    /// The characters that make it UCS-2.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costly: Vec<CostlyCharacter>,
}

pub(super) fn render(draft: &mut Draft<'_>, sms: &SmsTwilio) -> SmsPreview {
    let mut body = None;
    draft.sort_out(&sms.message_components, |component| match component {
        SmsComponent::Body(text) => first(&mut body, text),
        SmsComponent::Unknown(_) => false,
    });
    let content = body.and_then(|body| draft.fill_some(Component::Body, body.content.as_ref()));
    let opt_out = body.and_then(|body| draft.fill_some(Component::Body, body.opt_out.as_ref()));
    let (message, opt_out) = with_opt_out(content.unwrap_or_default(), opt_out);
    let cost = cost(&message);
    let costly = costly_characters(&message.text).collect();
    SmsPreview { message, opt_out, cost, costly }
}

/// The text with the opt-out behind it, and where that stands.
pub(super) fn with_opt_out(body: Text, opt_out: Option<Text>) -> (Text, Option<Range<usize>>) {
    let Some(mut opt_out) = opt_out.filter(|opt_out| !opt_out.text.is_empty()) else {
        return (body, None);
    };
    let text = message(&body.text, Some(&opt_out.text));
    let start = text.len() - opt_out.text.len();
    for place in &mut opt_out.values {
        place.range = start + place.range.start..start + place.range.end;
    }
    let range = start..text.len();
    (Text { text, values: [body.values, opt_out.values].concat() }, Some(range))
}

pub(super) fn cost(message: &Text) -> Segmentation {
    let unsent: Vec<_> = message.missing().map(|place| place.range.clone()).collect();
    segment_without(&message.text, &unsent)
}
