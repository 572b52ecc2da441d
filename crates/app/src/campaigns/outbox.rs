//! The outbox: events are stored in the commit of the change that they report, then recorded by reporting, whose tables
//! are in another file on SQLite. Reporting ignores events that it already has, so a crash in between has no effect.

use std::time::Duration;

use outbound_model::AccountId;
use outbound_reporting::Event;
use outbound_store::OutboxEvents;
use tokio::time::{Instant, sleep_until};

use super::stored_event::StoredEvent;
use crate::account_tasks::AccountTasks;
use crate::{App, AppError, CAMPAIGNS_TASK, error_chain};

/// The maximum number of commits whose events are recorded together.
const BATCH: u32 = 50;
/// The number of batches of an account before others have their turn.
const MAX_BATCHES: u32 = 20;
/// Poll interval.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Minimum time between polls. Commits of campaigns cause polls, and each queries every account with events.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(50);

fn seal_label(account: &AccountId) -> String {
    format!("events of campaigns of account {account}")
}

impl App {
    /// Encrypts events for the outbox, because they contain addresses.
    pub(super) fn seal_events(&self, account: &AccountId, events: &[Event]) -> Result<Vec<u8>, AppError> {
        let events: Vec<_> = events.iter().map(StoredEvent::from).collect();
        let json = serde_json::to_vec(&events)?;
        Ok(self.installation.seal(&seal_label(account), &json, &*self.generator)?)
    }

    /// Records the events of campaigns, forever. Several nodes may do so at the same time.
    pub(super) async fn record_outbox(&self) {
        let mut tasks = AccountTasks::new(self, CAMPAIGNS_TASK);
        loop {
            match self.accounts_with_events().await {
                Ok(accounts) => accounts.into_iter().for_each(|account| {
                    let app = self.clone();
                    tasks.start(&account.clone(), async move { app.record_batches_of(&account).await });
                }),
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot record events of campaigns");
                }
            }
            let now = Instant::now();
            let (earliest, mut next) = (now + MIN_POLL_INTERVAL, now + POLL_INTERVAL);
            loop {
                tokio::select! {
                    biased;
                    // All that have ended, because those that are not joined are not started again.
                    Some(has_more) = tasks.join_next() => if has_more {
                        next = earliest;
                    },
                    () = sleep_until(next) => break,
                    () = self.campaign_work.notified() => next = earliest,
                }
            }
        }
    }

    /// Records the oldest events of each account. Returns `false` if nothing was recorded. For tests.
    pub async fn record_campaign_events(&self) -> Result<bool, AppError> {
        let mut is_recorded = false;
        for account in self.accounts_with_events().await? {
            is_recorded |= self.try_recording_events_of(&account).await > 0;
        }
        Ok(is_recorded)
    }

    async fn accounts_with_events(&self) -> Result<Vec<AccountId>, AppError> {
        let mut accounts = Vec::new();
        while let Some(account) = self.store.account_with_events(accounts.last()).await? {
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// Records the oldest events of an account, in several batches. Returns whether there may be more.
    async fn record_batches_of(&self, account: &AccountId) -> bool {
        for _ in 0..MAX_BATCHES {
            if self.try_recording_events_of(account).await < BATCH {
                return false;
            }
        }
        true
    }

    /// Records the oldest events of an account, and returns the number of commits that they are from. An error is only
    /// logged, because other accounts continue.
    async fn try_recording_events_of(&self, account: &AccountId) -> u32 {
        self.record_events_of(account).await.unwrap_or_else(|error| {
            let error = error_chain(&error);
            tracing::warn!(%account, error, "cannot record events of campaigns");
            0
        })
    }

    /// Records all events of an account that wait, so that none of them stores an address later.
    pub(crate) async fn empty_outbox(&self, account: &AccountId) -> Result<(), AppError> {
        while self.record_events_of(account).await? >= BATCH {}
        Ok(())
    }

    /// Records the oldest events of an account, and returns the number of commits that they are from.
    async fn record_events_of(&self, account: &AccountId) -> Result<u32, AppError> {
        let stored = self.store.outbox_events(account, BATCH).await?;
        let mut events = Vec::new();
        for batch in &stored {
            match self.open_events(account, batch) {
                Ok(read) => events.extend(read),
                // A damaged row must not hold up all later events.
                Err(error) => {
                    let error = error_chain(&error);
                    tracing::error!(%account, number = batch.number, error, "dropped events of campaigns");
                }
            }
        }
        self.report(account, events).await?;
        let numbers: Vec<_> = stored.iter().map(|batch| batch.number).collect();
        self.store.delete_outbox_events(account, &numbers).await?;
        Ok(u32::try_from(stored.len()).unwrap_or(u32::MAX))
    }

    /// Records events of campaigns in reports. All connections are to sandboxes yet, and their messages are only in the
    /// reports of demos and of servers that were started with this option.
    pub(super) async fn report(&self, account: &AccountId, events: Vec<Event>) -> Result<(), AppError> {
        if self.reports_sandbox {
            self.record_own_events(account, events).await?;
        }
        Ok(())
    }

    fn open_events(&self, account: &AccountId, batch: &OutboxEvents) -> Result<Vec<Event>, AppError> {
        let json = self.installation.open(&seal_label(account), &batch.sealed)?;
        let events: Vec<StoredEvent> = serde_json::from_slice(&json)?;
        events.into_iter().map(Event::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;
    use outbound_auth::InstallationKey;
    use outbound_model::Timestamp;
    use outbound_model::testing::{ManualClock, SequenceGenerator};
    use outbound_store::StoreError;
    use outbound_store_memory::{Interference, MemoryStore};
    use tokio::time::sleep;

    use super::*;
    use crate::{AppParts, CacheSettings, CampaignTimes, NoProviders, NoWebhooks};

    /// Counts calls of the store.
    #[derive(Default)]
    struct Counter(AtomicU32);

    #[async_trait]
    impl Interference for Counter {
        async fn before(&self) -> Result<(), StoreError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }

        async fn after_commit(&self) -> Result<(), StoreError> {
            Ok(())
        }

        async fn blocked(&self) -> Result<(), StoreError> {
            Err(StoreError::Busy("the row is locked".into()))
        }
    }

    #[tokio::test]
    async fn many_commits_cause_few_polls() {
        let (calls, generator) = (Arc::<Counter>::default(), Arc::<SequenceGenerator>::default());
        let installation = InstallationKey::from_hex(&InstallationKey::generate_hex(&*generator)).unwrap();
        let app = App::new(AppParts {
            store: Arc::new(MemoryStore::default().of_process(1, calls.clone())),
            clock: Arc::new(ManualClock::starting_at(Timestamp::EPOCH)),
            generator,
            installation,
            caches: CacheSettings::default(),
            public_urls: vec!["https://va.handoff.example".parse().unwrap()],
            service_hosts: Vec::new(),
            webhook_sender: Arc::new(NoWebhooks),
            provider_sender: Arc::new(NoProviders),
            campaign_times: CampaignTimes::default(),
            reports_sandbox: false,
        });
        let (recording, began) = (app.clone(), Instant::now());
        let task = tokio::spawn(async move { recording.record_outbox().await });
        for _ in 0..200 {
            app.campaign_work.notify_one();
            sleep(Duration::from_millis(1)).await;
        }
        task.abort();
        // There are no events, so each poll is one call.
        let polls = calls.0.load(Ordering::Relaxed);
        let most = began.elapsed().as_millis() / MIN_POLL_INTERVAL.as_millis() + 1;
        assert!(polls > 0 && u128::from(polls) <= most, "{polls} polls, at most {most} expected");
    }
}
