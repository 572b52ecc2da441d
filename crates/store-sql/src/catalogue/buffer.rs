//! A transaction on the catalogue, with a buffer before the tables that an import fills.
//!
//! Rows of these tables wait in memory and are written many in a statement, as an import would otherwise
//! spend its time on the way to the database and back. Each method writes what waits before it reads or
//! changes rows that may be among it, so that nobody else needs to know of the buffer.

use std::collections::{BTreeSet, HashMap};

use outbound_model::{ChangeKind, Extension, HandoffId, HandoffState, SearchTerms, Timestamp};
use outbound_store::{Act, NewVersion, StoreError, StoredHandoff};

use super::blocks::{ElementKey, ListBlocks};
use super::bulk::{Change, Element, Rows, Summary, Version};
use super::rows::{ExtensionRow, HandoffRow};
use super::{lists, rows, statements as sql};
use crate::transaction::SqlTransaction;

/// Changes that wait at most; an import makes two a handoff.
const MOST_CHANGES: usize = 400;
/// Bytes of documents that wait at most, but for the last one.
const MOST_BYTES: usize = 1 << 20;

/// The transaction and its buffer.
pub(super) struct Buffer {
    transaction: SqlTransaction,
    rows: Rows,
    /// Handoffs of which rows wait.
    waiting: HashMap<HandoffId, Waiting>,
    /// Of the documents that wait.
    bytes: usize,
    blocks: ListBlocks,
    /// The time of the newest change, if there is one.
    changed_at: Option<Timestamp>,
}

/// A handoff of which rows wait.
struct Waiting {
    /// The index of its summary.
    summary: usize,
    /// Whether it can be on a published list: it was there before this transaction, or has elements that wait.
    may_be_listed: bool,
}

/// A version that was just saved.
pub(super) struct Saved {
    /// Its number.
    pub(super) number: i64,
    /// When the handoff was made.
    pub(super) created_at: i64,
    /// The number of the version that is published.
    pub(super) published: Option<i64>,
    /// The handoff as it is to be served.
    pub(super) document: String,
    /// What of it is not served.
    pub(super) extension: Option<String>,
}

impl Buffer {
    pub(super) fn new(transaction: SqlTransaction, block_elements: i64) -> Self {
        let (rows, waiting, blocks) = (Rows::default(), HashMap::new(), ListBlocks::new(block_elements));
        Self { transaction, rows, waiting, bytes: 0, blocks, changed_at: None }
    }

    /// For tables of which no rows wait: `handoffs`, `accounts`, `idempotency_keys`.
    pub(super) fn unbuffered(&mut self) -> &mut SqlTransaction {
        &mut self.transaction
    }

