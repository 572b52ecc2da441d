//! A transaction on the catalogue with a write buffer, for fast imports.
//!
//! Changed rows are collected in memory and inserted with few statements. Handoffs and names that were read
//! are cached. Otherwise an import would spend most of its time on round trips to the database. Each handoff
//! with buffered rows is in the cache, and so are the names that it gives up or takes. A method that reads
//! from tables with buffered rows flushes the buffer first, so callers need not know about it.

use std::collections::BTreeMap;
use std::mem;

use outbound_model::{ChangeKind, Handoff, HandoffId, SearchTerms, Timestamp};
use outbound_store::{Attribution, NewVersion, StoreError};

use super::background_writer::BackgroundWriter;
use super::blocks::ListBlocks;
use super::handoff_cache::{HandoffCache, not_cached};
use super::handoff_row::HandoffRow;
use super::new_rows::{CountDifference, NewChangeRow, NewRows, NewVersionRow};
use super::rows::MAX_INLINE_BYTES;
use super::statements as sql;
use super::summary_row::NewSummaryRow;
use crate::off_thread::off_thread;
use crate::transaction::SqlTransaction;

/// Maximum number of buffered changes. An import makes two for each handoff. The database writes them while
/// the import prepares the next ones, so the buffer holds fewer handoffs than an import reads at once.
/// That keeps both busy most of the time.
const MAX_BUFFERED_CHANGES: usize = 1024;
/// Maximum size of buffered documents in bytes, excluding the last one.
const MAX_BUFFERED_BYTES: usize = 1 << 20;

/// The transaction and its buffer.
pub(super) struct Buffer {
    pub(super) transaction: BackgroundWriter,
    pub(super) rows: NewRows,
    pub(super) cache: HandoffCache,
    /// Size of the buffered documents in bytes.
    bytes: usize,
    pub(super) blocks: ListBlocks,
    /// Number of the newest change, once it has been read.
    last_change: Option<i64>,
    /// Time of the newest change of this transaction.
    changed_at: Option<Timestamp>,
    /// Differences in the number of handoffs in each state since the last flush.
    counts: BTreeMap<&'static str, i64>,
}

/// The search terms of a handoff whose document has this many bytes; computed on another thread if they are many.
async fn search_terms(handoff: &Handoff, bytes: usize) -> Result<SearchTerms, StoreError> {
    if bytes <= MAX_INLINE_BYTES {
        return Ok(SearchTerms::of(handoff));
    }
    let handoff = handoff.clone();
    off_thread(move || SearchTerms::of(&handoff)).await
}

/// A version to write.
pub(super) struct SavedVersion {
    /// The handoff with this version.
    pub(super) row: HandoffRow,
    /// The JSON that is served.
    pub(super) document: String,
    /// The extension, which is not served, as JSON.
    pub(super) extension: Option<String>,
}

impl Buffer {
    pub(super) fn new(transaction: SqlTransaction, block_elements: i64) -> Self {
        Self {
            transaction: BackgroundWriter::new(transaction),
            rows: NewRows::default(),
            cache: HandoffCache::default(),
            bytes: 0,
            blocks: ListBlocks::new(block_elements),
            last_change: None,
            changed_at: None,
            counts: BTreeMap::new(),
        }
    }

    /// The transaction, for tables that are not buffered: `accounts`, `idempotency_keys`, `jobs`.
    pub(super) async fn unbuffered(&mut self) -> Result<&mut SqlTransaction, StoreError> {
        self.transaction.ready().await
    }

