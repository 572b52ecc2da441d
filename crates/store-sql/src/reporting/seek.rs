//! Finds where a page of transactions begins, without reading the rows of earlier pages.

use outbound_reporting::TransactionId;
use outbound_store::{StoreError, TransactionQuery};

use super::codes::Code;
use super::connection::ReportingConnection;
use super::filter_lists::{FilterLists, list_args};
use super::periods::hour_start;
use super::statements as sql;
use crate::args::Arg;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct PageStart {
    /// The first id to read.
    pub(super) id: TransactionId,
    /// How many rows to skip from there.
    pub(super) skip: u64,
}

impl PageStart {
    /// Skips the hours before the page by their totals, which always equal the number of rows. Filters by status have
    /// no totals, and a part of an hour has none: then all rows before the page are read.
    pub(super) async fn find(
        reader: &mut ReportingConnection,
        query: &TransactionQuery<'_>,
        lists: &FilterLists,
    ) -> Result<Self, StoreError> {
        let first = query.ids.start;
        let start = Self { id: first, skip: query.offset };
        let first_hour = first.attempted_hour();
        if query.offset == 0 || lists.statuses.is_some() || first != hour_id(first_hour) {
            return Ok(start);
        }
        let end_hour = query.ids.end.attempted_hour();
        let mut args: Vec<Arg<'_>> = vec![query.app.code().into(), first_hour.into(), end_hour.into()];
        args.extend(lists.dimension_args());
        args.extend(list_args(lists.errors.as_ref()));
        let hours: Vec<(i64, i64)> = reader.all_per_engine(sql::MESSAGES_BY_HOUR, &args).await?;
        Ok(start.after_hours(&hours))
    }

    /// Skips whole hours, given the number of rows in each hour that has any, in ascending order.
    fn after_hours(self, hours: &[(i64, i64)]) -> Self {
        let mut start = self;
        for (hour, rows) in hours {
            let rows = u64::try_from(*rows).unwrap_or(0);
            if rows > start.skip {
                break;
            }
            start = Self { id: hour_id(hour + 1), skip: start.skip - rows };
        }
        start
    }
}

/// The first id of an hour.
fn hour_id(hour: i64) -> TransactionId {
    TransactionId::first_at(hour_start(hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_hours_before_the_page_are_skipped() {
        let start = |hour, skip| PageStart { id: hour_id(hour), skip };
        let hours = [(10, 5), (12, 3)];
        for (skip, expected) in [
            (1, start(10, 1)),
            (4, start(10, 4)),
            (5, start(11, 0)),
            (7, start(11, 2)),
            (8, start(13, 0)),
            // Beyond the last row, or in an hour that is not complete.
            (9, start(13, 1)),
        ] {
            assert_eq!(start(10, skip).after_hours(&hours), expected, "{skip}");
        }
    }
}
