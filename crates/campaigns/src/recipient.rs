//! The states of a recipient, and the pure function that changes them.
//!
//! Providers accept a message twice if it is sent twice, so the state `InFlight` is stored before a provider is called,
//! and only a definite refusal leads back to `Waiting`. If the outcome is unknown, a person decides, unless the
//! provider recognizes repeated messages.

use outbound_reporting::ErrorKey;

use crate::error::CampaignError;

/// Why a recipient got no message although sending it was possible.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CancelReason {
    /// A person cancelled the campaign.
    Cancelled,
    /// The time to send the message had passed.
    Expired,
}

/// Why a recipient must not get the message.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SkipReason {
    /// The consumer opted out.
    OptedOut,
    /// The consumer has an open conversation.
    OpenConversation,
}

/// The state of a recipient.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum RecipientState {
    /// The message is to be sent.
    Waiting,
    /// A provider may be processing the message. Stored before the provider is called.
    InFlight,
    /// A provider accepted the message. Final.
    Sent,
    /// The message was not sent. Final, but may be retried.
    Failed(ErrorKey),
    /// The message was not sent, because the consumer opted out or has an open conversation. Final. Older versions did
    /// not store the reason.
    Skipped(Option<SkipReason>),
    /// The message was not sent. Final.
    Cancelled(CancelReason),
    /// It is not known whether the provider accepted the message. A person has to decide.
    Unknown,
}

/// The number of channels of the longest handoff.
const MAX_CHANNELS: usize = 5;

/// A recipient: the state, and the channel that is tried.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Recipient {
    state: RecipientState,
    channel: u8,
    channels: u8,
    retries: u32,
}

/// What happened to a recipient.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Transition {
    /// The provider is about to be called.
    Start,
    /// The provider was not called, or answered that it did not accept the message but would later (rate limit).
    Postpone,
    /// The provider accepted the message. Every callback about a message proves it, even one that reports a failure:
    /// reports record that failure, but no other channel is tried.
    Accept,
    /// The provider answered that it refuses the message. The next channel is tried, if there is one.
    Refuse(ErrorKey),
    /// No answer was received: a timeout, or the process ended.
    Lose {
        /// Whether the provider sends a message only once if it is called again with the same id.
        is_idempotent: bool,
    },
    /// The recipient must not receive the message: an opt-out, or an open conversation.
    Skip(SkipReason),
    /// The message is not sent, and no other channel is tried: an ineligible consumer, an invalid handoff, or a refusal
    /// that may not come from the provider itself.
    Fail(ErrorKey),
    /// The message must not be sent any more.
    Cancel(CancelReason),
    /// A person wants a failed message to be sent again.
    Retry,
    /// A person wants a message with an unknown outcome to be sent again, although it may arrive twice.
    SendAgain,
    /// A person decides that a message with an unknown outcome was sent.
    CountAsSent,
}

impl Recipient {
    /// A recipient for a handoff with this number of channels: 1 to 5. Other numbers are changed to the nearest valid
    /// one.
    pub fn new(channels: usize) -> Self {
        Self::restore(RecipientState::Waiting, 0, channels, 0)
    }

    /// Restores a stored recipient. A channel that the handoff does not have becomes the last one.
    pub fn restore(state: RecipientState, channel: usize, channels: usize, retries: u32) -> Self {
        let channels = channels.clamp(1, MAX_CHANNELS);
        let small = |number: usize| u8::try_from(number).unwrap_or_default();
        Self { state, channel: small(channel.min(channels - 1)), channels: small(channels), retries }
    }

    /// The state.
    pub fn state(&self) -> &RecipientState {
        &self.state
    }

    /// The position of the channel in the handoff, from 0.
    pub fn channel(&self) -> usize {
        usize::from(self.channel)
    }

    /// The number of retries. Each has its own transaction, because reports never withdraw a failure.
    pub fn retries(&self) -> u32 {
        self.retries
    }

