//! Notes what happens to handoffs: in their summaries, and in the feed of changes.
//!
//! A handoff that is saved and published at once, as an import does, has its summary written once; and
//! the changes of a transaction are written many in a statement.

use std::collections::BTreeSet;

use outbound_model::{ChangeKind, HandoffId, SearchTerms};
use outbound_store::{Act, NewVersion, StoreError};
use serde_json::{Value, json};

use super::SqlTransaction;
use crate::dialect;
use crate::statements;

/// So many changes are written in one statement.
const CHANGES_AT_ONCE: usize = 500;

/// What a transaction has still to note.
#[derive(Default)]
pub(super) struct History {
    /// The summary of the handoff saved last.
    summary: Option<UnwrittenSummary>,
    changes: Vec<Value>,
    /// The number of the newest change, once it is known.
    last: Option<i64>,
}

/// What a summary does not take from the handoff's row.
struct UnwrittenSummary {
    id: HandoffId,
    languages: String,
    senders: String,
    texts: String,
    updated_at: i64,
    updated_by: String,
    errors: i64,
    advices: i64,
}

impl UnwrittenSummary {
    fn of(version: &NewVersion<'_>) -> Self {
        let terms = SearchTerms::of(version.handoff);
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Self {
            id: version.handoff.id.clone(),
            languages: words(&terms.languages),
            senders: words(&terms.senders),
            texts: terms.text,
            updated_at: version.act.at.millis(),
            updated_by: version.act.by.to_owned(),
            errors: count(version.findings.errors),
            advices: count(version.findings.advices),
        }
    }
}

/// A list of words with a blank before and behind each.
fn words(words: &BTreeSet<String>) -> String {
    words.iter().fold(" ".to_owned(), |list, word| list + word + " ")
}

impl SqlTransaction {
    /// A version was saved as number `number`.
    pub(super) async fn note_save(
        &mut self,
        version: &NewVersion<'_>,
        number: i64,
    ) -> Result<(), StoreError> {
        self.write_summary().await?;
        self.history.summary = Some(UnwrittenSummary::of(version));
        self.note_change(ChangeKind::Saved, &version.handoff.id, number, version.act).await
    }

    /// Something else happened to a handoff.
    pub(super) async fn note(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        match &mut self.history.summary {
            Some(unwritten) if unwritten.id == *id => {
                unwritten.updated_at = act.at.millis();
                act.by.clone_into(&mut unwritten.updated_by);
            }
            _ => {
                let state = [id.as_str().into(), act.at.into(), act.by.into()];
                self.execute(statements::SUMMARISE_STATE, &state).await?;
            }
        }
        self.note_change(kind, id, version, act).await
    }

    async fn note_change(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        let last = match self.history.last {
            Some(last) => last,
            None => self.optional(statements::LAST_CHANGE, &[]).await?.map_or(0, |(last,)| last),
        };
        self.history.last = Some(last + 1);
        self.history.changes.push(json!({
            "sequence": last + 1,
            "at": act.at.millis(),
            "by": act.by,
            "kind": kind,
            "handoff": id,
            "version": version,
        }));
        if self.history.changes.len() < CHANGES_AT_ONCE { Ok(()) } else { self.write_changes().await }
    }

    async fn write_summary(&mut self) -> Result<(), StoreError> {
        let Some(summary) = self.history.summary.take() else { return Ok(()) };
        let row = [
            summary.id.as_str().into(),
            (&*summary.languages).into(),
            (&*summary.senders).into(),
            (&*summary.texts).into(),
            summary.updated_at.into(),
            (&*summary.updated_by).into(),
            summary.errors.into(),
            summary.advices.into(),
        ];
        self.execute(statements::SAVE_SUMMARY, &row).await.map(drop)
    }

    async fn write_changes(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.history.changes);
        if changes.is_empty() {
            return Ok(());
        }
        let rows = Value::Array(changes).to_string();
        let sql = self.transaction.pick(dialect::ADD_CHANGES);
        self.execute(sql, &[rows.as_str().into()]).await.map(drop)
    }

    /// Writes what is still only noted in memory.
    pub(super) async fn write_history(&mut self) -> Result<(), StoreError> {
        self.write_summary().await?;
        self.write_changes().await
    }
}
