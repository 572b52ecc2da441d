//! Requests to providers that could not be sent, because the address is refused or nobody listens there. The messages are
//! tried again, so without this a user would see a campaign that runs and sends nothing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbound_connectors::Provider;
use outbound_model::{AccountId, Monotonic};
use outbound_reporting::ReportingChannel;

use super::provider::provider_of;
use crate::{App, Grant, ReadCampaigns};

/// The minimum time between two warnings about the same account and provider.
const LOG_INTERVAL: Duration = Duration::from_mins(1);
/// How long a failure counts as the current state. Longer than the longest wait until a message is tried again.
const KEPT: Duration = Duration::from_mins(15);

/// The last failure of each account and provider, if no request got a response since. Each process has its own.
#[derive(Default)]
pub(crate) struct UnsentMessages(Mutex<HashMap<(AccountId, Provider), Unsent>>);

struct Unsent {
    reason: String,
    at: Monotonic,
    logged_at: Monotonic,
}

impl UnsentMessages {
    /// Notes a failure, and logs it from time to time.
    pub(super) fn note(&self, account: &AccountId, provider: Provider, reason: &str, now: Monotonic) {
        let mut known = self.lock();
        known.retain(|_, unsent| now.since(unsent.at) < KEPT);
        let entry = known.entry((account.clone(), provider));
        let unsent =
            entry.or_insert_with(|| Unsent { reason: String::new(), at: now, logged_at: Monotonic::NEVER });
        (unsent.reason, unsent.at) = (reason.to_owned(), now);
        if now.since(unsent.logged_at) >= LOG_INTERVAL {
            unsent.logged_at = now;
            tracing::warn!(%account, %provider, reason, "messages of campaigns cannot be sent; they are tried again");
        }
    }

    /// A request was sent.
    pub(super) fn clear(&self, account: &AccountId, provider: Provider) {
        let mut known = self.lock();
        if !known.is_empty() {
            known.remove(&(account.clone(), provider));
        }
    }

    /// The connections of the account have changed, so other reasons may apply.
    pub(super) fn forget(&self, account: &AccountId) {
        self.lock().retain(|(noted, _), _| noted != account);
    }

    fn reason(&self, account: &AccountId, provider: Provider, now: Monotonic) -> Option<String> {
        let known = self.lock();
        let unsent = known.get(&(account.clone(), provider))?;
        Some(unsent.reason.clone()).filter(|_| now.since(unsent.at) < KEPT)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(AccountId, Provider), Unsent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Why this process could not send the last messages of a channel; `None` if it could, or has not tried.
    pub fn unsent_reason(&self, grant: &Grant<ReadCampaigns>, channel: ReportingChannel) -> Option<String> {
        self.unsent_messages.reason(grant.account(), provider_of(channel), self.clock.monotonic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_failure_is_known_until_a_request_is_sent_or_time_has_passed() {
        let (unsent, account) = (UnsentMessages::default(), "12345678".parse().unwrap());
        let at = |minutes: u64| Monotonic::from_micros(0).plus(Duration::from_mins(minutes));
        let reason = |minutes| unsent.reason(&account, Provider::Meta, at(minutes));
        unsent.note(&account, Provider::Meta, "refused", at(0));
        unsent.note(&account, Provider::Meta, "no such host", at(1));
        assert_eq!(reason(2).as_deref(), Some("no such host"));
        assert_eq!(unsent.reason(&account, Provider::Twilio, at(2)), None);
        assert_eq!(reason(16), None);
        unsent.clear(&account, Provider::Meta);
        assert_eq!(reason(2), None);
    }
}
