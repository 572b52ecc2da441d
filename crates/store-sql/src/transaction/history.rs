//! What a transaction writes beside the handoffs themselves: versions, elements of the published lists,
//! summaries, the feed of changes, and the audit.
//!
//! These rows wait in memory and are written many in a statement, as an import would otherwise spend its
//! time on the way to the database and back. Whoever needs what is still waiting writes it first.

use std::collections::{BTreeSet, HashMap};

use outbound_model::{ChangeKind, HandoffId, HandoffState, SearchTerms};
use outbound_store::{Act, AuditEntry, NewVersion, StoreError};
use serde_json::{Value, json};

use super::SqlTransaction;
use super::blocks::ElementKey;
use crate::lists;
use crate::statements;

/// Changes that wait at most; an import makes two a handoff.
const MOST_CHANGES: usize = 400;
/// Bytes of documents that wait at most, but for the last one.
const MOST_BYTES: usize = 1 << 20;

/// Rows that wait, each as the JSON that its statement takes apart.
#[derive(Default)]
pub(super) struct History {
    versions: Vec<Value>,
    elements: Vec<Value>,
    summaries: Vec<Value>,
    changes: Vec<Value>,
    audit: Vec<Value>,
    waiting: HashMap<HandoffId, Waiting>,
    bytes: usize,
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

/// A handoff of which rows wait.
struct Waiting {
    /// Where its summary waits.
    summary: usize,
    /// Whether it can be on a published list: it was there before this transaction, or has elements that wait.
    may_be_listed: bool,
}

/// A list of words with a blank before and behind each.
fn words(words: &BTreeSet<String>) -> String {
    words.iter().fold(" ".to_owned(), |list, word| list + word + " ")
}

impl SqlTransaction {
    /// Adds a version of a handoff.
    pub(super) fn note_save(&mut self, version: &NewVersion<'_>, saved: Saved) {
        let NewVersion { handoff, act, note, findings } = version;
        let Saved { number, created_at, published, document, extension } = saved;
        let (at, by) = (act.at.millis(), act.by);
        let history = &mut self.history;
        history.bytes += document.len();
        let summary = history.summaries.len();
        history.versions.push(json!({
            "id": handoff.id, "version": number, "document": document, "at": at, "by": by, "note": note,
            "extension": extension,
        }));
        let terms = SearchTerms::of(handoff);
        // Of what is published, this is never the version.
        let state = if published.is_some() { HandoffState::Changed } else { HandoffState::Draft };
        history.summaries.push(json!({
            "id": handoff.id, "name": handoff.name, "name_key": handoff.name.key(), "state": state.as_str(),
            "channels": format!(" {} ", lists::channels(handoff)), "created_at": created_at, "version": number,
            "published": published, "at": at, "by": by, "errors": findings.errors,
            "advices": findings.advices, "languages": words(&terms.languages),
            "senders": words(&terms.senders), "texts": terms.text,
        }));
        history.waiting.insert(handoff.id.clone(), Waiting { summary, may_be_listed: number > 1 });
        self.note_change(ChangeKind::Saved, &handoff.id, number, *act);
    }

    /// Something else happened to a handoff.
    pub(super) async fn note(
        &mut self,
        kind: ChangeKind,
        id: &HandoffId,
        version: i64,
        act: Act<'_>,
    ) -> Result<(), StoreError> {
        let waiting = self.history.waiting.get(id).map(|waiting| waiting.summary);
        if let Some(summary) = waiting.and_then(|at| self.history.summaries.get_mut(at)) {
            let (state, published) = match kind {
                ChangeKind::Published => (HandoffState::Published, Some(version)),
                ChangeKind::Archived => (HandoffState::Archived, None),
                ChangeKind::Saved | ChangeKind::Unpublished => (HandoffState::Draft, None),
            };
            summary["state"] = state.as_str().into();
            summary["published"] = published.into();
            summary["at"] = act.at.millis().into();
            summary["by"] = act.by.into();
        } else {
            let state = [id.as_str().into(), act.at.into(), act.by.into()];
            self.execute(statements::SUMMARISE_STATE, &state).await?;
        }
        self.note_change(kind, id, version, act);
        Ok(())
    }

    /// Adds an element to a published list.
    pub(super) fn note_element(&mut self, list: &str, id: &HandoffId, key: &ElementKey) {
        if let Some(waiting) = self.history.waiting.get_mut(id) {
            waiting.may_be_listed = true;
        }
        self.history.elements.push(json!({
            "list": list, "created_at": key.created_at, "id": key.handoff_id, "channel": key.channel_index,
        }));
    }

    /// Whether the handoff was made by this transaction and put on no list yet.
    pub(super) fn is_surely_unlisted(&self, id: &HandoffId) -> bool {
        self.history.waiting.get(id).is_some_and(|waiting| !waiting.may_be_listed)
    }

    fn note_change(&mut self, kind: ChangeKind, id: &HandoffId, version: i64, act: Act<'_>) {
        let nth = self.history.changes.len() + 1;
        self.history.changes.push(json!({
            "nth": nth, "at": act.at.millis(), "by": act.by, "kind": kind, "id": id, "version": version,
        }));
    }

    /// Adds an entry to the audit.
    pub(crate) fn add_audit(&mut self, entry: &AuditEntry) {
        let nth = self.history.audit.len() + 1;
        self.history.audit.push(json!({
            "nth": nth, "at": entry.at.millis(), "actor": entry.actor, "action": entry.action.as_str(),
            "subject": entry.subject, "address": entry.address, "details": entry.details,
        }));
    }

    /// Writes what waits before something happens to the handoff that its rows would not show.
    pub(super) async fn settle(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        if self.history.waiting.contains_key(id) { self.write_history().await } else { Ok(()) }
    }

    /// Writes what waits once it is much.
    pub(super) async fn bound_history(&mut self) -> Result<(), StoreError> {
        let History { changes, bytes, .. } = &self.history;
        let is_much = changes.len() >= MOST_CHANGES || *bytes >= MOST_BYTES;
        if is_much { self.write_history().await } else { Ok(()) }
    }

    /// Writes all that waits.
    pub(super) async fn write_history(&mut self) -> Result<(), StoreError> {
        let history = std::mem::take(&mut self.history);
        let History { versions, elements, summaries, changes, audit, .. } = history;
        let arrays = [versions, elements, summaries, changes, audit].map(Value::Array);
        let is_empty = |array: &Value| array.as_array().is_none_or(Vec::is_empty);
        if arrays.iter().all(is_empty) {
            return Ok(());
        }
        if self.connection.is_postgres() {
            let arrays = arrays.map(|array| array.to_string());
            let arrays = arrays.each_ref().map(|array| array.as_str().into());
            return self.execute(statements::ADD_HISTORY_POSTGRES, &arrays).await.map(drop);
        }
        for (sql, array) in statements::ADD_HISTORY_SQLITE.into_iter().zip(arrays) {
            if !is_empty(&array) {
                self.execute(sql, &[array.to_string().as_str().into()]).await?;
            }
        }
        Ok(())
    }
}
