//! PostgreSQL's partitions of transactions: one for each month. A month is dropped as a whole, which takes no
//! longer for ten million rows than for ten.

use std::fmt;

use outbound_model::Timestamp;
use outbound_reporting::TransactionId;
use outbound_store::StoreError;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_as, query_scalar, raw_sql};

use crate::SqlStore;
use crate::dialect::{
    LOCK_PARTITIONS_POSTGRES, NOW_POSTGRES, PARTITION_TABLES_POSTGRES, UNLOCK_PARTITIONS_POSTGRES,
};
use crate::engine::EnginePool;
use crate::error::store_error;
use crate::postgres;
use crate::queues::QueueKey;

/// How many months after the current one have partitions.
const MONTHS_AHEAD: u32 = 2;

/// The prefix of the tables' names: `transactions_2026_11`.
const PREFIX: &str = "transactions_";

/// A table with the name of a partition.
type PartitionTable = (String, bool, bool);

impl SqlStore {
    /// Creates and drops partitions on PostgreSQL. Several nodes may do so at the same time.
    pub(super) async fn maintain_partitions(
        &self,
        earliest: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let EnginePool::Postgres(pool) = &self.operational.pool else { return Ok(()) };
        let mut reader = self.operational.reader(QueueKey::Installation).await?;
        // A node whose clock is ahead must not drop months that the database still has to keep.
        let of_server: Vec<(i64,)> = reader.all(NOW_POSTGRES, &[]).await?;
        let ahead = of_server.first().map_or(0, |(millis,)| now.millis() - millis);
        let earliest = earliest.plus_millis(-ahead.max(0));
        let (first, last) = (Month::of(earliest)?, Month::of(now)?.plus(MONTHS_AHEAD));
        let tables: Vec<PartitionTable> = reader.all(PARTITION_TABLES_POSTGRES, &[]).await?;
        drop(reader);
        if is_complete(&tables, first, last) {
            return Ok(());
        }
        // A separate connection, because waiting for other nodes or for readers may take longer than a statement.
        let label = &self.operational.label;
        let mut connection = postgres::connect_without_limits(pool, None, label).await?;
        let changed = change(&mut connection, first, last).await;
        let closed = connection.close().await;
        changed.and(closed).map_err(|error| store_error(&error, label))
    }
}

/// Whether all months from `first` to `last` have partitions, and no others.
fn is_complete(tables: &[PartitionTable], first: Month, last: Month) -> bool {
    let attached = tables.iter().filter(|(_, is_attached, is_pending)| *is_attached && !*is_pending);
    let months: Vec<_> = attached.filter_map(|(name, ..)| Month::of_table(name)).collect();
    tables.len() == months.len()
        && months.iter().all(|month| *month >= first)
        && first.up_to(last).all(|month| months.contains(&month))
}

async fn change(connection: &mut PgConnection, first: Month, last: Month) -> sqlx::Result<()> {
    raw_sql(LOCK_PARTITIONS_POSTGRES).execute(&mut *connection).await?;
    let tables: Vec<PartitionTable> = query_as(PARTITION_TABLES_POSTGRES).fetch_all(&mut *connection).await?;
    for (name, is_attached, is_pending) in &tables {
        let Some(month) = Month::of_table(name) else { continue };
        if month >= first && *is_attached && !is_pending {
            continue;
        }
        // An interrupted change is completed: a table that is not attached has no rows, or only old ones.
        if *is_attached {
            let how = if *is_pending { "FINALIZE" } else { "CONCURRENTLY" };
            run(connection, format!("ALTER TABLE transactions DETACH PARTITION {name} {how}")).await?;
        }
        run(connection, format!("DROP TABLE {name}")).await?;
    }
    let exists = |month: &Month| {
        tables
            .iter()
            .any(|(name, attached, pending)| *attached && !pending && Month::of_table(name) == Some(*month))
    };
    for month in first.up_to(last).filter(|month| !exists(month)) {
        // Attaching an empty table locks less than creating a partition does.
        run(connection, format!("CREATE TABLE {month} (LIKE transactions INCLUDING ALL)")).await?;
        let (from, to) = (month.first_id(), month.plus(1).first_id());
        let attach = format!(
            "ALTER TABLE transactions ATTACH PARTITION {month} FOR VALUES FROM ('{from}') TO ('{to}')"
        );
        run(connection, attach).await?;
    }
    let _: bool = query_scalar(UNLOCK_PARTITIONS_POSTGRES).fetch_one(connection).await?;
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

/// A month, UTC.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Month {
    year: u32,
    /// From 1 to 12.
    month: u32,
}

impl Month {
    fn of(time: Timestamp) -> Result<Self, StoreError> {
        let text = time.to_string();
        let mut parts = text.split('-').map(|part| part.parse().ok());
        match (parts.next().flatten(), parts.next().flatten()) {
            (Some(year), Some(month)) => Ok(Self { year, month }),
            _ => Err(StoreError::Corrupt(format!("the time {text}"))),
        }
    }

    /// The month of a partition; `None` for tables of other names.
    fn of_table(name: &str) -> Option<Self> {
        let (year, month) = name.strip_prefix(PREFIX)?.split_once('_')?;
        Some(Self { year: year.parse().ok()?, month: month.parse().ok()? })
    }

    fn plus(self, months: u32) -> Self {
        let month = self.month - 1 + months;
        Self { year: self.year + month / 12, month: month % 12 + 1 }
    }

    fn up_to(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.plus(1))).take_while(move |month| *month <= last)
    }

    /// The smallest transaction id of the month, as PostgreSQL writes bytes.
    fn first_id(self) -> String {
        let start = format!("{:04}-{:02}-01T00:00:00Z", self.year, self.month).parse();
        let id = TransactionId::first_at(start.unwrap_or(Timestamp::EPOCH));
        let digits: Vec<_> = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("\\x{}", digits.concat())
    }
}

impl fmt::Display for Month {
    /// The name of the partition.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{:04}_{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_the_end_of_the_year() {
        let november = Month::of("2026-11-29T05:00:00Z".parse().unwrap()).unwrap();
        let names: Vec<_> = november.up_to(november.plus(2)).map(|month| month.to_string()).collect();
        assert_eq!(names, ["transactions_2026_11", "transactions_2026_12", "transactions_2027_01"]);
        assert_eq!(Month::of_table(&names[2]), Some(november.plus(2)));
        assert_eq!(Month::of_table("transactions_pkey"), None);
        // 1 793 491 200 000 ms after 1970, and the version and variant of the id.
        assert_eq!(november.first_id(), r"\x01a19467e80070008000000000000000");
    }
}
