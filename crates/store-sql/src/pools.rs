//! Runs statements outside of transactions on one database or file.

use std::hash::Hash;

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::args::{Arg, Row};
use crate::engine::Pools;
use crate::queues::QueueKey;
use crate::reader::SqlReader;
use crate::statement::{InstallationSql, TenantSql};
use crate::tenant::Tenant;

impl Pools {
    /// Opens a reader of one account.
    pub(crate) fn reader_in(&self, account: &AccountId) -> SqlReader {
        SqlReader::new(self.clone(), account.clone())
    }

    /// Returns all rows of a statement.
    pub(crate) async fn all<T: Row>(
        &self,
        sql: InstallationSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.reader(QueueKey::Installation).await?.all(sql.0, args).await
    }

    /// Looks up what a caller presented as its credential, which is the only argument of the statement.
    pub(crate) async fn credential<'a, T: Row>(
        &self,
        sql: InstallationSql,
        presented: impl Hash + Copy + Into<Arg<'a>>,
    ) -> Result<Option<T>, StoreError> {
        let mut connection = self.reader_with(self.queues.credential(presented).await?).await?;
        Ok(connection.all(sql.0, &[presented.into()]).await?.into_iter().next())
    }

    /// Executes a statement and returns the number of changed rows.
    pub(crate) async fn execute(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.writer(QueueKey::Installation).await?.execute(sql.0, args).await
    }

    /// Executes a statement on one account, without locking it, and returns the number of changed rows.
    pub(crate) async fn execute_in(
        &self,
        account: &AccountId,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        let mut connection = self.writer(QueueKey::Account(account.clone())).await?;
        Tenant::new(account, &mut connection).execute(sql, args).await
    }
}
