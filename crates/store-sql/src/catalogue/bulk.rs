//! Rows that a transaction on the catalogue writes many at once: handoffs, versions, elements of the published
//! lists, summaries, and the feed of changes. The only place that knows how they get into the database.

use outbound_store::StoreError;

use super::claims::{self, ClaimRow};
use super::handoff_row::HandoffRow;
use super::summary::Summary;
use crate::bulk_insert::BulkInsert;
use crate::transaction::SqlTransaction;

/// Rows to be written. At most one row for each handoff in `handoffs` and in `summaries`.
#[derive(Default)]
pub(super) struct Rows {
    /// In the order of the changes: a handoff may take the name that an earlier one gave up.
    pub(super) handoffs: Vec<HandoffRow>,
    pub(super) versions: Vec<Version>,
    pub(super) elements: Vec<Element>,
    pub(super) summaries: Vec<Summary>,
    pub(super) changes: Vec<Change>,
    /// Of handoffs that have none stored.
    pub(super) claims: Vec<ClaimRow>,
    /// At most one of a state.
    pub(super) counts: Vec<CountDifference>,
}

/// Row of `handoff_versions`.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) number: i64,
    /// The handoff as it is served.
    pub(super) document: String,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) note: Option<String>,
    /// The part of the handoff that is not served.
    pub(super) extension: Option<String>,
}

/// Row of `published_elements`.
pub(super) struct Element {
    pub(super) list: String,
    pub(super) created_at: i64,
    pub(super) id: String,
    pub(super) channel: i64,
}

/// Row of `handoff_changes`.
pub(super) struct Change {
    pub(super) sequence: i64,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) version: i64,
}

/// By how much a row of `handoff_counts` changes.
pub(super) struct CountDifference {
    pub(super) state: &'static str,
    pub(super) difference: i64,
}

impl Rows {
    /// Writes all of them.
    pub(super) async fn write(&self, transaction: &mut SqlTransaction) -> Result<(), StoreError> {
        let inserts = self.inserts();
        if !inserts.is_empty() {
            transaction.insert(&inserts).await?;
        }
        claims::add(&self.claims, transaction).await
    }

    /// One insert for each table that has rows. Handoffs come first: the others refer to them.
    fn inserts(&self) -> Vec<BulkInsert<'_>> {
        let all = [
            handoffs(&self.handoffs),
            versions(&self.versions),
            elements(&self.elements),
            summaries(&self.summaries),
            changes(&self.changes),
            counts(&self.counts),
            search_pending(&self.summaries),
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

fn versions(rows: &[Version]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_versions", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("version", rows.iter().map(|row| row.number))
        .text("document", rows.iter().map(|row| &*row.document))
        .int("saved_at", rows.iter().map(|row| row.at))
        .text("saved_by", rows.iter().map(|row| &*row.by))
        .optional_text("note", rows.iter().map(|row| row.note.as_deref()))
        .optional_text("extension", rows.iter().map(|row| row.extension.as_deref()))
}

fn elements(rows: &[Element]) -> BulkInsert<'_> {
    BulkInsert::new("published_elements", rows.len())
        .text("filter", rows.iter().map(|row| &*row.list))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("channel_index", rows.iter().map(|row| row.channel))
}

/// Writes complete rows and never joins handoffs: both planners sometimes choose a full scan of the account
/// over a lookup by id.
fn summaries(rows: &[Summary]) -> BulkInsert<'_> {
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

/// The new texts wait for the index of searches. A row that waits already is written again: so the task that fills
/// the index leaves it until these texts are committed.
fn search_pending(rows: &[Summary]) -> BulkInsert<'_> {
    BulkInsert::new("search_pending", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .on_conflict("ON CONFLICT (account_id, handoff_id) DO UPDATE SET handoff_id = excluded.handoff_id")
}

fn changes(rows: &[Change]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_changes", rows.len())
        .int("sequence", rows.iter().map(|row| row.sequence))
        .int("at", rows.iter().map(|row| row.at))
        .text("actor", rows.iter().map(|row| &*row.by))
        .text("kind", rows.iter().map(|row| row.kind))
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("version", rows.iter().map(|row| row.version))
}

fn counts(rows: &[CountDifference]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_counts", rows.len())
        .text("state", rows.iter().map(|row| row.state))
        .int("handoffs", rows.iter().map(|row| row.difference))
        .on_conflict(
            "ON CONFLICT (account_id, state) DO UPDATE SET handoffs = handoff_counts.handoffs + excluded.handoffs",
        )
}

/// An insert into each table, for the tests of all statements.
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
    ]
}
