//! The outbox: events are stored in the commit of the change that they report, then recorded by reporting, whose tables
//! are in another file on SQLite. Reporting ignores events that it already has, so a crash in between has no effect.

use outbound_model::AccountId;
use outbound_reporting::Event;
use outbound_store::OutboxEvents;

use super::stored_event::StoredEvent;
use crate::{App, AppError, error_chain};

/// The maximum number of commits whose events are recorded together.
const BATCH: u32 = 50;

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

    /// Records the oldest events of each account. Returns `false` if nothing was recorded. Several nodes may do so at the
    /// same time.
    pub async fn record_campaign_events(&self) -> Result<bool, AppError> {
        let (mut after, mut is_recorded) = (None, false);
        while let Some(account) = self.store.account_with_events(after.as_ref()).await? {
            match self.record_events_of(&account).await {
                Ok(count) => is_recorded |= count > 0,
                // Other accounts continue.
                Err(error) => {
                    let error = error_chain(&error);
                    tracing::warn!(%account, error, "cannot record events of campaigns");
                }
            }
            after = Some(account);
        }
        Ok(is_recorded)
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
