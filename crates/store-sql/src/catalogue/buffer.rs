//! A transaction on the catalogue, with a buffer before the tables that an import fills.
//!
//! Changed rows wait in memory and are written many in a statement; handoffs and names that were looked up
//! stay known. Otherwise an import would spend its time on the way to the database and back. A handoff of which
//! rows wait is known, and so are the names that it gives up or takes. Each method writes what waits before it
//! asks the database for anything else that may be among it, so that nobody else needs to know of the buffer.

use std::collections::BTreeMap;
use std::mem;

use outbound_model::{ChangeKind, Extension, HandoffId, Timestamp};
use outbound_store::{Attribution, FirstClaim, NewVersion, Recounted, StoreError};

use super::blocks::{ElementKey, ListBlocks};
use super::bulk::{Change, CountDifference, Element, Rows, Version};
use super::claims::{self, ClaimRow};
use super::handoff_row::HandoffRow;
use super::known::KnownHandoffs;
use super::rows::ExtensionRow;
use super::summary::Summary;
use super::write_behind::WriteBehind;
use super::{rows, statements as sql};
use crate::transaction::SqlTransaction;

/// Changes that wait at most. An import makes two for each handoff, and the database writes them while the
/// import prepares the next ones: few at a time, so that both are at work most of the time.
const MAX_CHANGES: usize = 128;
/// Bytes of documents that wait at most, not counting the last one.
const MAX_BYTES: usize = 1 << 20;
/// Handoffs and names that stay known at most.
const MAX_KNOWN: usize = 10_000;

/// The transaction and its buffer.
pub(super) struct Buffer {
    pub(super) transaction: WriteBehind,
    rows: Rows,
    pub(super) known: KnownHandoffs,
    /// Of the documents that wait.
    bytes: usize,
    blocks: ListBlocks,
    /// The number of the newest change in the feed, once it was asked for.
    last_change: Option<i64>,
    /// The time of the newest change, if there is one.
    changed_at: Option<Timestamp>,
    /// By how much the number of handoffs in each state has changed since rows were written.
    counts: BTreeMap<&'static str, i64>,
}

/// A version to be written.
pub(super) struct Saved {
    /// The handoff afterwards.
    pub(super) row: HandoffRow,
    /// The handoff as it is to be served.
    pub(super) document: String,
    /// The part of it that is not served.
    pub(super) extension: Option<String>,
}

impl Buffer {
    pub(super) fn new(transaction: SqlTransaction, block_elements: i64) -> Self {
        Self {
            transaction: WriteBehind::new(transaction),
            rows: Rows::default(),
            known: KnownHandoffs::default(),
            bytes: 0,
            blocks: ListBlocks::new(block_elements),
            last_change: None,
            changed_at: None,
            counts: BTreeMap::new(),
        }
    }

    /// For tables of which no rows wait: `accounts`, `idempotency_keys`.
    pub(super) async fn unbuffered(&mut self) -> Result<&mut SqlTransaction, StoreError> {
        self.transaction.ready().await
    }

    /// The extensions of up to `count` handoffs behind `after`.
    pub(super) async fn extensions(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError> {
        self.write_rows();
        let args = [after.map_or("", HandoffId::as_str).into(), i64::from(count).into()];
        let rows: Vec<ExtensionRow> = self.transaction.ready().await?.all(sql::EXTENSIONS, &args).await?;
        rows.into_iter().map(rows::extension).collect()
    }

    /// Adds a version, the summary that it makes, and the change.
    pub(super) async fn add_version(
        &mut self,
        version: &NewVersion<'_>,
        saved: Saved,
    ) -> Result<(), StoreError> {
        let NewVersion { handoff, act, .. } = version;
        let has_summary = self.known(&handoff.id).await?.summary.is_some();
        if has_summary || self.rows.changes.len() >= MAX_CHANGES || self.bytes >= MAX_BYTES {
            self.write_rows();
        }
        let number = saved.row.latest_version;
        if number > 1 {
            self.delete_claims(&handoff.id).await?;
        }
        self.rows.claims.extend(ClaimRow::all(version.claims, &handoff.id, saved.row.created_at));
        self.known(&handoff.id).await?.summary = Some(self.rows.summaries.len());
        self.rows.summaries.push(Summary::of(version, &saved.row));
        self.bytes += saved.document.len();
        self.rows.versions.push(Version {
            id: handoff.id.to_string(),
            number,
            document: saved.document,
            at: act.at.millis(),
            by: act.by.to_owned(),
            note: version.note.map(str::to_owned),
            extension: saved.extension,
        });
        self.change_row(&handoff.id, saved.row).await?;
        self.add_change(ChangeKind::Saved, &handoff.id, number, *act).await
    }

    /// Changes the state of a handoff to that of `row`, with its summary, and adds the change.
    pub(super) async fn change_state(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        row: HandoffRow,
        act: Attribution<'_>,
    ) -> Result<(), StoreError> {
        let (state, published, version) = (row.state().as_str(), row.published_version, row.latest_version);
        let waiting = self.known(id).await?.summary;
        if let Some(summary) = waiting.and_then(|index| self.rows.summaries.get_mut(index)) {
            (summary.state, summary.published) = (state, published);
            (summary.at, summary.by) = (act.at.millis(), act.by.to_owned());
        } else {
            let args = [id.as_str().into(), state.into(), published.into(), act.at.into(), act.by.into()];
            self.transaction.ready().await?.execute(sql::SET_SUMMARY_STATE, &args).await?;
        }
        self.change_row(id, row).await?;
        self.add_change(kind, id, version, act).await
    }

    /// Puts a handoff, made at `created_at`, on a list.
    pub(super) async fn put_on_list(
        &mut self,
        list: &str,
        created_at: i64,
        id: &HandoffId,
        channel: i64,
    ) -> Result<(), StoreError> {
        self.known(id).await?.has_elements = true;
        let element = Element { list: list.to_owned(), created_at, id: id.to_string(), channel };
        self.rows.elements.push(element);
        let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index: channel };
        self.count_element(list, &key, 1).await
    }

