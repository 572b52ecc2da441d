//! The ledger by phone. Only what reached a phone, or was sent by it, is shown.

use std::collections::{HashMap, HashSet};

use super::{Ledger, LedgerEntry, SubmissionResult};

/// A phone with its newest message or reply.
#[derive(Clone, Debug)]
pub struct PhoneSummary {
    /// The phone number, or the brand's own id of a consumer.
    pub phone: String,
    /// The number of messages and replies.
    pub entries: usize,
    /// The newest one.
    pub newest: LedgerEntry,
}

impl Ledger {
    /// Up to `limit` phones, by their newest entries.
    pub(crate) fn phones(&self, limit: usize) -> Vec<PhoneSummary> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut found: Vec<PhoneSummary> = Vec::new();
        for entry in self.entries.iter().rev().filter(|entry| is_shown(entry)) {
            let phone = entry.phone();
            if let Some(known) = places.get(phone).and_then(|place| found.get_mut(*place)) {
                known.entries += 1;
            } else if found.len() < limit {
                places.insert(phone, found.len());
                found.push(PhoneSummary { phone: phone.to_owned(), entries: 1, newest: entry.clone() });
            }
        }
        found
    }

    /// The numbers of all phones.
    pub(crate) fn numbers(&self) -> HashSet<String> {
        self.entries.iter().filter(|entry| is_shown(entry)).map(|entry| entry.phone().to_owned()).collect()
    }

    /// Up to `limit` entries of a phone, newest first.
    pub(crate) fn phone(&self, phone: &str, limit: usize) -> Vec<LedgerEntry> {
        let entries = self.entries.iter().rev().filter(|entry| entry.phone() == phone && is_shown(entry));
        entries.take(limit).cloned().collect()
    }
}

fn is_shown(entry: &LedgerEntry) -> bool {
    entry.result == SubmissionResult::Accepted
}
