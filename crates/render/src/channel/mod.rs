//! Previews of each channel of a handoff, as the consumer sees them.

mod apple;
mod inapp;
mod rcs;
mod sms;
mod whatsapp;

use std::collections::BTreeSet;

use outbound_model::{Channel, Handoff, HandoffId, HandoffName};
use serde::Serialize;
use utoipa::ToSchema;

pub use apple::{ApplePreview, Interactive};
pub use inapp::{BodyCuts, Image, InAppPreview, Notification};
pub use rcs::{CardMedia, MediaPlace, Orientation, RcsCard, RcsContent, RcsPreview};
pub use sms::SmsPreview;
pub use whatsapp::{Header, WhatsAppPreview};

use crate::state::{Numbering, RenderState};
use crate::{Key, MAX_FILLED_IN, Values};

/// The previews of a handoff with the given values.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rendered {
    /// The handoff's id.
    pub id: HandoffId,
    /// The handoff's name.
    pub name: HandoffName,
    /// The previews of its channels, in order.
    pub channels: Vec<ChannelPreview>,
    /// Given values that no channel uses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["2"]))]
    pub surplus: Vec<Key>,
}

/// The preview of one channel.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChannelPreview {
    /// The configured language of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether that language is written from right to left.
    pub right_to_left: bool,
    /// The sender: a phone number, name or service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The message.
    pub preview: Preview,
    /// Placeholders without a value. The preview shows them as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["body.1"]))]
    pub missing: Vec<Key>,
    /// Indexes of message components that are not shown: those of an unknown type, and those that exceed the
    /// number that the channel shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<usize>,
    /// The values that were used.
    #[serde(skip)]
    pub used: Vec<Key>,
}

/// The preview of a message, by channel.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type")]
pub enum Preview {
    /// WhatsApp.
    #[serde(rename = "wa")]
    WhatsApp(WhatsAppPreview),
    /// SMS.
    #[serde(rename = "sms-twilio")]
    Sms(SmsPreview),
    /// Apple Messages.
    #[serde(rename = "apple-twilio")]
    Apple(ApplePreview),
    /// RCS.
    #[serde(rename = "googlercs")]
    Rcs(RcsPreview),
    /// In-app.
    #[serde(rename = "inapp")]
    InApp(InAppPreview),
    /// A channel that the contract does not name. It has no preview.
    #[serde(rename = "unknown")]
    Unknown {
        /// The channel's `type`.
        name: String,
    },
}

/// Renders a handoff with the given values for its placeholders. Does not send or fetch anything.
///
/// ```
/// use outbound_model::{Handoff, from_json_str};
/// use outbound_render::{Preview, Values, render};
///
/// let handoff: Handoff = from_json_str(r#"{"id":"H072047293477861","name":"Greeting",
///   "lookbackPeriodDay":30,"lookbackPeriodHour":0,"routeAllWithinLookback":true,
///   "createdAt":"2022-10-01T08:00:00.000Z","updatedAt":"2022-10-03T09:00:00.000Z","channels":[
///     {"type":"sms-twilio","language":"en","outboundnumber":"+14156586515","messageComponents":[
///       {"type":"body","content":"Hi ${{1}}","variables":["1"],"optOut":"Reply STOP to opt out."}]}]}"#)?;
/// let values: Values = ["1=Ann", "2=unused"].into_iter().map(Values::assignment).collect::<Result<_, _>>()?;
///
/// let rendered = render(&handoff, &values);
/// let Preview::Sms(sms) = &rendered.channels[0].preview else { unreachable!() };
/// assert_eq!(sms.message.text, "Hi Ann\nReply STOP to opt out.");
/// assert_eq!(sms.cost.segments.len(), 1);
/// assert_eq!(rendered.surplus[0].to_string(), "2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(handoff: &Handoff, values: &Values) -> Rendered {
    render_with_samples(handoff, values, |_| None)
}

/// Like [`render`], but placeholders that `values` lacks use the sample values of their channel. `samples`
/// returns them by the channel's index.
pub fn render_with_samples<'s>(
    handoff: &Handoff,
    values: &Values,
    samples: impl Fn(usize) -> Option<&'s Values>,
) -> Rendered {
    let mut room = MAX_FILLED_IN;
    let channel = |(index, channel)| match samples(index) {
        Some(samples) => render_with_room(&mut room, channel, &values.or(samples)),
        None => render_with_room(&mut room, channel, values),
    };
    let channels: Vec<_> = handoff.channels.iter().enumerate().map(channel).collect();
    let used: BTreeSet<Key> = channels.iter().flat_map(|channel| channel.used.iter().copied()).collect();
    let surplus = values.keys().filter(|key| !used.contains(key)).collect();
    Rendered { id: handoff.id.clone(), name: handoff.name.clone(), channels, surplus }
}

/// Renders one channel. WhatsApp numbers placeholders per component; other channels number them across all
/// components and ignore values for single components.
pub fn render_channel(channel: &Channel, values: &Values) -> ChannelPreview {
    render_with_room(&mut { MAX_FILLED_IN }, channel, values)
}

/// `room` is the number of bytes of values that may still be filled in.
fn render_with_room(room: &mut usize, channel: &Channel, values: &Values) -> ChannelPreview {
    let numbering = match channel {
        Channel::WhatsApp(_) => Numbering::PerComponent,
        _ => Numbering::AcrossChannel,
    };
    let mut state = RenderState::new(values, numbering, *room);
    let preview = preview(&mut state, channel);
    let (language, sender) = language_and_sender(channel);
    *room = state.room;
    ChannelPreview {
        right_to_left: language.is_some_and(|language| is_right_to_left(language)),
        language: language.cloned(),
        sender: sender.cloned(),
        preview,
        missing: state.missing.into_iter().collect(),
        left_out: state.left_out,
        used: state.used.into_iter().collect(),
    }
}

fn preview(state: &mut RenderState<'_>, channel: &Channel) -> Preview {
    match channel {
        Channel::WhatsApp(wa) => Preview::WhatsApp(whatsapp::render(state, wa)),
        Channel::Sms(message) => Preview::Sms(sms::render(state, message)),
        Channel::Apple(apple) => Preview::Apple(apple::render(state, apple)),
        Channel::GoogleRcs(rcs) => Preview::Rcs(rcs::render(state, rcs)),
        Channel::InApp(inapp) => Preview::InApp(inapp::render(state, inapp)),
        Channel::Unknown(object) => {
            let name = object.get("type").and_then(|name| name.as_str()).unwrap_or_default();
            Preview::Unknown { name: name.to_owned() }
        }
    }
}

fn language_and_sender(channel: &Channel) -> (Option<&String>, Option<&String>) {
    match channel {
        Channel::WhatsApp(wa) => (wa.language.as_ref(), wa.outboundnumber.as_ref()),
        Channel::Sms(sms) => (sms.language.as_ref(), sms.outboundnumber.as_ref()),
        Channel::Apple(apple) => (apple.language.as_ref(), apple.outboundnumber.as_ref()),
        Channel::GoogleRcs(rcs) => {
            (rcs.language.as_ref(), rcs.service_account_name.as_ref().or(rcs.outboundnumber.as_ref()))
        }
        Channel::InApp(inapp) => (inapp.language.as_ref(), None),
        Channel::Unknown(_) => (None, None),
    }
}

/// Whether a language is written from right to left (channel-rules §7).
pub fn is_right_to_left(language: &str) -> bool {
    let subtag = language.split(['-', '_']).next().unwrap_or_default();
    ["ar", "fa", "he", "ur"].iter().any(|known| subtag.eq_ignore_ascii_case(known))
}
