//! Sends claimed messages, and records what providers did with them.

use std::collections::HashMap;
use std::time::Duration;

use outbound_connectors::{Outcome, ProviderResponse, TransportFailure};
use outbound_model::AccountId;

use super::claim::ClaimedMessage;
use super::provider::outcome;
use super::sender::SendFailure;
use super::unsettled::Unsettled;
use crate::{App, AppError};

/// A claimed message is not sent later than this, because a process that was frozen (SIGSTOP, a paused virtual machine)
/// would send what another process has taken over, or what the consumer does not want any more.
const MAX_SEND_DELAY: Duration = Duration::from_secs(2);

impl App {
    /// Sends a claimed message and returns what the provider did with it.
    pub async fn send_message(&self, message: &ClaimedMessage) -> Outcome {
        let now = self.clock.monotonic();
        let is_late = now.since(message.claimed_at) > MAX_SEND_DELAY;
        let permit = message.permit.as_ref().filter(|_| !is_late).and_then(|permit| permit.send(now));
        let Some(permit) = permit else {
            return Outcome::without_response(message.provider, TransportFailure::NotSent);
        };
        let sent = self.provider_sender.send(&message.call).await;
        let (account, now) = (&message.account, self.clock.monotonic());
        if let Err(SendFailure { failure: TransportFailure::NotSent, reason }) = &sent {
            self.unsent_messages.note(account, message.provider, reason, now);
        } else {
            permit.respond(now);
            self.unsent_messages.clear(account, message.provider);
        }
        let outcome = match sent {
            Ok(received) => {
                let retry_after = received.retry_after.as_deref();
                let response = ProviderResponse::new(received.status, retry_after, &received.body);
                outcome(message.provider, &message.transaction, response)
            }
            Err(failed) => Outcome::without_response(message.provider, failed.failure),
        };
        self.message_counts.count(&outcome);
        outcome
    }

    /// Records the outcomes of messages, in one commit for each account. Returns an unavailable database rather than
    /// another error, because retrying helps then. For tests.
    pub async fn settle_messages(&self, outcomes: Vec<(ClaimedMessage, Outcome)>) -> Result<(), AppError> {
        let mut by_account: HashMap<AccountId, Vec<_>> = HashMap::new();
        for (message, outcome) in outcomes {
            by_account.entry(message.account.clone()).or_default().push((message, outcome));
        }
        let mut failed = Ok(());
        for (account, of_account) in by_account {
            // Other accounts continue.
            if let Err(error) = Unsettled::new(account, of_account).settle(self).await
                && !matches!(failed, Err(AppError::Unavailable(_)))
            {
                failed = Err(error);
            }
        }
        failed
    }
}
