//! Rows that a transaction on the catalogue inserts with few statements, and the tables and columns that they
//! are written to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use outbound_store::StoreError;

use super::claim_row::{self, ClaimRow};
use super::handoff_row::HandoffRow;
use super::summary_row::NewSummaryRow;
use crate::bulk_insert::BulkInsert;
use crate::transaction::SqlTransaction;

/// Rows to insert. `handoffs` and `summaries` contain at most one row for each handoff.
#[derive(Default)]
pub(super) struct NewRows {
    /// In the order of the changes, because a handoff may take the name that another one gave up.
    pub(super) handoffs: Vec<HandoffRow>,
    pub(super) versions: Vec<NewVersionRow>,
    pub(super) elements: Vec<NewElementRow>,
    pub(super) summaries: Vec<NewSummaryRow>,
    pub(super) changes: Vec<NewChangeRow>,
    /// Claims of handoffs that have no stored claims.
    pub(super) claims: Vec<ClaimRow>,
    /// Keys that are now claimed with two values, with their rules.
    pub(super) contested: BTreeMap<i64, &'static str>,
    /// At most one row for each state.
    pub(super) counts: Vec<CountDifference>,
}

/// A row of `handoff_versions`.
pub(super) struct NewVersionRow {
    pub(super) id: String,
    pub(super) number: i64,
    /// The JSON that is served.
    pub(super) document: String,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) note: Option<String>,
    /// The extension, which is not served.
    pub(super) extension: Option<String>,
}

/// A row of `published_elements`.
pub(super) struct NewElementRow {
    pub(super) list: String,
    pub(super) created_at: i64,
    pub(super) id: String,
    pub(super) channel: i64,
}

/// A row of `handoff_changes`.
pub(super) struct NewChangeRow {
    pub(super) sequence: i64,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) kind: Cow<'static, str>,
    /// The handoff and its version.
    pub(super) handoff: Option<(String, i64)>,
    /// What a change without a handoff is about: JSON.
    pub(super) details: Option<String>,
    pub(super) key: Option<String>,
}

/// A difference to add to a row of `handoff_counts`.
pub(super) struct CountDifference {
    pub(super) state: &'static str,
    pub(super) difference: i64,
}

impl NewRows {
    /// Inserts all rows.
    pub(super) async fn write(&self, transaction: &mut SqlTransaction) -> Result<(), StoreError> {
        transaction.insert(&self.inserts()).await
    }

    /// Returns one insert for each table with new rows. Handoffs come first, because the other tables refer
    /// to them.
    fn inserts(&self) -> Vec<BulkInsert<'_>> {
        let all = [
            handoffs(&self.handoffs),
            versions(&self.versions),
            elements(&self.elements),
            summaries(&self.summaries),
            changes(&self.changes),
            counts(&self.counts),
            search_pending(&self.summaries),
            claim_row::insert(&self.claims),
            claim_row::insert_contested(&self.contested),
        ];
        all.into_iter().filter(|insert| !insert.is_empty()).collect()
    }
}

