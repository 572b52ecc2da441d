//! What each channel of a handoff sends, and what its consumer sees.

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

use crate::draft::{Draft, Numbering};
use crate::{Key, MAX_FILLED_IN, Values};

/// A handoff with its values filled in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rendered {
    /// The handoff's id.
    pub id: HandoffId,
    /// The handoff's name.
    pub name: HandoffName,
    /// Its channels, in its order.
    pub channels: Vec<ChannelPreview>,
    /// Values that no channel has a place for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["2"]))]
    pub surplus: Vec<Key>,
}

/// What one channel sends and shows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChannelPreview {
    /// The language of the text, as it is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether that language is written from right to left.
    pub right_to_left: bool,
    /// Who sends: a number, name or service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The message.
    pub preview: Preview,
    /// Placeholders without a value, shown as they are written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["body.1"]))]
    pub missing: Vec<Key>,
    /// Places, among the message components, of those that are not shown: of an unknown type, or
    /// one too many of its kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<usize>,
    /// The values that were filled in.
    #[serde(skip)]
    pub used: Vec<Key>,
}

/// A message as its channel shows it.
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
    /// A channel that the contract does not name, and that we cannot show.
    #[serde(rename = "unknown")]
    Unknown {
        /// Its `type`.
        name: String,
    },
}

/// Renders a handoff with the values given for its placeholders. Nothing is sent or fetched.
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

/// The same, with a channel's own values, by its place in the handoff, for what `values` lacks.
pub fn render_with_samples<'s>(
    handoff: &Handoff,
    values: &Values,
    samples: impl Fn(usize) -> Option<&'s Values>,
) -> Rendered {
    let mut room = MAX_FILLED_IN;
    let channel = |(index, channel)| match samples(index) {
        Some(samples) => render_within(&mut room, channel, &values.or(samples)),
        None => render_within(&mut room, channel, values),
    };
    let channels: Vec<_> = handoff.channels.iter().enumerate().map(channel).collect();
    let used: BTreeSet<Key> = channels.iter().flat_map(|channel| channel.used.iter().copied()).collect();
    let surplus = values.keys().filter(|key| !used.contains(key)).collect();
    Rendered { id: handoff.id.clone(), name: handoff.name.clone(), channels, surplus }
}

/// Renders one channel. Placeholders are numbered anew in each component on WhatsApp, and across
/// the channel on the others, where values for single components do not count.
pub fn render_channel(channel: &Channel, values: &Values) -> ChannelPreview {
    render_within(&mut { MAX_FILLED_IN }, channel, values)
}

fn render_within(room: &mut usize, channel: &Channel, values: &Values) -> ChannelPreview {
    let numbering = match channel {
        Channel::WhatsApp(_) => Numbering::PerComponent,
        _ => Numbering::AcrossChannel,
    };
    let mut draft = Draft::new(values, numbering, *room);
    let preview = preview(&mut draft, channel);
    let (language, sender) = language_and_sender(channel);
    *room = draft.room;
    ChannelPreview {
        right_to_left: language.is_some_and(|language| is_right_to_left(language)),
        language: language.cloned(),
        sender: sender.cloned(),
        preview,
        missing: draft.missing.into_iter().collect(),
        left_out: draft.left_out,
        used: draft.used.into_iter().collect(),
    }
}

fn preview(draft: &mut Draft<'_>, channel: &Channel) -> Preview {
    match channel {
        Channel::WhatsApp(wa) => Preview::WhatsApp(whatsapp::render(draft, wa)),
        Channel::Sms(message) => Preview::Sms(sms::render(draft, message)),
        Channel::Apple(apple) => Preview::Apple(apple::render(draft, apple)),
        Channel::GoogleRcs(rcs) => Preview::Rcs(rcs::render(draft, rcs)),
        Channel::InApp(inapp) => Preview::InApp(inapp::render(draft, inapp)),
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
