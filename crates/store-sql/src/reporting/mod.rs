//! Reporting: transactions, their events, and totals by hour and day. On SQLite its tables are in the operational
//! file. Nothing here locks an account.
//!
//! Writers read rows, apply events, and write the rows only if their revision is unchanged (`record`). So any number
//! of nodes can record events of the same messages, without locks that last longer than a commit.

mod audit;
mod campaigns;
mod codes;
mod connection;
mod consumers;
mod convert;
mod counts_row;
pub(crate) mod files;
mod filter_lists;
mod partitions;
mod periods;
mod record;
mod reports;
mod retention;
mod row;
mod seek;
pub(crate) mod statements;
mod totals;
mod values;

use async_trait::async_trait;
use codes::Code;
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Counts, DAY, GroupedCell, HOUR, Transaction, TransactionId};
use outbound_store::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, ConsumerKey, HourDifference, NewEvent, RecordOutcome,
    Reporting, StoreError, StoredTransaction, TransactionQuery, ValueKind,
};
use partitions::PartitionChange;
use statements as sql;
pub(crate) use values::ValueCache;

use crate::SqlStore;

const HOURS_OF_DAY: i64 = DAY / HOUR;

#[async_trait]
impl Reporting for SqlStore {
    async fn record_events(
        &self,
        account: &AccountId,
        events: &[NewEvent<'_>],
    ) -> Result<Vec<RecordOutcome>, StoreError> {
        self.record(account, events).await
    }

    async fn analytics(
        &self,
        account: &AccountId,
        query: &AnalyticsQuery<'_>,
    ) -> Result<Vec<GroupedCell>, StoreError> {
        self.read_analytics(account, query).await
    }

    async fn transactions(
        &self,
        account: &AccountId,
        query: &TransactionQuery<'_>,
    ) -> Result<Vec<StoredTransaction>, StoreError> {
        self.read_transactions(account, query).await
    }

    async fn transaction(
        &self,
        account: &AccountId,
        id: TransactionId,
    ) -> Result<Option<StoredTransaction>, StoreError> {
        self.read_transaction(account, id).await
    }

    async fn campaign_totals(
        &self,
        account: &AccountId,
        campaign_id: &str,
        limit: u32,
    ) -> Result<Option<CampaignTotals>, StoreError> {
        self.read_campaign_totals(account, campaign_id, limit).await
    }

    async fn campaign_counts(
        &self,
        account: &AccountId,
        campaign_id: &str,
    ) -> Result<Option<Counts>, StoreError> {
        self.read_campaign_counts(account, campaign_id).await
    }

    async fn campaign_transactions(
        &self,
        account: &AccountId,
        query: &CampaignQuery<'_>,
    ) -> Result<Vec<Transaction>, StoreError> {
        self.read_campaign_transactions(account, query).await
    }

    async fn reporting_values(
        &self,
        account: &AccountId,
        kind: ValueKind,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(Vec::new()) };
        let args = [kind.code().into(), i64::from(limit).into()];
        let rows: Vec<(String,)> = reader.all(sql::LIST_VALUES, &args).await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    async fn has_transactions(&self, account: &AccountId) -> Result<bool, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(false) };
        let any: Option<(i64,)> = reader.optional(sql::ANY_TRANSACTION, &[]).await?;
        Ok(any.is_some())
    }

    async fn has_consumers(&self, account: &AccountId) -> Result<bool, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(false) };
        let any: Option<(i64,)> = reader.optional(sql::ANY_CONSUMER, &[]).await?;
        Ok(any.is_some())
    }

    async fn audit_hour(
        &self,
        account: &AccountId,
        hour: i64,
        repair: bool,
    ) -> Result<HourDifference, StoreError> {
        self.audit(account, hour, repair).await
    }

    async fn erase_consumer(&self, account: &AccountId, key: &ConsumerKey) -> Result<bool, StoreError> {
        let Some(number) = self.reporting_account(account).await? else { return Ok(false) };
        let mut transaction = self.reporting_transaction(account, number).await?;
        let deleted = transaction.execute(sql::DELETE_CONSUMER, &[key.0.as_slice().into()]).await?;
        transaction.commit().await?;
        Ok(deleted > 0)
    }

    async fn sealed_addresses(
        &self,
        account: &AccountId,
        numbers: &[i64],
    ) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(Vec::new()) };
        reader.all_per_engine(sql::SEALED_ADDRESSES, &[numbers.into()]).await
    }

    async fn delete_transactions(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.delete_old(account, before, limit).await
    }

    async fn prepare_storage(&self, earliest: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.change_partitions(PartitionChange::Create, earliest, now).await
    }

    async fn maintain_storage(&self, earliest: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.change_partitions(PartitionChange::CreateAndDrop, earliest, now).await
    }
}
