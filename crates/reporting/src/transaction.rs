//! The transaction: all that is known about one message to one consumer.
//!
//! [`apply`] is commutative and idempotent: each event sets its own column, and of two values for one column
//! the earlier wins, then the smaller; real errors win over that of expired messages. So events may arrive late,
//! twice, in any order, or over several nodes.

use outbound_model::Timestamp;

use crate::error_key::ErrorKey;
use crate::event::{Attempt, Event, Occurrence};
use crate::step::{Step, Times};
use crate::text::Text;
use crate::transaction_id::TransactionId;

/// One message to one consumer: a row of the store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transaction {
    /// The id, which contains the time of the attempt.
    pub id: TransactionId,
    /// What the `attempted` event said. Without it, the message is not reported yet: its channel and skill are
    /// unknown.
    pub attempt: Option<Attempt>,
    /// The time of each step.
    pub times: Times,
    /// The error of the earliest `failed` event, whose time is in `times`. That the message expired is only kept
    /// if no other error is known.
    pub error: Option<ErrorKey>,
    /// The conversation of the earliest conversation event.
    pub conversation_id: Option<Text>,
    /// The score of the earliest survey, 1 to 5.
    pub score: Option<u8>,
}

impl Transaction {
    /// A transaction without any event.
    pub fn new(id: TransactionId) -> Self {
        Self { id, attempt: None, times: Times::default(), error: None, conversation_id: None, score: None }
    }

    /// The error that is reported: of a failure, or that the message was cancelled or expired before it was
    /// sent.
    pub fn reported_error(&self) -> Option<ErrorKey> {
        if let Some(error) = self.failure() {
            return Some(error.clone());
        }
        if self.times.sent().is_some() || self.is_skipped() {
            return None;
        }
        if self.error.is_some() {
            return Some(ErrorKey::expired());
        }
        self.times.get(Step::Cancelled).map(|_| ErrorKey::cancelled())
    }

    /// The error of a failure, before or after sending. Expired messages did not fail.
    pub(crate) fn failure(&self) -> Option<&ErrorKey> {
        self.error.as_ref().filter(|error| !error.is_expired())
    }

    /// When the failure happened whose error is reported.
    pub fn failed_at(&self) -> Option<Timestamp> {
        self.times.get(Step::Failed).filter(|_| self.error.is_some() && self.reported_error() == self.error)
    }

    /// Whether the message was not sent because the consumer opted out.
    pub(crate) fn is_skipped(&self) -> bool {
        self.times.sent().is_none() && self.times.get(Step::Skipped).is_some()
    }

    /// Whether the message was not sent and never will be.
    pub(crate) fn is_finally_unsent(&self) -> bool {
        let ends = [Step::Failed, Step::Skipped, Step::Cancelled];
        self.times.sent().is_none() && self.times.earliest(&ends).is_some()
    }
}

/// Adds an event to the transaction that it belongs to ([`Event::transaction_id`]).
#[must_use]
pub fn apply(mut row: Transaction, event: &Event) -> Transaction {
    let time = event.time;
    match &event.occurrence {
        Occurrence::Attempted { attempt, .. } => {
            let attempt = Attempt::clone(attempt);
            row.attempt = Some(match row.attempt.take() {
                Some(known) => known.merge(attempt),
                None => attempt,
            });
        }
        Occurrence::Failed(error) => record_failure(&mut row, error, time),
        Occurrence::ConversationCreated(id) => {
            record_conversation(&mut row, Step::ConversationCreated, id, time);
        }
        Occurrence::ConversationClosed(id) => {
            record_conversation(&mut row, Step::ConversationClosed, id, time);
        }
        Occurrence::Csat(score) => {
            keep_earliest(&mut row.score, row.times.get(Step::Csat), score, time);
            row.times.record(Step::Csat, time);
        }
        Occurrence::Eligible => row.times.record(Step::Eligible, time),
        Occurrence::Invited => row.times.record(Step::Invited, time),
        Occurrence::Sent => row.times.record(Step::Sent, time),
        Occurrence::Delivered => row.times.record(Step::Delivered, time),
        Occurrence::Read => row.times.record(Step::Read, time),
        Occurrence::Skipped => row.times.record(Step::Skipped, time),
        Occurrence::Cancelled => row.times.record(Step::Cancelled, time),
        Occurrence::OptIn => row.times.record(Step::OptIn, time),
        Occurrence::OptOut => row.times.record(Step::OptOut, time),
    }
    row
}

/// The error and its time are replaced together, so that the result does not depend on the order of arrival.
fn record_failure(row: &mut Transaction, error: &ErrorKey, time: Timestamp) {
    if error.is_cancelled() {
        return row.times.record(Step::Cancelled, time);
    }
    let known = row.error.as_ref().zip(row.times.get(Step::Failed));
    let wins = known.is_none_or(|(known, known_time)| {
        (error.is_expired(), time, error) < (known.is_expired(), known_time, known)
    });
    if wins {
        row.error = Some(error.clone());
        row.times.replace(Step::Failed, time);
    }
}

fn record_conversation(row: &mut Transaction, step: Step, id: &Text, time: Timestamp) {
    let known_time = row.times.earliest(&[Step::ConversationCreated, Step::ConversationClosed]);
    keep_earliest(&mut row.conversation_id, known_time, id, time);
    row.times.record(step, time);
}

/// Replaces the known value, which has the time `known_time`, if `value` is earlier, or as early and smaller.
fn keep_earliest<T: Clone + Ord>(
    known: &mut Option<T>,
    known_time: Option<Timestamp>,
    value: &T,
    time: Timestamp,
) {
    let keeps = match (&*known, known_time) {
        (Some(known), Some(known_time)) => (known_time, known) <= (time, value),
        _ => false,
    };
    if !keeps {
        *known = Some(value.clone());
    }
}
