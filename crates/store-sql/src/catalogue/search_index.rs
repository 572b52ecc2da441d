//! The search index: filling it, and deciding whether a search uses it.

use outbound_model::AccountId;
use outbound_store::StoreError;

use super::statements as sql;
use crate::SqlStore;
use crate::bulk_insert::BulkInsert;
use crate::dialect;
use crate::queues::QueueKey;
use crate::reader::SqlReader;
use crate::transaction::SqlTransaction;

/// If more handoffs than this are missing in the index, searches scan the text of all handoffs, which is faster than
/// a lookup of each missing one.
const MAX_PENDING: i64 = 1000;
/// The index consists of trigrams.
const TRIGRAM_LENGTH: usize = 3;
/// Maximum number of trigrams in a query. The text is compared anyway, so a few trigrams are enough.
const MAX_TRIGRAMS: usize = 16;

/// The FTS5 query for `text`. `None` if the text is too short for the index.
pub(super) fn query(text: &str) -> Option<String> {
    let characters: Vec<_> = text.chars().collect();
    let entries: Vec<_> = characters.windows(TRIGRAM_LENGTH).collect();
    let step = entries.len().div_ceil(MAX_TRIGRAMS).max(1);
    let entries = entries.into_iter().step_by(step);
    let quoted =
        entries.map(|entry| format!("\"{}\"", entry.iter().collect::<String>().replace('"', "\"\"")));
    let all: Vec<_> = quoted.collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

impl SqlReader {
    /// Whether the index is complete enough to make searches faster.
    pub(super) async fn is_indexed(&self) -> Result<bool, StoreError> {
        let many: Option<(String,)> =
            self.optional(sql::PENDING_TEXT_AT_OFFSET, &[MAX_PENDING.into()]).await?;
        Ok(many.is_none())
    }
}

impl SqlStore {
    /// Creates PostgreSQL's index, and updates statistics. SQLite's is created by a migration, and needs none.
    pub(super) async fn make_search_index(&self) -> Result<(), StoreError> {
        if !self.pools.is_postgres() {
            return Ok(());
        }
        let mut connection = self.pools.writer(QueueKey::Installation).await?;
        for statement in dialect::PREPARE_SEARCH_INDEX_POSTGRES {
            connection.execute(statement, &[]).await?;
        }
        Ok(())
    }

    /// Adds up to `limit` missing handoffs to the index and returns their number.
    pub(super) async fn fill_index(&self, account: &AccountId, limit: u32) -> Result<u64, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let added = if transaction.is_postgres() {
            fill_postgres(&mut transaction, limit).await?
        } else {
            let mut deleted = 0;
            for step in sql::FILL_SQLITE {
                deleted = transaction.execute(step, &[i64::from(limit).into()]).await?;
            }
            deleted
        };
        transaction.commit_with_audit().await?;
        Ok(added)
    }
}

async fn fill_postgres(transaction: &mut SqlTransaction, limit: u32) -> Result<u64, StoreError> {
    let taken: Vec<(String,)> =
        transaction.all(sql::TAKE_PENDING_TEXTS_POSTGRES, &[i64::from(limit).into()]).await?;
    let ids: Vec<_> = taken.iter().map(|(id,)| id.as_str()).collect();
    let rows: Vec<(String, String)> = transaction.lookup(sql::TEXTS_POSTGRES, &ids).await?;
    if !rows.is_empty() {
        transaction.insert(&[search_texts(&rows)]).await?;
    }
    Ok(taken.len() as u64)
}

/// Inserts the ids and the text of handoffs into the table that PostgreSQL's index is on.
pub(crate) fn search_texts(rows: &[(String, String)]) -> BulkInsert<'_> {
    BulkInsert::new("search_texts", rows.len())
        .text("handoff_id", rows.iter().map(|(id, _)| &**id))
        .text("texts", rows.iter().map(|(_, text)| &**text))
        .on_conflict("ON CONFLICT (account_id, handoff_id) DO UPDATE SET texts = excluded.texts")
}
