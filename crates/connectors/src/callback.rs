//! What providers report later: statuses, replies and preferences.

use std::fmt;

use outbound_model::Timestamp;
use outbound_reporting::{ErrorKey, Occurrence, TransactionId};

use crate::e164::E164;
use crate::error_class::ErrorClass;
use crate::outcome::ProviderId;

/// Maximum number of characters of a reply that are kept. The longest that a provider accepts is 4096 (WhatsApp).
const MAX_CONTENT_CHARACTERS: usize = 4096;

/// A callback whose signature was correct.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Callback {
    /// What it reports, in the order of its body. A provider may report an event several times, and in any order.
    pub events: Vec<CallbackEvent>,
    /// What was ignored.
    pub ignored: Ignored,
}

/// Numbers of entries that were ignored.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Ignored {
    /// Entries of a type, or with a status, that this crate does not know. A provider may have added it.
    pub unknown: usize,
    /// Entries without a field that they need, or with a field of another type.
    pub malformed: usize,
}

/// The result of reading one entry.
pub(crate) enum Reading {
    /// An event.
    Event(CallbackEvent),
    /// A known entry that changes no message, such as a typing indicator.
    WithoutStep,
    /// An entry of an unknown kind.
    Unknown,
    /// An entry without a field that it needs.
    Malformed,
}

impl Callback {
    pub(crate) fn add(&mut self, reading: Reading) {
        match reading {
            Reading::Event(event) => self.events.push(event),
            Reading::WithoutStep => {}
            Reading::Unknown => self.ignored.unknown += 1,
            Reading::Malformed => self.ignored.malformed += 1,
        }
    }
}

/// An event that a provider reports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CallbackEvent {
    /// A message that we sent changed.
    Status(StatusEvent),
    /// A consumer wrote to us.
    Inbound(InboundMessage),
    /// A consumer changed which messages they want.
    Preference(PreferenceChange),
}

/// A step of a message that we sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusEvent {
    /// Our id, if the provider returned it.
    pub message_id: Option<TransactionId>,
    /// The provider's id.
    pub provider_id: ProviderId,
    /// The recipient, if it is named and a phone number.
    pub recipient: Option<E164>,
    /// When it happened; `None` if the provider reports no time, so the time of the callback applies.
    pub time: Option<Timestamp>,
    /// What happened.
    pub step: DeliveryStep,
}

/// What happened to a message after the provider accepted it: the steps of reporting that a provider reports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeliveryStep {
    /// Handed to the carrier or the service.
    Sent,
    /// It arrived at the phone.
    Delivered,
    /// The consumer read it.
    Read,
    /// It was not delivered. Reporting decides whether this is a late failure.
    Failed {
        /// Source and code of the error.
        error: ErrorKey,
        /// What the error means.
        class: ErrorClass,
    },
}

impl DeliveryStep {
    /// The occurrence of a reporting event.
    pub fn occurrence(&self) -> Occurrence {
        match self {
            Self::Sent => Occurrence::Sent,
            Self::Delivered => Occurrence::Delivered,
            Self::Read => Occurrence::Read,
            Self::Failed { error, .. } => Occurrence::Failed(error.clone()),
        }
    }
}

/// A message from a consumer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InboundMessage {
    /// The provider's id of this message.
    pub provider_id: ProviderId,
    /// The consumer.
    pub sender: Consumer,
    /// Our sender: a phone number, short code, WhatsApp's id of our number, or RBM agent, as the provider names it. For the
    /// relay, the channel.
    pub recipient: String,
    /// The content.
    pub content: InboundContent,
    /// The keyword that the provider recognized, if it does so.
    pub keyword: Option<KeywordAction>,
    /// The provider's id of our message that this one replies to, if the consumer chose one.
    pub in_reply_to: Option<ProviderId>,
    /// When it was sent; `None` if the provider reports no time.
    pub time: Option<Timestamp>,
}

/// A consumer: a phone number, or for the relay perhaps the account's own id. `Debug` does not show it.
#[derive(Clone, Eq, PartialEq)]
pub struct Consumer(String);

impl Consumer {
    /// The maximum length of an account's own id, in characters.
    const MAX_CHARACTERS: usize = 128;

    /// An account's own id, or a phone number.
    pub(crate) fn new(address: &str) -> Option<Self> {
        let is_valid = !address.is_empty()
            && address.chars().nth(Self::MAX_CHARACTERS).is_none()
            && !address.chars().any(char::is_control);
        is_valid.then(|| Self(address.to_owned()))
    }

    /// The phone number or id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<E164> for Consumer {
    fn from(number: E164) -> Self {
        Self(number.as_str().to_owned())
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Consumer(…)")
    }
}

/// The content of a consumer's message, cut to 4096 characters. `Debug` shows only its kind.
#[derive(Clone, Eq, PartialEq)]
pub enum InboundContent {
    /// A text message.
    Text(String),
    /// A press of a button.
    Button {
        /// The label of the button; empty if the provider does not report it.
        label: String,
        /// What the button was sent with.
        payload: String,
    },
    /// Something else, such as `image`: the provider's name of it.
    Other(String),
}

impl fmt::Debug for InboundContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Button { .. } => "Button(…)",
            Self::Other(_) => "Other(…)",
        })
    }
}

impl InboundContent {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(shortened(text))
    }

    pub(crate) fn button(label: &str, payload: &str) -> Self {
        Self::Button { label: shortened(label), payload: shortened(payload) }
    }

    pub(crate) fn other(kind: &str) -> Self {
        Self::Other(kind.chars().take(64).collect())
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_CONTENT_CHARACTERS).collect()
}

/// What a keyword in a reply means, as the provider recognized it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeywordAction {
    /// `STOP` or a word like it: the consumer opted out, and the provider blocks further messages.
    Stop,
    /// `START`: the consumer opted in again.
    Start,
    /// `HELP`: the provider answered with information.
    Help,
}

/// A consumer's choice which messages they want.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PreferenceChange {
    /// The consumer.
    pub consumer: E164,
    /// Our sender, as in [`InboundMessage::recipient`].
    pub sender: String,
    /// The choice.
    pub preference: Preference,
    /// When it was made; `None` if the provider reports no time.
    pub time: Option<Timestamp>,
}

/// Which messages a consumer wants.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Preference {
    /// No marketing messages.
    Stop,
    /// Marketing messages again.
    Resume,
}

/// A time in seconds or, as some report, milliseconds since 1970. Eleven digits of seconds end in the year 5138.
pub(crate) fn unix_time(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok().filter(|number| *number > 0)?;
    let millis = if number < 100_000_000_000 { number * 1000 } else { number };
    Timestamp::from_millis(millis)
}
