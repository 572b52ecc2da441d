//! The `messageStatus` of a transaction.

use crate::names::named;
use crate::step::Step;
use crate::transaction::Transaction;

named! {
    /// The status that transactions and campaign reports have (contract §5).
    MessageStatus {
        /// Not sent, or not delivered after it was sent.
        Failed = "FAILED",
        /// Not sent, because the consumer opted out.
        Skipped = "SKIPPED",
        /// Accepted by the gateway.
        Sent = "SENT",
        /// Delivered to the consumer.
        Delivered = "DELIVERED",
        /// Read by the consumer.
        Read = "READ",
        /// Answered by the consumer.
        Responded = "RESPONDED",
    }
}

impl Transaction {
    /// The status, derived from the events with the precedence FAILED, SKIPPED, RESPONDED, READ, DELIVERED, SENT.
    /// Pending, cancelled and expired messages have none: the vendor has no name for them.
    pub fn status(&self) -> Option<MessageStatus> {
        let times = &self.times;
        if self.failure().is_some() {
            Some(MessageStatus::Failed)
        } else if self.is_skipped() {
            Some(MessageStatus::Skipped)
        } else if times.conversation_created().is_some() {
            Some(MessageStatus::Responded)
        } else if times.get(Step::Read).is_some() {
            Some(MessageStatus::Read)
        } else if times.get(Step::Delivered).is_some() {
            Some(MessageStatus::Delivered)
        } else {
            times.sent().map(|_| MessageStatus::Sent)
        }
    }
}
