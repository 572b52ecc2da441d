//! Sums of the totals that the app layer returns, which are also the rows of the API.

use std::collections::BTreeMap;

use outbound_model::Timestamp;
use outbound_reporting::{Counts, ErrorKey, ReportingChannel, Totals};

/// The figures of the board.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) total: Counts,
    pub(super) channels: BTreeMap<ReportingChannel, Counts>,
    /// By the start of the day.
    pub(super) days: BTreeMap<Timestamp, Counts>,
    /// The most frequent first.
    pub(super) errors: Vec<ErrorFigure>,
}

/// The messages with one error.
#[derive(Debug)]
pub(super) struct ErrorFigure {
    pub(super) error: ErrorKey,
    pub(super) count: i64,
    /// The last day with such a message.
    pub(super) last_day: Timestamp,
}

impl Figures {
    pub(super) fn of(rows: &[Totals]) -> Self {
        let mut figures = Self::default();
        // Errors with the same key are one row, as in `error_aggregation`.
        let mut errors: BTreeMap<String, ErrorFigure> = BTreeMap::new();
        for row in rows {
            figures.total += row.counts;
            *figures.channels.entry(row.channel).or_default() += row.counts;
            *figures.days.entry(row.day).or_default() += row.counts;
            for (error, count) in &row.errors {
                let new = || ErrorFigure { error: error.clone(), count: 0, last_day: row.day };
                let figure = errors.entry(error.to_string()).or_insert_with(new);
                figure.count += count;
                figure.last_day = figure.last_day.max(row.day);
            }
        }
        figures.errors = errors.into_values().collect();
        figures.errors.sort_by_key(|figure| std::cmp::Reverse(figure.count));
        figures
    }
}
