//! The status of a campaign, derived from what people decided and from its recipients.

use crate::error::CampaignError;
use crate::recipient::RecipientState;

/// What people decided about a campaign.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Control {
    /// It is not launched.
    Draft,
    /// It may send.
    Launched,
    /// It must not send until it is resumed.
    Paused,
    /// It must never send again.
    Cancelled,
}

/// A decision about a campaign.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Decision {
    /// Start to send.
    Launch,
    /// Interrupt.
    Pause,
    /// Continue.
    Resume,
    /// End. Recipients that wait are cancelled; messages in flight are not.
    Cancel,
}

impl Control {
    /// All values.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Launched, Self::Paused, Self::Cancelled];

    /// The name in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Launched => "launched",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The value with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.as_str() == name)
    }

    /// Applies a decision. It is an error if it does not fit the state, so that of two people who decide at the same
    /// time one is informed.
    pub fn apply(self, decision: Decision) -> Result<Self, CampaignError> {
        match (self, decision) {
            (Self::Draft, Decision::Launch) | (Self::Paused, Decision::Resume) => Ok(Self::Launched),
            (Self::Launched, Decision::Pause) => Ok(Self::Paused),
            (Self::Draft | Self::Launched | Self::Paused, Decision::Cancel) => Ok(Self::Cancelled),
            _ => Err(CampaignError::NotPermitted { action: decision.as_str(), state: self.as_str() }),
        }
    }

    /// Whether messages may be sent.
    pub fn may_send(self) -> bool {
        self == Self::Launched
    }
}

impl Decision {
    /// All values.
    pub const ALL: [Self; 4] = [Self::Launch, Self::Pause, Self::Resume, Self::Cancel];

    /// The name in paths and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// The number of recipients in each state.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(missing_docs)] // As the states.
pub struct RecipientCounts {
    pub waiting: u64,
    pub in_flight: u64,
    pub sent: u64,
    pub failed: u64,
    pub skipped: u64,
    pub cancelled: u64,
    pub unknown: u64,
}

impl RecipientCounts {
    /// Counts states.
    pub fn of<'s>(states: impl IntoIterator<Item = &'s RecipientState>) -> Self {
        let mut counts = Self::default();
        for state in states {
            *counts.count_mut(state) += 1;
        }
        counts
    }

    /// Moves a recipient from one state to another.
    pub fn record(&mut self, before: &RecipientState, after: &RecipientState) {
        let count = self.count_mut(before);
        *count = count.saturating_sub(1);
        *self.count_mut(after) += 1;
    }

    fn count_mut(&mut self, state: &RecipientState) -> &mut u64 {
        match state {
            RecipientState::Waiting => &mut self.waiting,
            RecipientState::InFlight => &mut self.in_flight,
            RecipientState::Sent => &mut self.sent,
            RecipientState::Failed(_) => &mut self.failed,
            RecipientState::Skipped(_) => &mut self.skipped,
            RecipientState::Cancelled(_) => &mut self.cancelled,
            RecipientState::Unknown => &mut self.unknown,
        }
    }
}

/// The status of a campaign.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CampaignStatus {
    /// It is not launched.
    Draft,
    /// Messages wait or are in flight.
    Running,
    /// Messages wait, but are not sent.
    Paused,
    /// Nothing more will be sent. A retry, or another decision about an unknown outcome, makes it run again.
    Finished,
    /// It was cancelled.
    Cancelled,
}

impl CampaignStatus {
    /// Derives the status. Recipients with an unknown outcome do not keep a campaign running, because nothing happens
    /// until a person decides; they are shown beside the status.
    pub fn of(control: Control, counts: &RecipientCounts) -> Self {
        match control {
            Control::Draft => Self::Draft,
            Control::Cancelled => Self::Cancelled,
            Control::Launched | Control::Paused if counts.waiting == 0 && counts.in_flight == 0 => {
                Self::Finished
            }
            Control::Launched => Self::Running,
            Control::Paused => Self::Paused,
        }
    }

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }
}
