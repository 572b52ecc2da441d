//! Rollups: totals by hour of attempt and by everything that reports can be filtered by.

use std::collections::BTreeMap;

use outbound_model::HandoffId;

use crate::counts::{Counts, counts};
use crate::error_key::ErrorKey;
use crate::names::{App, ReportingChannel, Source};
use crate::text::Text;
use crate::transaction::Transaction;
use crate::units::HOUR;

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
}

/// The totals of a rollup cell, or a change of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cell {
    /// What the messages have in common.
    pub key: CellKey,
    /// The totals.
    pub counts: Counts,
    /// The number of messages with each error.
    pub errors: BTreeMap<ErrorKey, i64>,
}

/// The cell that contains only `row`; `None` until its `attempted` event is known.
pub fn cell(row: &Transaction) -> Option<Cell> {
    let attempt = row.attempt.as_ref()?;
    let key = CellKey {
        hour: row.id.attempted_at().millis().div_euclid(HOUR),
        app: attempt.route.app,
        channel: attempt.route.channel,
        skill: attempt.route.skill.clone(),
        source: attempt.route.source,
        handoff_id: attempt.handoff_id.clone(),
    };
    let errors = row.reported_error().map(|error| (error, 1)).into_iter().collect();
    Some(Cell { key, counts: counts(row), errors })
}

/// What to add to the rollup when `before` becomes `after`: no cell if nothing that is counted changed, two if
/// the message moves to another cell.
pub fn changes(before: Option<&Transaction>, after: &Transaction) -> Vec<Cell> {
    let removed = before.and_then(cell).map(Cell::negated);
    match (removed, cell(after)) {
        (Some(removed), Some(added)) if removed.key == added.key => {
            let mut change = added;
            change.add(&removed);
            if change.is_zero() { Vec::new() } else { vec![change] }
        }
        (removed, added) => removed.into_iter().chain(added).collect(),
    }
}

impl Cell {
    /// Adds the totals of `other`, whatever its key. Errors whose number becomes zero are removed.
    pub fn add(&mut self, other: &Cell) {
        self.counts += other.counts;
        for (error, number) in &other.errors {
            *self.errors.entry(error.clone()).or_default() += number;
        }
        self.errors.retain(|_, number| *number != 0);
    }

    /// Whether nothing is counted in this cell.
    pub fn is_zero(&self) -> bool {
        self.counts == Counts::default() && self.errors.is_empty()
    }

    fn negated(mut self) -> Self {
        self.counts = -self.counts;
        self.errors.values_mut().for_each(|number| *number = -*number);
        self
    }
}
