//! Reads one account's data. Each read is one statement, and therefore one snapshot. The concerns add their
//! methods.

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::args::{Arg, Row};
use crate::engine::Pools;
use crate::lookup::{Keys, LookupSql};
use crate::queues::QueueKey;
use crate::statement::TenantSql;
use crate::tenant::Tenant;

/// Reads one account's data with connections of the pools.
pub(crate) struct SqlReader {
    pools: Pools,
    account: AccountId,
}

impl SqlReader {
    pub(crate) fn new(pools: Pools, account: AccountId) -> Self {
        Self { pools, account }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.pools.is_postgres()
    }

    pub(crate) async fn all<T: Row>(&self, sql: TenantSql, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError> {
        let mut connection = self.pools.reader(QueueKey::Account(self.account.clone())).await?;
        Tenant::new(&self.account, &mut connection).all(sql, args).await
    }

    /// Like [`all`](Self::all), but PostgreSQL plans the statement for these arguments.
    pub(crate) async fn all_with_own_plan<T: Row>(
        &self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.pools.reader(QueueKey::Account(self.account.clone())).await?;
        Tenant::new(&self.account, &mut connection).all_with_own_plan(sql, args).await
    }

    /// Looks up rows by any number of keys.
    pub(crate) async fn lookup<T: Row>(&self, sql: LookupSql, keys: &[&str]) -> Result<Vec<T>, StoreError> {
        self.lookup_keys(sql, Keys::Text(keys)).await
    }

    /// Like [`lookup`](Self::lookup), for keys of bytes.
    pub(crate) async fn lookup_bytes<T: Row>(
        &self,
        sql: LookupSql,
        keys: &[&[u8]],
    ) -> Result<Vec<T>, StoreError> {
        self.lookup_keys(sql, Keys::Bytes(keys)).await
    }

    async fn lookup_keys<T: Row>(&self, sql: LookupSql, keys: Keys<'_>) -> Result<Vec<T>, StoreError> {
        let mut connection = self.pools.reader(QueueKey::Account(self.account.clone())).await?;
        Tenant::new(&self.account, &mut connection).lookup(sql, keys).await
    }

    pub(crate) async fn optional<T: Row>(
        &self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }
}
