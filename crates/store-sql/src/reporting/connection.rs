//! Runs statements on one account of reporting. Always binds the account's number as `$1`, so that no statement
//! can access another account by mistake.

use outbound_model::AccountId;
use outbound_store::StoreError;

use super::statements as sql;
use crate::SqlStore;
use crate::args::{AccountKey, Arg, Row};
use crate::bulk_insert::BulkInsert;
use crate::connection::Connection;
use crate::lookup::{Keys, LookupSql};
use crate::queues::QueueKey;
use crate::statement::{PerEngine, ReportingSql};

/// The number of an account in the tables of reporting. Only this module creates it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct AccountNumber(i64);

/// A connection that is restricted to one account.
pub(super) struct ReportingConnection {
    connection: Connection,
    account: AccountNumber,
}

impl SqlStore {
    /// The number of an account; `None` if it has no events yet.
    pub(super) async fn reporting_account(
        &self,
        account: &AccountId,
    ) -> Result<Option<AccountNumber>, StoreError> {
        if let Some(number) = self.values.account(account) {
            return Ok(Some(AccountNumber(number)));
        }
        let reader = self.operational.reader_in(account);
        let found: Option<(i64,)> = reader.optional(sql::ACCOUNT_NUMBER, &[]).await?;
        Ok(found.map(|(number,)| {
            self.values.add_account(account, number);
            AccountNumber(number)
        }))
    }

    /// The number of an account, which gets one if it has none.
    pub(super) async fn new_reporting_account(
        &self,
        account: &AccountId,
    ) -> Result<AccountNumber, StoreError> {
        if let Some(number) = self.reporting_account(account).await? {
            return Ok(number);
        }
        self.operational.execute_in(account, sql::ADD_ACCOUNT, &[]).await?;
        let added = self.reporting_account(account).await?;
        added.ok_or_else(|| StoreError::Corrupt(format!("account {account} has no number")))
    }

    /// A connection that reads.
    pub(super) async fn reporting_reader(
        &self,
        account: &AccountId,
        number: AccountNumber,
    ) -> Result<ReportingConnection, StoreError> {
        let connection = self.operational.reader(QueueKey::Account(account.clone())).await?;
        Ok(ReportingConnection { connection, account: number })
    }

    /// An open transaction.
    pub(super) async fn reporting_transaction(
        &self,
        account: &AccountId,
        number: AccountNumber,
    ) -> Result<ReportingConnection, StoreError> {
        Ok(ReportingConnection { connection: self.operational.begin(account).await?, account: number })
    }
}

impl ReportingConnection {
    pub(super) fn account(&self) -> AccountNumber {
        self.account
    }

    /// Returns all rows of a statement; `args` are `$2`, `$3` …
    pub(super) async fn all<T: Row>(
        &mut self,
        sql: ReportingSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let args = self.with_account(args);
        self.connection.all(sql.0, &args).await
    }

    /// Returns all rows of a statement that differs between the engines.
    pub(super) async fn all_per_engine<T: Row>(
        &mut self,
        sql: PerEngine<ReportingSql>,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.all(sql.for_engine(self.connection.is_postgres()), args).await
    }

    pub(super) async fn optional<T: Row>(
        &mut self,
        sql: ReportingSql,
        args: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Executes a statement and returns the number of changed rows.
    pub(super) async fn execute(&mut self, sql: ReportingSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let args = self.with_account(args);
        self.connection.execute(sql.0, &args).await
    }

    /// Executes a statement that differs between the engines, and returns the number of changed rows.
    pub(super) async fn execute_per_engine(
        &mut self,
        sql: PerEngine<ReportingSql>,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        self.execute(sql.for_engine(self.connection.is_postgres()), args).await
    }

    /// Looks up rows by any number of keys.
    pub(super) async fn lookup<T: Row>(
        &mut self,
        sql: LookupSql,
        keys: Keys<'_>,
    ) -> Result<Vec<T>, StoreError> {
        self.connection.lookup(AccountKey::Number(self.account.0), sql, keys).await
    }

    /// Inserts the rows of all inserts, and returns the number of rows that the last insert changed.
    pub(super) async fn insert(&mut self, inserts: &[BulkInsert<'_>]) -> Result<u64, StoreError> {
        self.connection.insert(AccountKey::Number(self.account.0), inserts).await
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.connection.commit().await
    }

    fn with_account<'a>(&self, args: &[Arg<'a>]) -> Vec<Arg<'a>> {
        std::iter::once(self.account.0.into()).chain(args.iter().copied()).collect()
    }
}
