//! Events and rows for tests.

use std::collections::BTreeMap;

use outbound_model::Timestamp;
use outbound_reporting::{
    Address, Batch, CellKey, Counts, Event, Incoming, Occurrence, ReportingError, ReportingKey, Transaction,
    TransactionId, Window, apply, cell, changes,
};
use serde_json::{Value, json};

/// The time of attempt of test messages.
pub(crate) const ATTEMPTED: i64 = 1_789_376_400_112;

/// The start of their day.
pub(crate) const MIDNIGHT: i64 = 1_789_344_000_000;

pub(crate) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// Some days after the attempts.
pub(crate) fn window() -> Window {
    Window::at("2026-09-20T00:00:00Z".parse().unwrap())
}

pub(crate) fn key() -> ReportingKey {
    ReportingKey::new(&[7; 32])
}

pub(crate) fn read(event: &Value) -> Result<Incoming, ReportingError> {
    let mut items = Batch::read(format!("[{event}]").as_bytes(), window()).unwrap().items;
    assert_eq!(items.len(), 1);
    items.remove(0).event
}

pub(crate) fn event(event: &Value) -> Event {
    match read(event).unwrap() {
        Incoming::Event(event) => event,
        Incoming::UnknownType(name) => panic!("unknown type {name}"),
    }
}

/// An event of the message `m1`, `seconds` after its attempt, with more fields.
pub(crate) fn later(event_type: &str, seconds: i64, more: &Value) -> Value {
    let mut event = json!({"type": event_type, "messageId": "m1", "attemptedTime": ATTEMPTED,
        "time": ATTEMPTED + seconds * 1000});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

pub(crate) fn attempted() -> Value {
    later("attempted", 0, &json!({"app": "prmsg", "channel": "wa", "skill": "sales", "source": "API"}))
}

pub(crate) fn failed(seconds: i64, source: &str, code: &str) -> Value {
    later("failed", seconds, &json!({"errorSource": source, "errorCode": code}))
}

/// The row that results from these events.
pub(crate) fn row(events: &[Value]) -> Transaction {
    let account = "12345678".parse().unwrap();
    let id = event(&attempted()).transaction_id(&key(), &account);
    events.iter().fold(Transaction::new(id), |row, value| apply(row, &event(value)))
}

/// What a store keeps: the rows, the addresses apart from them, and a rollup that is only changed by differences.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Store {
    pub(crate) rows: BTreeMap<TransactionId, Transaction>,
    pub(crate) addresses: BTreeMap<TransactionId, Address>,
    pub(crate) rollup: BTreeMap<CellKey, Counts>,
}

impl Store {
    /// Applies one batch: rows are read and written once.
    pub(crate) fn apply<'e>(&mut self, events: impl IntoIterator<Item = (TransactionId, &'e Event)>) {
        let mut updated = BTreeMap::new();
        for (id, event) in events {
            if let Occurrence::Attempted { address, .. } = &event.occurrence
                && let Some(address) = self.addresses.remove(&id).into_iter().chain(address.clone()).min()
            {
                self.addresses.insert(id, address);
            }
            let known = updated.remove(&id).or_else(|| self.rows.get(&id).cloned());
            updated.insert(id, apply(known.unwrap_or_else(|| Transaction::new(id)), event));
        }
        for (id, after) in updated {
            for change in changes(self.rows.get(&id).and_then(cell), cell(&after)) {
                *self.rollup.entry(change.key).or_default() += change.counts;
            }
            self.rows.insert(id, after);
        }
        self.rollup.retain(|_, counts| *counts != Counts::default());
    }
}
