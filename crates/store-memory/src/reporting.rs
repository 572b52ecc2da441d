//! Reports: messages with their events, without totals.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Counts, GroupedCell, Transaction, TransactionId, apply};
use outbound_store::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, ConsumerKey, HourDifference, NewEvent, RecordOutcome,
    Reporting, StoreError, StoredTransaction, TransactionQuery, ValueKind,
};

use crate::MemoryStore;
use crate::campaigns::limited;
use crate::missing::missing;
use crate::state::{AccountState, ReportedMessage, State};

fn record(rows: &mut AccountState, new: &NewEvent<'_>) -> RecordOutcome {
    let next = i64::try_from(rows.consumers.len()).unwrap_or(i64::MAX);
    let key = new.consumer.as_ref().map(|consumer| consumer.key);
    let consumer = key.map(|key| *rows.consumers.entry(key).or_insert(next));
    let message = rows
        .messages
        .entry(new.id)
        .or_insert_with(|| ReportedMessage { transaction: Transaction::new(new.id), consumer: None });
    let before = message.transaction.clone();
    message.transaction = apply(before.clone(), new.event);
    message.consumer = message.consumer.or(consumer);
    match &message.transaction {
        after if *after == before => RecordOutcome::Duplicate,
        after if after.attempt.is_none() => RecordOutcome::AttemptMissing,
        _ => RecordOutcome::Recorded,
    }
}

#[async_trait]
impl Reporting for MemoryStore {
    async fn record_events(
        &self,
        account: &AccountId,
        events: &[NewEvent<'_>],
    ) -> Result<Vec<RecordOutcome>, StoreError> {
        // Reports are in a file of their own, so they do not wait for other writers.
        self.interference.before().await?;
        let outcomes = {
            let mut state = self.lock();
            let rows = state.account_mut(account);
            events.iter().map(|new| record(rows, new)).collect()
        };
        self.interference.after_commit().await?;
        Ok(outcomes)
    }

    async fn transaction(
        &self,
        account: &AccountId,
        id: TransactionId,
    ) -> Result<Option<StoredTransaction>, StoreError> {
        let stored = |message: &ReportedMessage| StoredTransaction {
            transaction: message.transaction.clone(),
            consumer: message.consumer,
        };
        self.read(|state| state.account(account).messages.get(&id).map(stored)).await
    }

    async fn campaign_transactions(
        &self,
        account: &AccountId,
        query: &CampaignQuery<'_>,
    ) -> Result<Vec<Transaction>, StoreError> {
        let read = |state: &State| {
            let all = state.account(account).messages.values().map(|message| &message.transaction);
            let of_campaign = all.filter(|one| {
                let campaign = one.attempt.as_ref().and_then(|attempt| attempt.campaign_id.as_ref());
                campaign.is_some_and(|id| id.as_str() == query.campaign_id)
            });
            let later = of_campaign.filter(|one| query.after.is_none_or(|after| one.id > after));
            later.take(limited(query.limit)).cloned().collect()
        };
        self.read(read).await
    }

    async fn has_transactions(&self, account: &AccountId) -> Result<bool, StoreError> {
        self.read(|state| !state.account(account).messages.is_empty()).await
    }

    async fn has_consumers(&self, _: &AccountId) -> Result<bool, StoreError> {
        missing()
    }

    async fn analytics(&self, _: &AccountId, _: &AnalyticsQuery<'_>) -> Result<Vec<GroupedCell>, StoreError> {
        missing()
    }

    async fn transactions(
        &self,
        _: &AccountId,
        _: &TransactionQuery<'_>,
    ) -> Result<Vec<StoredTransaction>, StoreError> {
        missing()
    }

    async fn campaign_totals(
        &self,
        _: &AccountId,
        _: &str,
        _: u32,
    ) -> Result<Option<CampaignTotals>, StoreError> {
        missing()
    }

    async fn campaign_counts(&self, _: &AccountId, _: &str) -> Result<Option<Counts>, StoreError> {
        missing()
    }

    async fn reporting_values(&self, _: &AccountId, _: ValueKind, _: u32) -> Result<Vec<String>, StoreError> {
        missing()
    }

    async fn audit_hour(&self, _: &AccountId, _: i64, _: bool) -> Result<HourDifference, StoreError> {
        missing()
    }

    async fn erase_consumer(&self, _: &AccountId, _: &ConsumerKey) -> Result<bool, StoreError> {
        missing()
    }

    async fn sealed_addresses(&self, _: &AccountId, _: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        missing()
    }

    async fn delete_transactions(&self, _: &AccountId, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        missing()
    }

    async fn prepare_storage(&self, _: Timestamp, _: Timestamp) -> Result<(), StoreError> {
        missing()
    }

    async fn maintain_storage(&self, _: Timestamp, _: Timestamp) -> Result<(), StoreError> {
        missing()
    }
}