    /// Applies a transition. The error names the state that does not permit it; callbacks that arrive late end there.
    pub fn apply(&self, transition: &Transition) -> Result<Self, CampaignError> {
        use RecipientState::{Cancelled, Failed, InFlight, Sent, Skipped, Unknown, Waiting};
        let next = match (&self.state, transition) {
            (Waiting, Transition::Start) => InFlight,
            (InFlight, Transition::Postpone | Transition::Lose { is_idempotent: true })
            | (Unknown, Transition::SendAgain) => Waiting,
            (InFlight, Transition::Lose { is_idempotent: false }) => Unknown,
            // A callback proves what happened in every state: the message may have been cancelled, or a person may have
            // decided to send it again, while it was not known that the provider had accepted it.
            (Waiting | InFlight | Unknown | Failed(_) | Skipped(_) | Cancelled(_), Transition::Accept)
            | (Unknown, Transition::CountAsSent) => Sent,
            (InFlight, Transition::Refuse(error)) => return Ok(self.refused(error)),
            (Waiting | InFlight, Transition::Fail(error)) => Failed(error.clone()),
            (Waiting, Transition::Skip(reason)) => Skipped(Some(*reason)),
            (Waiting, Transition::Cancel(reason)) => Cancelled(*reason),
            (Failed(_), Transition::Retry) => {
                let retries = self.retries.saturating_add(1);
                return Ok(Self { state: Waiting, channel: 0, channels: self.channels, retries });
            }
            (state, transition) => {
                return Err(CampaignError::NotPermitted {
                    action: transition.as_str(),
                    state: state.as_str(),
                });
            }
        };
        Ok(Self { state: next, ..self.clone() })
    }

    /// A definite refusal leads to the next channel.
    fn refused(&self, error: &ErrorKey) -> Self {
        let next = self.channel + 1;
        if next < self.channels {
            return Self { state: RecipientState::Waiting, channel: next, ..self.clone() };
        }
        Self { state: RecipientState::Failed(error.clone()), ..self.clone() }
    }
}

impl SkipReason {
    /// The names of all reasons.
    pub const NAMES: [&str; 2] = ["opted_out", "open_conversation"];

    /// The reason with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::OptedOut, Self::OpenConversation].into_iter().find(|reason| reason.as_str() == name)
    }

    /// The name in JSON and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OptedOut => "opted_out",
            Self::OpenConversation => "open_conversation",
        }
    }
}

impl RecipientState {
    /// The names of all states.
    pub const NAMES: [&str; 8] =
        ["waiting", "in_flight", "sent", "failed", Self::SKIPPED, "cancelled", "expired", "unknown"];

    /// The name of [`Skipped`](Self::Skipped).
    pub const SKIPPED: &str = "skipped";

    /// Whether only a person, or a callback that proves that the message was sent, can change the state.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Waiting | Self::InFlight | Self::Unknown)
    }

    /// Whether addresses and variables are kept. Those of failed messages are, because a person may retry them.
    pub fn keeps_data(&self) -> bool {
        !self.is_final() || matches!(self, Self::Failed(_))
    }

    /// The state with a name and, for `failed`, an error; `None` for other combinations. A `skipped` recipient has no
    /// reason.
    pub fn from_name(name: &str, error: Option<ErrorKey>) -> Option<Self> {
        let without_error = [
            Self::Waiting,
            Self::InFlight,
            Self::Sent,
            Self::Skipped(None),
            Self::Cancelled(CancelReason::Cancelled),
            Self::Cancelled(CancelReason::Expired),
            Self::Unknown,
        ];
        match error {
            Some(error) => Some(Self::Failed(error)).filter(|state| state.as_str() == name),
            None => without_error.into_iter().find(|state| state.as_str() == name),
        }
    }

    /// The name in JSON and in storage.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InFlight => "in_flight",
            Self::Sent => "sent",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => Self::SKIPPED,
            Self::Cancelled(CancelReason::Cancelled) => "cancelled",
            Self::Cancelled(CancelReason::Expired) => "expired",
            Self::Unknown => "unknown",
        }
    }
}

impl Transition {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Postpone => "postpone",
            Self::Accept => "accept",
            Self::Refuse(_) => "refuse",
            Self::Lose { .. } => "lose",
            Self::Skip(_) => "skip",
            Self::Fail(_) => "fail",
            Self::Cancel(_) => "cancel",
            Self::Retry => "retry",
            Self::SendAgain => "send again",
            Self::CountAsSent => "count as sent",
        }
    }
}
