//! The reporting events that follow from changes of a recipient.

use outbound_model::Timestamp;
use outbound_reporting::{Attempt, ErrorKey, Event, Occurrence, ReportingChannel, Route, Text};

use crate::recipient::{CancelReason, Recipient, RecipientState};

/// A message to one recipient, as reports know it. Each retry ([`Recipient::retries`]) is another message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReportedMessage {
    /// The id of the message, from which the id of the transaction is derived.
    pub message_id: Text,
    /// When the recipient was accepted, or the retry was requested.
    pub attempted_at: Timestamp,
    /// How the message is sent, on the first channel of the handoff.
    pub attempt: Attempt,
    /// The channels of the handoff, in order.
    pub channels: Vec<ReportingChannel>,
}

impl ReportedMessage {
    /// The event that creates the transaction. The caller adds the address.
    pub fn attempted(&self) -> Event {
        self.event(self.attempted_at, attempted(self.attempt.clone()))
    }

    /// The events of a change from `before` to `after` at `time`. Refusals that lead to another channel, and unknown
    /// outcomes, have none: the message stays pending.
    pub fn events(&self, before: &Recipient, after: &Recipient, time: Timestamp) -> Vec<Event> {
        if before.state() == after.state() {
            return Vec::new();
        }
        let occurrence = match after.state() {
            RecipientState::InFlight => Occurrence::Invited,
            RecipientState::Sent => Occurrence::Sent,
            RecipientState::Failed(error) => Occurrence::Failed(error.clone()),
            RecipientState::Skipped(_) => Occurrence::Skipped,
            RecipientState::Cancelled(CancelReason::Cancelled) => Occurrence::Cancelled,
            RecipientState::Cancelled(CancelReason::Expired) => Occurrence::Failed(ErrorKey::expired()),
            RecipientState::Waiting | RecipientState::Unknown => return Vec::new(),
        };
        let fallback = self.fallback(after).filter(|_| after.state().is_final());
        let fallback = fallback.map(|attempt| self.event(self.attempted_at, attempted(attempt)));
        fallback.into_iter().chain([self.event(time, occurrence)]).collect()
    }

    /// The attempt on another channel than the first one. It is reported once, with the outcome: reports do not know
    /// the order of events, so of several fallbacks they could not find the last one.
    fn fallback(&self, recipient: &Recipient) -> Option<Attempt> {
        let channel = *self.channels.get(recipient.channel()).filter(|_| recipient.channel() > 0)?;
        Some(Attempt { route: Route { channel, ..self.attempt.route.clone() }, ..self.attempt.clone() })
    }

    fn event(&self, time: Timestamp, occurrence: Occurrence) -> Event {
        Event { message_id: self.message_id.clone(), attempted_at: self.attempted_at, time, occurrence }
    }
}

fn attempted(attempt: Attempt) -> Occurrence {
    Occurrence::Attempted { attempt: Box::new(attempt), address: None }
}
