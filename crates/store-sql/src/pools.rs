//! Statements outside of transactions, on the pools of one database or file.

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::engine::{Arg, Pools, Row};
use crate::reader::SqlReader;
use crate::statement::{InstallationSql, TenantSql};
use crate::tenant::Tenant;

impl Pools {
    /// Reads one account.
    pub(crate) fn reader_in(&self, account: &AccountId) -> SqlReader {
        SqlReader::new(self.clone(), account.clone())
    }

    /// Every row of a statement.
    pub(crate) async fn all<T: Row>(
        &self,
        sql: InstallationSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.reader(None).await?.all(sql.0, args).await
    }

    /// How many rows a statement changed.
    pub(crate) async fn execute(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.writer(None).await?.execute(sql.0, args).await
    }

    /// How many rows a statement changed in one account, which it does not lock.
    pub(crate) async fn execute_in(
        &self,
        account: &AccountId,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        let mut connection = self.writer(Some(account.clone())).await?;
        Tenant::new(account, &mut connection).execute(sql, args).await
    }
}