    /// Adds a version, its summary and the change.
    pub(super) async fn add_version(
        &mut self,
        version: &NewVersion<'_>,
        saved: SavedVersion,
    ) -> Result<(), StoreError> {
        let NewVersion { handoff, attribution, .. } = version;
        let has_summary = self.cached(&handoff.id).await?.summary.is_some();
        if has_summary || self.rows.changes.len() >= MAX_BUFFERED_CHANGES || self.bytes >= MAX_BUFFERED_BYTES
        {
            self.write_rows();
        }
        let number = saved.row.latest_version;
        if number > 1 {
            self.delete_claims(&handoff.id).await?;
        }
        self.add_claims(version.claims, &handoff.id, saved.row.created_at).await?;
        let terms = search_terms(handoff, saved.document.len()).await?;
        self.cached(&handoff.id).await?.summary = Some(self.rows.summaries.len());
        self.rows.summaries.push(NewSummaryRow::of(version, &saved.row, terms));
        self.bytes += saved.document.len();
        self.rows.versions.push(NewVersionRow {
            id: handoff.id.to_string(),
            number,
            document: saved.document,
            at: attribution.at.millis(),
            by: attribution.by.to_owned(),
            note: version.note.map(str::to_owned),
            extension: saved.extension,
        });
        self.change_row(&handoff.id, saved.row).await?;
        self.add_change(ChangeKind::Saved, &handoff.id, number, *attribution).await
    }

    /// Updates a handoff and its summary to the state of `row`, and adds the change.
    pub(super) async fn change_state(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        row: HandoffRow,
        attribution: Attribution<'_>,
    ) -> Result<(), StoreError> {
        let state = row.state().as_str();
        let published = row.published_version;
        let version = row.latest_version;
        let buffered = self.cached(id).await?.summary;
        if let Some(summary) = buffered.and_then(|index| self.rows.summaries.get_mut(index)) {
            (summary.state, summary.published) = (state, published);
            (summary.at, summary.by) = (attribution.at.millis(), attribution.by.to_owned());
        } else {
            let args = [
                id.as_str().into(),
                state.into(),
                published.into(),
                attribution.at.into(),
                attribution.by.into(),
            ];
            self.transaction.ready().await?.execute(sql::SET_SUMMARY_STATE, &args).await?;
        }
        self.change_row(id, row).await?;
        self.add_change(kind, id, version, attribution).await
    }

    /// Flushes the buffer, commits, and returns the account's revision.
    pub(super) async fn commit(mut self) -> Result<i64, StoreError> {
        self.write_rows();
        let mut transaction = self.transaction.into_ready().await?;
        self.blocks.write(&mut transaction).await?;
        if let Some(changed_at) = self.changed_at {
            transaction.enqueue_deliveries(changed_at).await?;
        }
        transaction.commit_with_audit().await
    }

    /// Replaces the row of a handoff.
    async fn change_row(&mut self, id: &HandoffId, row: HandoffRow) -> Result<(), StoreError> {
        self.cached(id).await?;
        let changed = self.cache.change(id, row.clone(), self.rows.handoffs.len());
        let (before, index) = changed.ok_or_else(not_cached)?;
        if let Some(before) = &before {
            *self.counts.entry(before.state().as_str()).or_default() -= 1;
        }
        *self.counts.entry(row.state().as_str()).or_default() += 1;
        self.cache.rename(before.as_ref(), &row, id);
        match self.rows.handoffs.get_mut(index) {
            Some(buffered) => *buffered = row,
            None => self.rows.handoffs.push(row),
        }
        Ok(())
    }

    async fn add_change(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        attribution: Attribution<'_>,
    ) -> Result<(), StoreError> {
        let last = match self.last_change {
            Some(last) => last,
            None => self.transaction.ready().await?.number(sql::LAST_CHANGE, &[]).await?,
        };
        let sequence = last + 1;
        self.last_change = Some(sequence);
        self.changed_at = self.changed_at.max(Some(attribution.at));
        let (at, by) = (attribution.at.millis(), attribution.by.to_owned());
        self.rows.changes.push(NewChangeRow {
            sequence,
            at,
            by,
            kind: kind.as_str().into(),
            handoff: Some((id.to_string(), version)),
            details: None,
            key: None,
        });
        Ok(())
    }

    /// Starts to flush the buffer in the background. Later statements wait until it is done.
    pub(super) fn write_rows(&mut self) {
        if self.rows.changes.is_empty() && self.rows.claims.is_empty() {
            return;
        }
        self.cache.mark_written();
        self.bytes = 0;
        let counts = mem::take(&mut self.counts).into_iter().filter(|(_, difference)| *difference != 0);
        let counts = counts.map(|(state, difference)| CountDifference { state, difference });
        self.rows.counts.extend(counts);
        self.transaction.write(mem::take(&mut self.rows));
    }
}