    /// A handoff with its newest version.
    pub(super) async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        self.write_rows_of(id).await?;
        let row: Option<HandoffRow> = self.transaction.optional(sql::HANDOFF, &[id.as_str().into()]).await?;
        row.map(StoredHandoff::try_from).transpose()
    }

    /// The extensions of up to `count` handoffs behind `after`.
    pub(super) async fn extensions(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError> {
        self.write_rows().await?;
        let args = [after.map_or("", HandoffId::as_str).into(), i64::from(count).into()];
        let rows: Vec<ExtensionRow> = self.transaction.all(sql::EXTENSIONS, &args).await?;
        rows.into_iter().map(rows::extension).collect()
    }

    /// Adds a version, the summary that it makes, and the change.
    pub(super) async fn add_version(
        &mut self,
        version: &NewVersion<'_>,
        saved: Saved,
    ) -> Result<(), StoreError> {
        let NewVersion { handoff, act, .. } = version;
        self.write_rows_of(&handoff.id).await?;
        if self.rows.changes.len() >= MOST_CHANGES || self.bytes >= MOST_BYTES {
            self.write_rows().await?;
        }
        let number = saved.number;
        let waiting = Waiting { summary: self.rows.summaries.len(), may_be_listed: number > 1 };
        self.waiting.insert(handoff.id.clone(), waiting);
        self.rows.summaries.push(summary(version, &saved));
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
        self.add_change(ChangeKind::Saved, &handoff.id, number, *act);
        Ok(())
    }

    /// Brings the summary of a handoff to the state that `kind` leads to, and adds the change.
    pub(super) async fn change_state(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        let waiting = self.waiting.get(id).map(|waiting| waiting.summary);
        if let Some(summary) = waiting.and_then(|index| self.rows.summaries.get_mut(index)) {
            let (state, published) = match kind {
                ChangeKind::Published => (HandoffState::Published, Some(version)),
                ChangeKind::Archived => (HandoffState::Archived, None),
                ChangeKind::Saved | ChangeKind::Unpublished => (HandoffState::Draft, None),
            };
            (summary.state, summary.published) = (state.as_str(), published);
            (summary.at, summary.by) = (act.at.millis(), act.by.to_owned());
        } else {
            let state = [id.as_str().into(), act.at.into(), act.by.into()];
            self.transaction.execute(sql::SUMMARISE_STATE, &state).await?;
        }
        self.add_change(kind, id, version, act);
        Ok(())
    }

    /// Puts a handoff, made at `created_at`, on a list.
    pub(super) async fn put_on_list(
        &mut self,
        list: &str,
        created_at: i64,
        id: &HandoffId,
        channel: i64,
    ) -> Result<(), StoreError> {
        if let Some(waiting) = self.waiting.get_mut(id) {
            waiting.may_be_listed = true;
        }
        let element = Element { list: list.to_owned(), created_at, id: id.to_string(), channel };
        self.rows.elements.push(element);
        let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index: channel };
        self.blocks.count(&mut self.transaction, list, &key, 1).await
    }

    /// Takes a handoff off every list; answers whether it was on any.
    pub(super) async fn take_off_lists(&mut self, id: &HandoffId) -> Result<bool, StoreError> {
        // An import would otherwise ask for each of the handoffs that it has just made.
        if self.waiting.get(id).is_some_and(|waiting| !waiting.may_be_listed) {
            return Ok(false);
        }
        self.write_rows_of(id).await?;
        let taken: Vec<(String, i64, i64)> =
            self.transaction.all(sql::DELETE_ELEMENTS, &[id.as_str().into()]).await?;
        for (list, created_at, channel_index) in &taken {
            let (created_at, channel_index) = (*created_at, *channel_index);
            let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index };
            self.blocks.count(&mut self.transaction, list, &key, -1).await?;
        }
        Ok(!taken.is_empty())
    }

    /// Writes all that waits, commits, and answers the account's revision.
    pub(super) async fn commit(mut self) -> Result<i64, StoreError> {
        self.write_rows().await?;
        self.blocks.write(&mut self.transaction).await?;
        if let Some(changed_at) = self.changed_at {
            self.transaction.enqueue_deliveries(changed_at).await?;
        }
        self.transaction.make_durable().await
    }

    fn add_change(&mut self, kind: ChangeKind, id: &HandoffId, version: i64, act: Act<'_>) {
        let nth = self.rows.changes.len() + 1;
        let (at, by) = (act.at.millis(), act.by.to_owned());
        self.changed_at = self.changed_at.max(Some(act.at));
        self.rows.changes.push(Change { nth, at, by, kind: kind.as_str(), id: id.to_string(), version });
    }

    /// Writes all that waits, if rows of this handoff are among it.
    async fn write_rows_of(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        if self.waiting.contains_key(id) { self.write_rows().await } else { Ok(()) }
    }

    async fn write_rows(&mut self) -> Result<(), StoreError> {
        self.waiting.clear();
        self.bytes = 0;
        std::mem::take(&mut self.rows).write(&mut self.transaction).await
    }
}

fn summary(version: &NewVersion<'_>, saved: &Saved) -> Summary {
    let NewVersion { handoff, act, findings, .. } = version;
    let terms = SearchTerms::of(handoff);
    // Of what is published, this is never the version.
    let state = if saved.published.is_some() { HandoffState::Changed } else { HandoffState::Draft };
    Summary {
        id: handoff.id.to_string(),
        name: handoff.name.to_string(),
        name_key: handoff.name.key(),
        state: state.as_str(),
        channels: format!(" {} ", lists::channels(handoff)),
        languages: words(&terms.languages),
        senders: words(&terms.senders),
        texts: terms.text,
        created_at: saved.created_at,
        at: act.at.millis(),
        by: act.by.to_owned(),
        version: saved.number,
        published: saved.published,
        errors: findings.errors,
        advices: findings.advices,
    }
}

/// A list of words with a blank before and behind each.
fn words(words: &BTreeSet<String>) -> String {
    words.iter().fold(" ".to_owned(), |list, word| list + word + " ")
}
