//! Runs statements on one account. Always binds the account as `$1`, so that no statement can access another
//! account by mistake.

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::args::{AccountKey, Arg, Row};
use crate::bulk_insert::BulkInsert;
use crate::connection::Connection;
use crate::lookup::{Keys, LookupSql};
use crate::statement::TenantSql;

/// A connection that is restricted to one account.
pub(crate) struct Tenant<'c> {
    account: &'c AccountId,
    connection: &'c mut Connection,
}

impl<'c> Tenant<'c> {
    pub(crate) fn new(account: &'c AccountId, connection: &'c mut Connection) -> Self {
        Self { account, connection }
    }

    /// Returns all rows of a statement; `args` are `$2`, `$3` …
    pub(crate) async fn all<T: Row>(self, sql: TenantSql, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError> {
        let args = with_account(self.account, args);
        self.connection.all(sql.0, &args).await
    }

    /// Like [`all`](Self::all), but PostgreSQL plans the statement for these arguments.
    pub(crate) async fn all_with_own_plan<T: Row>(
        self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let args = with_account(self.account, args);
        self.connection.all_with_own_plan(sql.0, &args).await
    }

    /// Executes a statement and returns the number of changed rows.
    pub(crate) async fn execute(self, sql: TenantSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let args = with_account(self.account, args);
        self.connection.execute(sql.0, &args).await
    }

    /// Looks up rows by any number of keys.
    pub(crate) async fn lookup<T: Row>(self, sql: LookupSql, keys: Keys<'_>) -> Result<Vec<T>, StoreError> {
        self.connection.lookup(AccountKey::Id(self.account.as_str()), sql, keys).await
    }

    /// Inserts the rows of all inserts.
    pub(crate) async fn insert(self, inserts: &[BulkInsert<'_>]) -> Result<(), StoreError> {
        self.connection.insert(AccountKey::Id(self.account.as_str()), inserts).await.map(drop)
    }
}

fn with_account<'a>(account: &'a AccountId, args: &[Arg<'a>]) -> Vec<Arg<'a>> {
    std::iter::once(account.as_str().into()).chain(args.iter().copied()).collect()
}