fn handoffs(rows: &[HandoffRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoffs", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.handoff_id))
        .text("name", rows.iter().map(|row| &*row.name))
        .text("name_key", rows.iter().map(|row| &*row.name_key))
        .text("channels", rows.iter().map(|row| &*row.channels))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .int("latest_version", rows.iter().map(|row| row.latest_version))
        .optional_int("published_version", rows.iter().map(|row| row.published_version))
        .optional_int("archived_at", rows.iter().map(|row| row.archived_at))
        .on_conflict(
            "ON CONFLICT (account_id, handoff_id) DO UPDATE
             SET name = excluded.name, name_key = excluded.name_key, channels = excluded.channels,
                 latest_version = excluded.latest_version, published_version = excluded.published_version,
                 archived_at = excluded.archived_at",
        )
}

fn versions(rows: &[NewVersionRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_versions", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("version", rows.iter().map(|row| row.number))
        .text("document", rows.iter().map(|row| &*row.document))
        .int("saved_at", rows.iter().map(|row| row.at))
        .text("saved_by", rows.iter().map(|row| &*row.by))
        .optional_text("note", rows.iter().map(|row| row.note.as_deref()))
        .optional_text("extension", rows.iter().map(|row| row.extension.as_deref()))
}

fn elements(rows: &[NewElementRow]) -> BulkInsert<'_> {
    BulkInsert::new("published_elements", rows.len())
        .text("filter", rows.iter().map(|row| &*row.list))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("channel_index", rows.iter().map(|row| row.channel))
}

/// Writes complete rows and never joins handoffs: both planners sometimes choose a full scan of the account
/// over a lookup by id.
fn summaries(rows: &[NewSummaryRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_summaries", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .text("name", rows.iter().map(|row| &*row.name))
        .text("name_key", rows.iter().map(|row| &*row.name_key))
        .text("state", rows.iter().map(|row| row.state))
        .text("channels", rows.iter().map(|row| &*row.channels))
        .text("languages", rows.iter().map(|row| &*row.languages))
        .text("senders", rows.iter().map(|row| &*row.senders))
        .utf8("texts", rows.iter().map(|row| &*row.texts))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .int("updated_at", rows.iter().map(|row| row.at))
        .text("updated_by", rows.iter().map(|row| &*row.by))
        .int("latest_version", rows.iter().map(|row| row.version))
        .optional_int("published_version", rows.iter().map(|row| row.published))
        .int("errors", rows.iter().map(|row| row.errors.cast_signed()))
        .int("warnings", rows.iter().map(|row| row.warnings.cast_signed()))
        .on_conflict(
            "ON CONFLICT (account_id, handoff_id) DO UPDATE
             SET name = excluded.name, name_key = excluded.name_key, state = excluded.state,
                 channels = excluded.channels, languages = excluded.languages, senders = excluded.senders,
                 texts = excluded.texts, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
                 latest_version = excluded.latest_version, published_version = excluded.published_version,
                 errors = excluded.errors, warnings = excluded.warnings",
        )
}

/// Marks the handoffs as missing in the search index. A row that exists is written again, which locks it, so
/// that the background task skips it until the new text is committed.
fn search_pending(rows: &[NewSummaryRow]) -> BulkInsert<'_> {
    BulkInsert::new("search_pending", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .on_conflict("ON CONFLICT (account_id, handoff_id) DO UPDATE SET handoff_id = excluded.handoff_id")
}

pub(super) fn changes(rows: &[NewChangeRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_changes", rows.len())
        .int("sequence", rows.iter().map(|row| row.sequence))
        .int("at", rows.iter().map(|row| row.at))
        .text("actor", rows.iter().map(|row| &*row.by))
        .text("kind", rows.iter().map(|row| &*row.kind))
        .optional_text("handoff_id", rows.iter().map(|row| row.handoff.as_ref().map(|(id, _)| &**id)))
        .optional_int("version", rows.iter().map(|row| row.handoff.as_ref().map(|(_, version)| *version)))
        .optional_text("details", rows.iter().map(|row| row.details.as_deref()))
        .optional_text("event_key", rows.iter().map(|row| row.key.as_deref()))
}

fn counts(rows: &[CountDifference]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_counts", rows.len())
        .text("state", rows.iter().map(|row| row.state))
        .int("handoffs", rows.iter().map(|row| row.difference))
        .on_conflict(
            "ON CONFLICT (account_id, state) DO UPDATE SET handoffs = handoff_counts.handoffs + excluded.handoffs",
        )
}

/// Returns an insert into each table, for the tests that check all statements.
#[cfg(test)]
pub(crate) fn every_insert() -> Vec<BulkInsert<'static>> {
    vec![
        handoffs(&[]),
        versions(&[]),
        elements(&[]),
        summaries(&[]),
        changes(&[]),
        counts(&[]),
        search_pending(&[]),
        claim_row::insert(&[]),
        claim_row::insert_contested(&BTreeMap::new()),
    ]
}
