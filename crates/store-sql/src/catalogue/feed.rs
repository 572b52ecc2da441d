//! Moves changes of campaigns, messages and consumers to the change feed.

use std::collections::HashSet;

use outbound_model::AccountId;
use outbound_store::StoreError;

use super::new_rows::{NewChangeRow, changes};
use super::statements as sql;
use crate::SqlStore;
use crate::rows::{from_row, time};

/// A change that the feed does not have yet.
struct WaitingChangeRow {
    change_no: i64,
    at: i64,
    actor: String,
    kind: String,
    event_key: Option<String>,
    details: String,
}

from_row!(WaitingChangeRow { change_no, at, actor, kind, event_key, details });

impl SqlStore {
    /// Moves up to `limit` changes, and returns the account's revision.
    pub(crate) async fn move_to_feed(&self, account: &AccountId, limit: u32) -> Result<i64, StoreError> {
        let mut transaction = self.begin_locked(account).await?;
        let mut waiting: Vec<WaitingChangeRow> =
            transaction.all(sql::TAKE_NEW_CHANGES, &[i64::from(limit).into()]).await?;
        waiting.sort_by_key(|change| change.change_no);
        let keys: Vec<_> = waiting.iter().filter_map(|change| change.event_key.as_deref()).collect();
        let known: Vec<(String,)> = transaction.lookup(sql::CHANGE_BY_KEY, &keys).await?;
        let mut known: HashSet<String> = known.into_iter().map(|(key,)| key).collect();
        waiting.retain(|change| change.event_key.as_ref().is_none_or(|key| known.insert(key.clone())));
        let last = transaction.number(sql::LAST_CHANGE, &[]).await?;
        let Some(newest) = waiting.iter().map(|change| change.at).max() else {
            return transaction.commit_with_audit().await;
        };
        let row = |(change, sequence): (WaitingChangeRow, i64)| NewChangeRow {
            sequence,
            at: change.at,
            by: change.actor,
            kind: change.kind.into(),
            handoff: None,
            details: Some(change.details),
            key: change.event_key,
        };
        let rows: Vec<_> = waiting.into_iter().zip(last + 1..).map(row).collect();
        transaction.insert(&[changes(&rows)]).await?;
        transaction.enqueue_deliveries(time(newest)?).await?;
        transaction.commit_with_audit().await
    }
}
