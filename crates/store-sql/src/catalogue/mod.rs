//! The catalogue: handoffs with their versions, published lists, search, the change feed, settings of an
//! account, and idempotency keys.

mod background_writer;
mod blocks;
mod buffer;
mod claim_row;
mod claims;
mod feed;
mod handoff_cache;
mod handoff_row;
mod lists;
mod lookups;
pub(crate) mod new_rows;
mod reader;
mod rows;
mod search;
pub(crate) mod search_index;
#[cfg(test)]
mod search_tests;
pub(crate) mod statements;
mod summary_row;
mod transaction;

use async_trait::async_trait;
use buffer::Buffer;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Catalogue, CatalogueReader, CatalogueTransaction, StoreError};
pub(crate) use rows::ChangeRow;
use statements as sql;
use transaction::SqlCatalogue;

use crate::queues::QueueKey;
use crate::rows::parse_stored;
use crate::{SqlStore, dialect};

#[async_trait]
impl Catalogue for SqlStore {
    fn read_catalogue(&self, account: &AccountId) -> Box<dyn CatalogueReader> {
        Box::new(self.reader(account))
    }

    async fn write_catalogue(
        &self,
        account: &AccountId,
    ) -> Result<Box<dyn CatalogueTransaction>, StoreError> {
        let transaction = self.begin_locked(account).await?;
        Ok(Box::new(SqlCatalogue(Buffer::new(transaction, self.block_elements))))
    }

    async fn prepare_search_index(&self) -> Result<(), StoreError> {
        self.make_search_index().await
    }

    async fn update_statistics(&self) -> Result<(), StoreError> {
        // SQLite plans these statements well without statistics.
        if self.pools.is_postgres() {
            let mut connection = self.pools.writer(QueueKey::Installation).await?;
            connection.execute(dialect::UPDATE_STATISTICS_POSTGRES, &[]).await?;
        }
        Ok(())
    }

    async fn account_with_pending_texts(
        &self,
        after: Option<&AccountId>,
    ) -> Result<Option<AccountId>, StoreError> {
        let after = after.map_or("", AccountId::as_str);
        let rows: Vec<(String,)> = self.pools.all(sql::ACCOUNT_WITH_PENDING_TEXTS, &[after.into()]).await?;
        rows.first().map(|(account,)| parse_stored(account)).transpose()
    }

    async fn fill_search_index(&self, account: &AccountId, limit: u32) -> Result<u64, StoreError> {
        self.fill_index(account, limit).await
    }

    async fn prune_changes(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.pools.execute_in(account, sql::PRUNE_CHANGES, &[before.into(), i64::from(limit).into()]).await
    }
}
