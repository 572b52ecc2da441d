//! Groups rollup cells into the rows of analytics.

use std::collections::BTreeMap;

use outbound_model::{HandoffId, Timestamp};

use crate::counts::Counts;
use crate::error_key::ErrorKey;
use crate::filters::Filters;
use crate::names::{ReportingChannel, Source};
use crate::rollup::Cell;
use crate::text::Text;
use crate::units::{DAY, HOUR};

/// What rows are grouped by, besides day, channel and skill. The vendor groups by source and handoff only if
/// the request filters by them (contract §5).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Grouping {
    /// A row for each source.
    pub by_source: bool,
    /// A row for each handoff.
    pub by_handoff: bool,
}

impl Grouping {
    /// The grouping that `filters` require.
    pub fn of(filters: &Filters) -> Self {
        Self { by_source: filters.sources().is_some(), by_handoff: filters.handoff_ids().is_some() }
    }
}

/// What the totals of a row have in common. The fields in their order are the order of the rows.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct GroupKey {
    /// The day of the attempt, UTC: days since 1970.
    pub day: i64,
    /// The channel.
    pub channel: ReportingChannel,
    /// The skill.
    pub skill: Text,
    /// The source, if grouped by it.
    pub source: Option<Source>,
    /// The handoff, if grouped by it.
    pub handoff_id: Option<HandoffId>,
}

/// A part of a row: the messages with one error, or without error.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupedCell {
    /// The row.
    pub key: GroupKey,
    /// The error that is reported for the messages.
    pub error: Option<ErrorKey>,
    /// The totals.
    pub counts: Counts,
}

impl Grouping {
    /// The part of a row that a rollup cell belongs to.
    pub fn cell(self, cell: Cell) -> GroupedCell {
        let key = GroupKey {
            day: cell.key.hour.div_euclid(DAY / HOUR),
            channel: cell.key.channel,
            skill: cell.key.skill,
            source: self.by_source.then_some(cell.key.source),
            handoff_id: cell.key.handoff_id.filter(|_| self.by_handoff),
        };
        GroupedCell { key, error: cell.key.error, counts: cell.counts }
    }
}

/// The totals of one day, channel and skill.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Totals {
    /// The start of the day of attempt, UTC.
    pub day: Timestamp,
    /// The channel.
    pub channel: ReportingChannel,
    /// The skill.
    pub skill: Text,
    /// The source, if grouped by it.
    pub source: Option<Source>,
    /// The handoff, if grouped by it.
    pub handoff_id: Option<HandoffId>,
    /// The totals.
    pub counts: Counts,
    /// The number of messages with each error.
    pub errors: BTreeMap<ErrorKey, i64>,
}

/// Adds up `cells`. The rows are ordered by day, channel, skill, source and handoff; groups in which nothing is
/// counted have no row. Pass only cells that match the filters.
pub fn group(cells: impl IntoIterator<Item = GroupedCell>) -> Vec<Totals> {
    let mut groups: BTreeMap<GroupKey, (Counts, BTreeMap<ErrorKey, i64>)> = BTreeMap::new();
    for cell in cells {
        let (counts, errors) = groups.entry(cell.key).or_default();
        *counts += cell.counts;
        if let Some(error) = cell.error {
            *errors.entry(error).or_default() += cell.counts.attempted;
        }
    }
    groups.into_iter().filter(|(_, (counts, _))| *counts != Counts::default()).map(totals).collect()
}

fn totals((key, (counts, mut errors)): (GroupKey, (Counts, BTreeMap<ErrorKey, i64>))) -> Totals {
    errors.retain(|_, number| *number != 0);
    Totals {
        day: Timestamp::EPOCH.plus_millis(key.day.saturating_mul(DAY)),
        channel: key.channel,
        skill: key.skill,
        source: key.source,
        handoff_id: key.handoff_id,
        counts,
        errors,
    }
}

impl Totals {
    /// `transactionday`: `MM-DD-YYYY`. The vendor does not name the time zone; here it is UTC.
    pub fn transaction_day(&self) -> String {
        let time = self.day.to_string();
        let (date, _) = time.split_once('T').unwrap_or((&time, ""));
        match date.rsplit_once('-').and_then(|(rest, day)| Some((rest.rsplit_once('-')?, day))) {
            Some(((year, month), day)) => format!("{month}-{day}-{year}"),
            None => date.to_owned(),
        }
    }
}
