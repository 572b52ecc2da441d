//! Campaigns, their recipients and lanes, opt-outs, conversations, connections, and events for reporting.

pub(crate) mod acceptance;
mod answers;
mod args;
mod changes;
mod reader;
mod recipient_row;
mod rows;
pub(crate) mod statements;
mod transaction;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::DAY;
use outbound_store::{
    CampaignReader, CampaignTransaction, Campaigns, Connection, ConsumerKey, LaneId, LaneLease, OutboxEvents,
    SendingHold, StoreError,
};
use rows::AccountConnectionRow;
use statements as sql;

use crate::SqlStore;
use crate::rows::{parse_stored, time};
use crate::statement::InstallationSql;
use crate::transaction::SqlTransaction;

impl SqlStore {
    /// The first account after `after` that a statement finds.
    async fn account_after(
        &self,
        statement: InstallationSql,
        after: Option<&AccountId>,
    ) -> Result<Option<AccountId>, StoreError> {
        let after = after.map_or("", AccountId::as_str);
        let rows: Vec<(String,)> = self.pools.all(statement, &[after.into()]).await?;
        rows.first().map(|(account,)| parse_stored(account)).transpose()
    }
}

#[async_trait]
impl Campaigns for SqlStore {
    fn read_campaigns(&self, account: &AccountId) -> Box<dyn CampaignReader> {
        Box::new(self.reader(account))
    }

    async fn write_campaigns(&self, account: &AccountId) -> Result<Box<dyn CampaignTransaction>, StoreError> {
        Ok(Box::new(SqlTransaction::begin_existing(&self.pools, account).await?))
    }

    async fn lease_lanes(&self, lease: LaneLease<'_>, limit: u32) -> Result<(), StoreError> {
        let LaneLease { owner, now, until } = lease;
        let statement = sql::LEASE_LANES.for_engine(self.pools.is_postgres());
        let args = [owner.into(), now.into(), until.into(), i64::from(limit).into()];
        self.pools.execute(statement, &args).await.map(drop)
    }

    async fn renew_leases(&self, lease: LaneLease<'_>) -> Result<(), StoreError> {
        let LaneLease { owner, now, until } = lease;
        let statement = sql::RENEW_LEASES.for_engine(self.pools.is_postgres());
        self.pools.execute(statement, &[owner.into(), now.into(), until.into()]).await.map(drop)
    }

