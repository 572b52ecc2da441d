//! The catalogue: handoffs with their versions, the published lists, search, the feed of changes, the
//! account's settings and idempotency keys.

mod blocks;
mod buffer;
pub(crate) mod bulk;
mod handoff_row;
mod known;
mod lists;
mod lookups;
mod reader;
mod rows;
mod search;
pub(crate) mod statements;
mod summary;
mod transaction;
mod write_behind;

use async_trait::async_trait;
use buffer::Buffer;
use outbound_model::AccountId;
use outbound_store::{Catalogue, CatalogueReader, CatalogueTransaction, StoreError};
pub(crate) use rows::ChangeRow;
use transaction::SqlCatalogue;

use crate::SqlStore;

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
}
