//! The steps of a message, and when each happened.

use outbound_model::Timestamp;

use crate::names::named;

named! {
    /// What can happen to a message after its attempt: the types of events, each with a column for its time. The
    /// time of the attempt is in the id.
    Step {
        /// The consumer can receive messages on the channel.
        Eligible = "eligible",
        /// The consumer was invited.
        Invited = "invited",
        /// The gateway accepted the message.
        Sent = "sent",
        /// The gateway reports that the message arrived.
        Delivered = "delivered",
        /// The consumer read the message.
        Read = "read",
        /// The message could not be sent, or was not delivered after it was sent.
        Failed = "failed",
        /// The message was not sent, because the consumer opted out. Ignored once the message was sent.
        Skipped = "skipped",
        /// The message was cancelled. Ignored once the message was sent.
        Cancelled = "cancelled",
        /// The consumer replied, which opened a conversation.
        ConversationCreated = "conversationCreated",
        /// The conversation ended.
        ConversationClosed = "conversationClosed",
        /// The consumer answered the survey.
        Csat = "csat",
        /// The consumer opted in.
        OptIn = "optIn",
        /// The consumer opted out.
        OptOut = "optOut",
    }
}

/// The steps that prove that a message was sent (contract §5: a gateway may leave out earlier reports).
const AFTER_SENT: [Step; 5] =
    [Step::Delivered, Step::Read, Step::ConversationCreated, Step::ConversationClosed, Step::Csat];
/// The steps that prove that a conversation was created.
const AFTER_CREATED: [Step; 2] = [Step::ConversationClosed, Step::Csat];

/// The earliest time of each step; of `failed`, the time of the error that counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Times([Option<Timestamp>; Step::ALL.len()]);

impl Times {
    /// The time of `step`, if it was reported.
    pub fn get(&self, step: Step) -> Option<Timestamp> {
        self.0[step as usize]
    }

    /// Records a time of `step`. The earliest one is kept.
    pub fn record(&mut self, step: Step, time: Timestamp) {
        let known = &mut self.0[step as usize];
        *known = Some(known.map_or(time, |known| known.min(time)));
    }

    /// Replaces the time of `step`, even by a later one.
    pub(crate) fn replace(&mut self, step: Step, time: Timestamp) {
        self.0[step as usize] = Some(time);
    }

    /// The earliest of the times of `steps`.
    pub(crate) fn earliest(&self, steps: &[Step]) -> Option<Timestamp> {
        steps.iter().filter_map(|step| self.get(*step)).min()
    }

    /// When the message was sent. If no event says so, the first event that proves it.
    pub fn sent(&self) -> Option<Timestamp> {
        self.get(Step::Sent).or_else(|| self.earliest(&AFTER_SENT))
    }

    /// When the conversation was created. If no event says so, the first event that proves it.
    pub fn conversation_created(&self) -> Option<Timestamp> {
        self.get(Step::ConversationCreated).or_else(|| self.earliest(&AFTER_CREATED))
    }
}