    async fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        self.pools.execute(sql::RELEASE_LANES, &[owner.into()]).await.map(drop)
    }

    async fn due_lanes(
        &self,
        owner: &str,
        now: Timestamp,
        except: &[AccountId],
        limit: u32,
    ) -> Result<Vec<(AccountId, LaneId)>, StoreError> {
        let except: Vec<_> = except.iter().map(AccountId::as_str).collect();
        let args = [owner.into(), now.into(), i64::from(limit).into(), except.as_slice().into()];
        let statement = sql::DUE_LANES.for_engine(self.pools.is_postgres());
        let rows: Vec<(String, String)> = self.pools.all(statement, &args).await?;
        rows.iter().map(|(account, lane)| Ok((parse_stored(account)?, parse_stored(lane)?))).collect()
    }

    async fn connection_of_callback(
        &self,
        callback_id: &str,
    ) -> Result<Option<(AccountId, Connection)>, StoreError> {
        let row: Option<AccountConnectionRow> =
            self.pools.credential(sql::CONNECTION_OF_CALLBACK, callback_id).await?;
        row.map(TryInto::try_into).transpose()
    }

    async fn account_with_events(&self, after: Option<&AccountId>) -> Result<Option<AccountId>, StoreError> {
        self.account_after(sql::ACCOUNT_WITH_EVENTS, after).await
    }

    async fn account_with_changes(&self, after: Option<&AccountId>) -> Result<Option<AccountId>, StoreError> {
        self.account_after(sql::ACCOUNT_WITH_CHANGES, after).await
    }

    async fn publish_changes(&self, account: &AccountId, limit: u32) -> Result<i64, StoreError> {
        self.move_to_feed(account, limit).await
    }

    async fn erase_campaign_consumer(
        &self,
        account: &AccountId,
        consumer: &ConsumerKey,
    ) -> Result<bool, StoreError> {
        let key = consumer.0.as_slice();
        let no_address: &[u8] = &[];
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let recipients = transaction.execute(sql::ERASE_RECIPIENTS, &[key.into()]).await?
            + transaction.execute(sql::ERASE_RECIPIENTS_BY_KEY, &[key.into()]).await?;
        let opt_outs = transaction.execute(sql::ERASE_OPT_OUT, &[key.into(), no_address.into()]).await?;
        let conversations = transaction.execute(sql::ERASE_CONVERSATION, &[key.into()]).await?;
        let answers = transaction.execute(sql::ERASE_ANSWERS, &[key.into()]).await?;
        transaction.commit_with_audit().await?;
        Ok(recipients + opt_outs + conversations + answers > 0)
    }

    async fn outbox_events(&self, account: &AccountId, limit: u32) -> Result<Vec<OutboxEvents>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> =
            self.reader(account).all(sql::OUTBOX_EVENTS, &[i64::from(limit).into()]).await?;
        Ok(rows.into_iter().map(|(number, sealed)| OutboxEvents { number, sealed }).collect())
    }

    async fn delete_outbox_events(&self, account: &AccountId, numbers: &[i64]) -> Result<(), StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let statement = sql::DELETE_EVENTS.for_engine(transaction.is_postgres());
        transaction.execute(statement, &[numbers.into()]).await?;
        transaction.commit_with_audit().await.map(drop)
    }

    async fn sending_hold(&self, overdue_before: Timestamp) -> Result<SendingHold, StoreError> {
        let rows: Vec<(Option<i64>, Option<i64>, i64)> =
            self.pools.all(sql::SENDING_HOLD, &[overdue_before.into()]).await?;
        let (seen_at, held_at, overdue) = rows.first().copied().unwrap_or_default();
        Ok(SendingHold {
            seen_at: seen_at.map(time).transpose()?,
            held_at: held_at.map(time).transpose()?,
            is_overdue: overdue != 0,
        })
    }

    async fn record_sending(&self, now: Timestamp) -> Result<(), StoreError> {
        self.pools.execute(sql::RECORD_SENDING, &[now.into()]).await.map(drop)
    }

    async fn hold_sending(&self, since: Option<Timestamp>) -> Result<(), StoreError> {
        self.pools.execute(sql::HOLD_SENDING, &[since.into()]).await.map(drop)
    }

    async fn purge_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let args = [before.into(), i64::from(limit).into()];
        let campaigns: Vec<(String,)> = transaction.all(sql::UNPURGED_CAMPAIGNS, &args).await?;
        for (campaign,) in &campaigns {
            transaction.execute(sql::DELETE_RECIPIENT_KEYS, &[campaign.as_str().into()]).await?;
            transaction.execute(sql::PURGE_RECIPIENTS, &[campaign.as_str().into()]).await?;
            transaction.execute(sql::PURGE_CAMPAIGN, &[campaign.as_str().into()]).await?;
        }
        transaction.execute(sql::PURGE_ANSWERS, &[before.into()]).await?;
        transaction.commit_with_audit().await?;
        Ok(u64::try_from(campaigns.len()).unwrap_or(u64::MAX))
    }

    async fn delete_conversations(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError> {
        self.pools.execute_in(account, sql::DELETE_CONVERSATIONS, &[before.into()]).await.map(drop)
    }

    async fn forget_inbound(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError> {
        self.pools.execute_in(account, sql::FORGET_INBOUND, &[before.into()]).await.map(drop)
    }

    async fn delete_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let args = [before.into(), i64::from(limit).into()];
        let campaigns: Vec<(String,)> = transaction.all(sql::OLD_CAMPAIGNS, &args).await?;
        for (campaign,) in &campaigns {
            transaction.execute(sql::DELETE_RECIPIENT_KEYS, &[campaign.as_str().into()]).await?;
            transaction.execute(sql::DELETE_RECIPIENTS, &[campaign.as_str().into()]).await?;
            transaction.execute(sql::DELETE_CAMPAIGN, &[campaign.as_str().into()]).await?;
        }
        let day = before.millis().div_euclid(DAY);
        transaction.execute(sql::DELETE_DAILY_RECIPIENTS, &[day.into()]).await?;
        transaction.commit_with_audit().await?;
        Ok(u64::try_from(campaigns.len()).unwrap_or(u64::MAX))
    }
}