    /// Takes a handoff off every list.
    pub(super) async fn take_off_lists(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        let known = self.known(id).await?;
        if known.has_elements {
            self.write_rows();
        }
        let taken: Vec<(String, i64, i64)> =
            self.transaction.ready().await?.all(sql::DELETE_ELEMENTS, &[id.as_str().into()]).await?;
        for (list, created_at, channel_index) in &taken {
            let (created_at, channel_index) = (*created_at, *channel_index);
            let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index };
            self.count_element(list, &key, -1).await?;
        }
        Ok(())
    }

    /// Counts an element into (1) or out of (−1) its block of `list`.
    async fn count_element(&mut self, list: &str, key: &ElementKey, by: i64) -> Result<(), StoreError> {
        if !self.blocks.are_read(list) {
            let rows = self.transaction.ready().await?.all(sql::BLOCKS, &[list.into()]).await?;
            self.blocks.add(list, rows);
        }
        self.blocks.count(list, key, by);
        Ok(())
    }

    /// The first claims of these keys.
    pub(super) async fn first_claims(&mut self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
        if self.rows.claims.iter().any(|claim| keys.contains(&claim.key)) {
            self.write_rows();
        }
        claims::first(self.transaction.ready().await?, keys).await
    }

    /// Deletes what a handoff claims.
    pub(super) async fn delete_claims(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        if self.known(id).await?.summary.is_some() {
            self.write_rows();
        }
        claims::delete(self.transaction.ready().await?, id).await
    }

    /// Replaces the findings and claims of a handoff, if the version is its newest one.
    pub(super) async fn recount(&mut self, recounted: &Recounted) -> Result<(), StoreError> {
        let id = &recounted.id;
        // Rows wait only of a handoff that is known; others need no look-up.
        if self.known.handoff(id).is_some_and(|known| known.summary.is_some()) {
            self.write_rows();
        }
        if let Some(created_at) = claims::recount(self.transaction.ready().await?, recounted).await? {
            self.rows.claims.extend(ClaimRow::all(&recounted.claims, id, created_at));
        }
        Ok(())
    }

    /// Writes all that waits, commits, and answers the account's revision.
    pub(super) async fn commit(mut self) -> Result<i64, StoreError> {
        self.write_rows();
        let mut transaction = self.transaction.into_ready().await?;
        self.blocks.write(&mut transaction).await?;
        if let Some(changed_at) = self.changed_at {
            transaction.enqueue_deliveries(changed_at).await?;
        }
        transaction.make_durable().await
    }

    /// The row of a handoff becomes `row`.
    async fn change_row(&mut self, id: &HandoffId, row: HandoffRow) -> Result<(), StoreError> {
        let place = self.rows.handoffs.len();
        let known = self.known(id).await?;
        known.stored = None;
        let before = known.row.replace(row.clone());
        let changed = *known.changed.get_or_insert(place);
        if let Some(before) = &before {
            *self.counts.entry(before.state().as_str()).or_default() -= 1;
        }
        *self.counts.entry(row.state().as_str()).or_default() += 1;
        self.known.rename(before.as_ref(), &row, id);
        match self.rows.handoffs.get_mut(changed) {
            Some(waiting) => *waiting = row,
            None => self.rows.handoffs.push(row),
        }
        Ok(())
    }

    async fn add_change(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        act: Attribution<'_>,
    ) -> Result<(), StoreError> {
        let last = match self.last_change {
            Some(last) => last,
            None => self.transaction.ready().await?.number(sql::LAST_CHANGE, &[]).await?,
        };
        let sequence = last + 1;
        self.last_change = Some(sequence);
        self.changed_at = self.changed_at.max(Some(act.at));
        let (at, by) = (act.at.millis(), act.by.to_owned());
        self.rows.changes.push(Change { sequence, at, by, kind: kind.as_str(), id: id.to_string(), version });
        Ok(())
    }

    /// Begins to write what waits. Whoever asks the database next waits for the end.
    pub(super) fn write_rows(&mut self) {
        if self.rows.changes.is_empty() && self.rows.claims.is_empty() {
            return;
        }
        self.known.mark_written();
        self.bytes = 0;
        let counts = mem::take(&mut self.counts).into_iter().filter(|(_, difference)| *difference != 0);
        let counts = counts.map(|(state, difference)| CountDifference { state, difference });
        self.rows.counts.extend(counts);
        self.transaction.write(mem::take(&mut self.rows));
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
    }
}
