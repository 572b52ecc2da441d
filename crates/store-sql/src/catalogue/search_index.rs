//! The index of searches: filled from the texts that wait for it, and asked for the handoffs that may contain a word.

use outbound_model::AccountId;
use outbound_store::StoreError;

use super::statements as sql;
use crate::SqlStore;
use crate::bulk_insert::BulkInsert;
use crate::dialect;
use crate::reader::SqlReader;
use crate::rows::parsed;
use crate::transaction::SqlTransaction;

/// With more texts that wait, all texts are searched instead: that takes less time than to look up each.
const MAX_PENDING: i64 = 1000;
/// Characters of an entry of the index.
const ENTRY: usize = 3;
/// Entries that are looked for at most: a few find the same as all, as what they find is compared anyway.
const MAX_ENTRIES: usize = 16;

/// What the index is asked for, if it can find `text`: on SQLite a query of FTS5.
pub(super) fn query(text: &str) -> Option<String> {
    let characters: Vec<_> = text.chars().collect();
    let entries: Vec<_> = characters.windows(ENTRY).collect();
    let step = entries.len().div_ceil(MAX_ENTRIES).max(1);
    let entries = entries.into_iter().step_by(step);
    let quoted =
        entries.map(|entry| format!("\"{}\"", entry.iter().collect::<String>().replace('"', "\"\"")));
    let all: Vec<_> = quoted.collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

impl SqlReader {
    /// Whether the index, together with the texts that wait for it, finds faster than a look at all texts.
    pub(super) async fn is_indexed(&self) -> Result<bool, StoreError> {
        let many: Option<(String,)> = self.optional(sql::MANY_PENDING_TEXTS, &[MAX_PENDING.into()]).await?;
        Ok(many.is_none())
    }
}

impl SqlStore {
    /// Makes PostgreSQL's index. SQLite's is made by a migration.
    pub(super) async fn make_search_index(&self) -> Result<(), StoreError> {
        if !self.pools.is_postgres() {
            return Ok(());
        }
        let mut connection = self.pools.writer(None).await?;
        for statement in dialect::MAKE_SEARCH_INDEX_POSTGRES {
            connection.execute(statement, &[]).await?;
        }
        Ok(())
    }

    /// The first account behind `after` with texts that wait.
    pub(super) async fn account_with_pending_texts(
        &self,
        after: &str,
    ) -> Result<Option<AccountId>, StoreError> {
        let rows: Vec<(String,)> = self.all(sql::ACCOUNT_WITH_PENDING_TEXTS, &[after.into()]).await?;
        rows.first().map(|(account,)| parsed(account)).transpose()
    }

    /// Moves up to `most` texts that wait into the index, and answers how many.
    pub(super) async fn fill_index(&self, account: &AccountId, most: u32) -> Result<u64, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let added = if transaction.is_postgres() {
            fill_postgres(&mut transaction, most).await?
        } else {
            let mut deleted = 0;
            for step in sql::FILL_SQLITE {
                deleted = transaction.execute(step, &[i64::from(most).into()]).await?;
            }
            deleted
        };
        transaction.make_durable().await?;
        Ok(added)
    }
}

async fn fill_postgres(transaction: &mut SqlTransaction, most: u32) -> Result<u64, StoreError> {
    let taken: Vec<(String,)> =
        transaction.all(sql::TAKE_PENDING_TEXTS_POSTGRES, &[i64::from(most).into()]).await?;
    let ids: Vec<_> = taken.iter().map(|(id,)| id.as_str()).collect();
    let texts: Vec<(String, String)> = transaction.lookup(sql::TEXTS_POSTGRES, &ids).await?;
    if !texts.is_empty() {
        transaction.insert(&[search_texts(&texts)]).await?;
    }
    Ok(taken.len() as u64)
}

/// Ids and texts into the table that PostgreSQL's index is on.
pub(crate) fn search_texts(texts: &[(String, String)]) -> BulkInsert<'_> {
    BulkInsert::new("search_texts", texts.len())
        .text("handoff_id", texts.iter().map(|(id, _)| &**id))
        .text("texts", texts.iter().map(|(_, text)| &**text))
        .on_conflict("ON CONFLICT (account_id, handoff_id) DO UPDATE SET texts = excluded.texts")
}
