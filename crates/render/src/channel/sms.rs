//! SMS: the text followed by the opt-out on a separate line, and the cost.

use std::ops::Range;

use outbound_model::{SmsComponent, SmsTwilio};
use serde::Serialize;
use utoipa::ToSchema;

use crate::sms::{CostlyCharacter, Segmentation, costly_characters, message, segment_without};
use crate::state::{RenderState, first};
use crate::{Component, Text};

/// An SMS.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct SmsPreview {
    /// The complete message: text, line break, opt-out line.
    pub message: Text,
    /// The bytes of the opt-out line in the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub opt_out: Option<Range<usize>>,
    /// The segments of the message. Placeholders without a value are not counted.
    pub cost: Segmentation,
    /// The characters because of which the message is sent as UCS-2.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costly: Vec<CostlyCharacter>,
}

pub(super) fn render(state: &mut RenderState<'_>, sms: &SmsTwilio) -> SmsPreview {
    let mut body = None;
    state.visit(&sms.message_components, |component| match component {
        SmsComponent::Body(text) => first(&mut body, text),
        SmsComponent::Unknown(_) => false,
    });
    let content = body.and_then(|body| state.fill_some(Component::Body, body.content.as_ref()));
    let opt_out = body.and_then(|body| state.fill_some(Component::Body, body.opt_out.as_ref()));
    let (message, opt_out) = with_opt_out(content.unwrap_or_default(), opt_out);
    let cost = cost(&message);
    let costly = costly_characters(&message.text).collect();
    SmsPreview { message, opt_out, cost, costly }
}

/// Appends the opt-out to the text; also returns the range of the opt-out.
pub(super) fn with_opt_out(body: Text, opt_out: Option<Text>) -> (Text, Option<Range<usize>>) {
    let Some(mut opt_out) = opt_out.filter(|opt_out| !opt_out.text.is_empty()) else {
        return (body, None);
    };
    let text = message(&body.text, Some(&opt_out.text));
    let start = text.len() - opt_out.text.len();
    for value in &mut opt_out.values {
        value.range = start + value.range.start..start + value.range.end;
    }
    let range = start..text.len();
    (Text { text, values: [body.values, opt_out.values].concat() }, Some(range))
}

pub(super) fn cost(message: &Text) -> Segmentation {
    let unsent: Vec<_> = message.missing().map(|filled| filled.range.clone()).collect();
    segment_without(&message.text, &unsent)
}
