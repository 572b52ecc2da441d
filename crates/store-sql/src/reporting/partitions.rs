//! PostgreSQL's partitions of transactions: one for each month. A month is dropped as a whole, which takes no
//! longer for ten million rows than for ten.

use std::fmt;
use std::time::Duration;

use outbound_model::Timestamp;
use outbound_reporting::TransactionId;
use outbound_store::StoreError;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_as, query_scalar, raw_sql};

use crate::SqlStore;
use crate::dialect::{
    LOCK_PARTITIONS_POSTGRES, NOW_POSTGRES, PARTITION_TABLES_POSTGRES, TRY_LOCK_PARTITIONS_POSTGRES,
    UNLOCK_PARTITIONS_POSTGRES,
};
use crate::engine::EnginePool;
use crate::error::store_error;
use crate::postgres;
use crate::queues::QueueKey;

/// How many months after the current one have partitions.
const MONTHS_AHEAD: u32 = 2;

/// How long a change waits for a lock. What holds it may take hours, such as a backup, so the change is tried again
/// later. Longer than the second after which the server cancels an automatic vacuum that holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// The prefix of the tables' names: `transactions_2026_11`.
const PREFIX: &str = "transactions_";

/// A table with the name of a partition.
type PartitionTable = (String, bool, bool);

/// What a call changes.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum PartitionChange {
    /// Creates missing months. If another node changes partitions, this waits for it, but only for [`LOCK_WAIT`].
    Create,
    /// Also drops old months. Does nothing if another node changes partitions.
    CreateAndDrop,
}

impl SqlStore {
    /// Creates and drops partitions on PostgreSQL. Several nodes may do so at the same time. Fails with
    /// [`StoreError::Busy`] if others hold a lock for longer than [`LOCK_WAIT`]; the next call continues.
    pub(super) async fn change_partitions(
        &self,
        change: PartitionChange,
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
        if is_created(&tables, first, last)
            && (change == PartitionChange::Create || nothing_to_drop(&tables, first))
        {
            return Ok(());
        }
        // A separate connection, because dropping a month may take longer than other statements.
        let label = &self.operational.label;
        let mut connection = postgres::connect_without_limits(pool, LOCK_WAIT, label).await?;
        let changed = change_locked(&mut connection, change, first, last).await;
        let closed = connection.close().await;
        changed.and(closed).map_err(|error| store_error(&error, label))
    }
}

/// Whether all months from `first` to `last` have partitions.
fn is_created(tables: &[PartitionTable], first: Month, last: Month) -> bool {
    first.up_to(last).all(|month| tables.iter().any(|table| is_in_use(table, month)))
}

/// Whether a table is the attached partition of a month.
fn is_in_use((name, is_attached, is_pending): &PartitionTable, month: Month) -> bool {
    *is_attached && !*is_pending && Month::of_table(name) == Some(month)
}

/// Whether all tables are partitions of `first` or later months.
fn nothing_to_drop(tables: &[PartitionTable], first: Month) -> bool {
    tables.iter().all(|table| Month::of_table(&table.0).is_some_and(|month| is_kept(table, month, first)))
}

fn is_kept(table: &PartitionTable, month: Month, first: Month) -> bool {
    month >= first && is_in_use(table, month)
}

/// Changes partitions while no other node does. If this fails, the end of the connection releases the lock.
async fn change_locked(
    connection: &mut PgConnection,
    change: PartitionChange,
    first: Month,
    last: Month,
) -> sqlx::Result<()> {
    match change {
        PartitionChange::Create => {
            raw_sql(LOCK_PARTITIONS_POSTGRES).execute(&mut *connection).await?;
        }
        PartitionChange::CreateAndDrop => {
            let is_locked: bool =
                query_scalar(TRY_LOCK_PARTITIONS_POSTGRES).fetch_one(&mut *connection).await?;
            if !is_locked {
                return Ok(());
            }
        }
    }
    // First, because dropping may wait in vain.
    create_missing(connection, first, last).await?;
    if change == PartitionChange::CreateAndDrop {
        drop_old(connection, first).await?;
    }
    let _: bool = query_scalar(UNLOCK_PARTITIONS_POSTGRES).fetch_one(connection).await?;
    Ok(())
}

async fn create_missing(connection: &mut PgConnection, first: Month, last: Month) -> sqlx::Result<()> {
    let tables: Vec<PartitionTable> = query_as(PARTITION_TABLES_POSTGRES).fetch_all(&mut *connection).await?;
    for month in first.up_to(last) {
        match tables.iter().find(|(name, ..)| Month::of_table(name) == Some(month)) {
            // A month that is being detached is dropped first, and created by the next call.
            Some((_, true, _)) => continue,
            // A creation was interrupted, or the table has only old rows.
            Some((name, false, _)) => run(connection, format!("DROP TABLE {name}")).await?,
            None => {}
        }
        // Attaching an empty table locks less than creating a partition does.
        run(connection, format!("CREATE TABLE {month} (LIKE transactions INCLUDING ALL)")).await?;
        let (from, to) = (month.first_id(), month.plus(1).first_id());
        let attach = format!(
            "ALTER TABLE transactions ATTACH PARTITION {month} FOR VALUES FROM ('{from}') TO ('{to}')"
        );
        run(connection, attach).await?;
    }
    Ok(())
}

/// Drops old months, and completes changes that were interrupted, also by [`LOCK_WAIT`]: a table that is not attached
/// has no rows, or only old ones.
async fn drop_old(connection: &mut PgConnection, first: Month) -> sqlx::Result<()> {
    let tables: Vec<PartitionTable> = query_as(PARTITION_TABLES_POSTGRES).fetch_all(&mut *connection).await?;
    for table in &tables {
        let (name, is_attached, is_pending) = table;
        if Month::of_table(name).is_none_or(|month| is_kept(table, month, first)) {
            continue;
        }
        if *is_attached {
            let how = if *is_pending { "FINALIZE" } else { "CONCURRENTLY" };
            run(connection, format!("ALTER TABLE transactions DETACH PARTITION {name} {how}")).await?;
        }
        run(connection, format!("DROP TABLE {name}")).await?;
    }
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
