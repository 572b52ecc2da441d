//! Rows that a transaction on the catalogue writes many in a statement: versions, elements of the published
//! lists, summaries, and the feed of changes. The only place that knows how they get into the database.

use outbound_store::StoreError;
use serde::Serialize;

use super::statements as sql;
use crate::transaction::SqlTransaction;

/// Rows to be written.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) versions: Vec<Version>,
    pub(super) elements: Vec<Element>,
    /// At most one of a handoff.
    pub(super) summaries: Vec<Summary>,
    pub(super) changes: Vec<Change>,
}

/// A version of a handoff.
#[derive(Serialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) number: i64,
    /// The handoff as it is to be served.
    pub(super) document: String,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) note: Option<String>,
    /// What of the handoff is not served.
    pub(super) extension: Option<String>,
}

/// An element of a published list.
#[derive(Serialize)]
pub(super) struct Element {
    pub(super) list: String,
    pub(super) created_at: i64,
    pub(super) id: String,
    pub(super) channel: i64,
}

/// What lists and searches know of a handoff; replaces what they knew before.
#[derive(Serialize)]
pub(super) struct Summary {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) state: &'static str,
    pub(super) channels: String,
    pub(super) languages: String,
    pub(super) senders: String,
    pub(super) texts: String,
    pub(super) created_at: i64,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) version: i64,
    pub(super) published: Option<i64>,
    pub(super) errors: u64,
    pub(super) advices: u64,
}

/// A change in the feed.
#[derive(Serialize)]
pub(super) struct Change {
    /// 1, 2, 3 … among the rows that are written together.
    pub(super) nth: usize,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) version: i64,
}

impl Rows {
    /// Writes all of them.
    pub(super) async fn write(&self, transaction: &mut SqlTransaction) -> Result<(), StoreError> {
        let Self { versions, elements, summaries, changes } = self;
        let arrays = [array(versions)?, array(elements)?, array(summaries)?, array(changes)?];
        if arrays.iter().all(Option::is_none) {
            return Ok(());
        }
        if transaction.is_postgres() {
            let arrays = arrays.each_ref().map(|array| array.as_deref().unwrap_or("[]").into());
            return transaction.execute(sql::ADD_ROWS_POSTGRES, &arrays).await.map(drop);
        }
        for (sql, array) in sql::ADD_ROWS_SQLITE.into_iter().zip(&arrays) {
            if let Some(array) = array {
                transaction.execute(sql, &[array.as_str().into()]).await?;
            }
        }
        Ok(())
    }
}

/// The rows as JSON, if there are any.
fn array<T: Serialize>(rows: &[T]) -> Result<Option<String>, StoreError> {
    if rows.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(rows).map(Some).map_err(|error| StoreError::Engine(error.into()))
}
