//! Deletes old transactions, totals and consumers, and maintains the monthly partitions of PostgreSQL.

use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{App, DAY, TransactionId};
use outbound_store::StoreError;

use super::HOURS_OF_DAY;
use super::codes::Code;
use super::connection::AccountNumber;
use super::statements as sql;
use crate::SqlStore;

impl SqlStore {
    pub(super) async fn delete_old(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let Some(number) = self.reporting_account(account).await? else { return Ok(0) };
        // Whole days, so that what is kept of messages, hours and days still agrees.
        let day = before.millis().div_euclid(DAY);
        let before = Timestamp::EPOCH.plus_millis(day.saturating_mul(DAY));
        let mut deleted = 0;
        if !self.operational.is_postgres() {
            let mut transaction = self.reporting_transaction(account, number).await?;
            let first_kept = TransactionId::first_at(before);
            let args = [first_kept.as_bytes().as_slice().into(), i64::from(limit).into()];
            deleted += transaction.execute(sql::DELETE_TRANSACTIONS, &args).await?;
            transaction.commit().await?;
        }
        deleted += self.delete_old_totals(account, number, day).await?;
        Ok(deleted + self.delete_old_consumers(account, number, day, limit).await?)
    }

    /// Deletes totals before `day`: hours of one day at a time, and all days.
    async fn delete_old_totals(
        &self,
        account: &AccountId,
        number: AccountNumber,
        day: i64,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.reporting_transaction(account, number).await?;
        let hour = day.saturating_mul(HOURS_OF_DAY);
        let mut deleted = 0;
        for app in App::ALL {
            let app = app.code().into();
            deleted += transaction.execute(sql::DELETE_HOURS, &[app, hour.into()]).await?;
            deleted += transaction.execute(sql::DELETE_DAYS, &[app, day.into()]).await?;
        }
        deleted += transaction.execute(sql::DELETE_CAMPAIGN_HOURS, &[hour.into()]).await?;
        transaction.commit().await?;
        Ok(deleted)
    }

    /// Deletes consumers whose last message was attempted before `day`. In a transaction of its own, because events
    /// lock consumers before totals.
    async fn delete_old_consumers(
        &self,
        account: &AccountId,
        number: AccountNumber,
        day: i64,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.reporting_transaction(account, number).await?;
        let args = [day.into(), i64::from(limit).into()];
        let deleted = transaction.execute_per_engine(sql::DELETE_OLD_CONSUMERS, &args).await?;
        transaction.commit().await?;
        Ok(deleted)
    }
}
