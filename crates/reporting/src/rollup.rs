//! Rollups: totals by hour of attempt and by everything that reports can be filtered by.

use outbound_model::HandoffId;

use crate::counts::{Counts, counts};
use crate::error_key::ErrorKey;
use crate::names::{App, ReportingChannel, Source};
use crate::text::Text;
use crate::transaction::Transaction;

/// What the totals of a cell have in common.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct CellKey {
    /// The hour of the attempt, not of the event: hours since 1970. A late event changes the hour of its message.
    pub hour: i64,
    /// The application.
    pub app: App,
    /// The channel.
    pub channel: ReportingChannel,
    /// The skill.
    pub skill: Text,
    /// What started the messages.
    pub source: Source,
    /// The handoff, if known.
    pub handoff_id: Option<HandoffId>,
    /// The error that is reported for the messages. The number of messages with an error is the number of attempted
    /// messages in its cells.
    pub error: Option<ErrorKey>,
}

/// The totals of a rollup cell, or a change of them. A store can use other keys, such as numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cell<K = CellKey> {
    /// What the messages have in common.
    pub key: K,
    /// The totals.
    pub counts: Counts,
}

/// The cell that contains only `row`; `None` until its `attempted` event is known.
pub fn cell(row: &Transaction) -> Option<Cell> {
    let attempt = row.attempt.as_ref()?;
    let key = CellKey {
        hour: row.id.attempted_hour(),
        app: attempt.route.app,
        channel: attempt.route.channel,
        skill: attempt.route.skill.clone(),
        source: attempt.route.source,
        handoff_id: attempt.handoff_id.clone(),
        error: row.reported_error(),
    };
    Some(Cell { key, counts: counts(row) })
}

/// What to add to the rollup when the cell of a message changes: nothing if nothing that is counted changed, two
/// changes if the message moves to another cell.
pub fn changes<K: PartialEq>(before: Option<Cell<K>>, after: Option<Cell<K>>) -> Vec<Cell<K>> {
    let removed = before.map(Cell::negated);
    match (removed, after) {
        (Some(removed), Some(added)) if removed.key == added.key => {
            let counts = added.counts + removed.counts;
            if counts == Counts::default() { Vec::new() } else { vec![Cell { counts, ..added }] }
        }
        (removed, added) => removed.into_iter().chain(added).collect(),
    }
}

impl<K> Cell<K> {
    fn negated(self) -> Self {
        Self { counts: -self.counts, ..self }
    }
}
