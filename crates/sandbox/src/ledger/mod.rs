//! The ledger: what each phone received and sent, in order. It is bounded; the oldest entries are removed first.

mod entry;
mod phones;

use std::collections::{HashMap, VecDeque};

pub(crate) use entry::kept_content;
pub use entry::{CallbackRecord, Direction, LedgerEntry, SubmissionResult};
pub use phones::PhoneSummary;

use crate::api_name::ApiName;

/// The total size of the contents in the ledger, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The number of callbacks that are recorded for a message.
const MAX_CALLBACKS: usize = 32;
/// The statuses of messages, in their order.
const STATUSES: [&str; 4] = ["sent", "delivered", "read", "failed"];

/// Which entries of the ledger are read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LedgerFilter {
    /// Only entries of this API.
    pub api: Option<ApiName>,
    /// Only entries of this phone: messages to it, and its replies.
    pub phone: Option<String>,
    /// Only entries with our id.
    pub message_id: Option<String>,
    /// Only entries after this one.
    pub after: Option<u64>,
}

impl LedgerFilter {
    fn matches(&self, entry: &LedgerEntry) -> bool {
        self.api.is_none_or(|api| entry.api == api)
            && self.phone.as_deref().is_none_or(|phone| entry.phone() == phone)
            && (self.message_id.is_none() || entry.message_id == self.message_id)
    }
}

/// The entries that are kept.
pub(crate) struct Ledger {
    entries: VecDeque<LedgerEntry>,
    max_entries: usize,
    bytes: usize,
    next: u64,
    by_provider_id: HashMap<String, u64>,
    by_message_id: HashMap<(ApiName, String), u64>,
}

impl Ledger {
    pub(crate) fn new(max_entries: usize) -> Self {
        let (by_provider_id, by_message_id) = (HashMap::new(), HashMap::new());
        Self { entries: VecDeque::new(), max_entries, bytes: 0, next: 1, by_provider_id, by_message_id }
    }

    /// Adds an entry and returns its number. The oldest entries make room for it.
    pub(crate) fn add(&mut self, mut entry: LedgerEntry) -> u64 {
        entry.sequence = self.next;
        self.next += 1;
        self.bytes += entry.content_bytes();
        if let Some(id) = &entry.provider_id {
            self.by_provider_id.insert(id.clone(), entry.sequence);
        }
        if let (Some(id), SubmissionResult::Accepted) = (&entry.message_id, entry.result) {
            self.by_message_id.insert((entry.api, id.clone()), entry.sequence);
        }
        self.entries.push_back(entry);
        while self.entries.len() > self.max_entries || (self.bytes > MAX_BYTES && self.entries.len() > 1) {
            self.remove_oldest();
        }
        self.next - 1
    }

    fn remove_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        self.bytes = self.bytes.saturating_sub(oldest.content_bytes());
        if let Some(id) = &oldest.provider_id {
            self.by_provider_id.remove(id);
        }
        if let Some(id) = oldest.message_id {
            let key = (oldest.api, id);
            if self.by_message_id.get(&key) == Some(&oldest.sequence) {
                self.by_message_id.remove(&key);
            }
        }
    }

    /// The entry with this number.
    pub(crate) fn get(&self, sequence: u64) -> Option<&LedgerEntry> {
        let place = self.entries.binary_search_by_key(&sequence, |entry| entry.sequence).ok()?;
        self.entries.get(place)
    }

    fn get_mut(&mut self, sequence: u64) -> Option<&mut LedgerEntry> {
        let place = self.entries.binary_search_by_key(&sequence, |entry| entry.sequence).ok()?;
        self.entries.get_mut(place)
    }

    /// Sets the status of a message, and the code of its error. An earlier status than the known one has no effect.
    pub(crate) fn set_status(&mut self, sequence: u64, status: &'static str, error: Option<u32>) {
        let Some(entry) = self.get_mut(sequence) else { return };
        let rank = |status: &str| STATUSES.iter().position(|known| *known == status);
        if entry.status.and_then(rank) < rank(status) {
            entry.status = Some(status);
        }
        entry.error_code = error.or(entry.error_code);
    }

    /// Records an attempt of a callback.
    pub(crate) fn record_callback(&mut self, sequence: u64, callback: CallbackRecord) {
        let Some(entry) = self.get_mut(sequence) else { return };
        if entry.callbacks.len() < MAX_CALLBACKS {
            entry.callbacks.push(callback);
        }
    }

    /// Counts a request that repeated an accepted message, and returns that message.
    pub(crate) fn repeat(&mut self, api: ApiName, message_id: &str) -> Option<&LedgerEntry> {
        let sequence = *self.by_message_id.get(&(api, message_id.to_owned()))?;
        let entry = self.get_mut(sequence)?;
        entry.repeats += 1;
        Some(entry)
    }

    /// The message with this id of the API.
    pub(crate) fn by_provider_id(&self, id: &str) -> Option<&LedgerEntry> {
        self.get(*self.by_provider_id.get(id)?)
    }

    /// The entries that match, oldest first.
    pub(crate) fn read<'l>(
        &'l self,
        filter: &'l LedgerFilter,
    ) -> impl DoubleEndedIterator<Item = &'l LedgerEntry> + 'l {
        let start = filter.after.map_or(0, |after| self.entries.partition_point(|e| e.sequence <= after));
        self.entries.range(start..).filter(|entry| filter.matches(entry))
    }

    /// Removes all entries of a phone.
    pub(crate) fn erase(&mut self, phone: &str) {
        let kept: Vec<_> = self.entries.drain(..).filter(|entry| entry.phone() != phone).collect();
        self.bytes = kept.iter().map(LedgerEntry::content_bytes).sum();
        self.entries = kept.into();
        let entries = &self.entries;
        let is_kept = |sequence: &u64| entries.binary_search_by_key(sequence, |e| e.sequence).is_ok();
        self.by_provider_id.retain(|_, sequence| is_kept(sequence));
        self.by_message_id.retain(|_, sequence| is_kept(sequence));
    }
}
