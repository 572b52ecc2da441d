//! The pools of the two engines, and the values that statements take. Knows neither accounts nor handoffs.

use std::sync::Arc;

use outbound_model::{AccountId, Timestamp};
use outbound_store::{PoolUsage, StoreError};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Database, FromRow, PgPool, Pool, SqlitePool};

use crate::connection::{Connection, Raw};
use crate::dialect;
use crate::error::{connect_error, sqlite_writer_error, store_error};
use crate::shares::{Payer, Queues, Share};

/// A value bound to a statement.
#[derive(Clone, Copy)]
pub(crate) enum Arg<'a> {
    Text(&'a str),
    /// For a column that SQLite keeps as text and PostgreSQL as bytes, which it compares faster.
    Utf8(&'a str),
    Int(i64),
    Bytes(&'a [u8]),
    OptionalBytes(Option<&'a [u8]>),
    OptionalText(Option<&'a str>),
    OptionalInt(Option<i64>),
    /// Any number of integers: an array on PostgreSQL, a JSON array on SQLite, which has no arrays.
    Ints(&'a [i64]),
}

/// The numbers as SQLite takes them.
pub(crate) fn json_array(numbers: &[i64]) -> String {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'a> From<&'a [i64]> for Arg<'a> {
    fn from(numbers: &'a [i64]) -> Self {
        Self::Ints(numbers)
    }
}

impl From<Timestamp> for Arg<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.millis())
    }
}

impl From<Option<Timestamp>> for Arg<'_> {
    fn from(time: Option<Timestamp>) -> Self {
        Self::OptionalInt(time.map(Timestamp::millis))
    }
}

impl From<Option<i64>> for Arg<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::OptionalInt(number)
    }
}

impl<'a> From<Option<&'a [u8]>> for Arg<'a> {
    fn from(bytes: Option<&'a [u8]>) -> Self {
        Self::OptionalBytes(bytes)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::OptionalText(text)
    }
}

/// What can be read from a row of either engine: tuples, and structs by [`from_row!`](crate::rows::from_row).
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// The two numbers are not of the same moment.
fn usage<DB: Database>(pool: &'static str, connections: &Pool<DB>) -> PoolUsage {
    let idle = connections.num_idle();
    let open = usize::try_from(connections.size()).unwrap_or(usize::MAX);
    PoolUsage { pool, idle, used: open.saturating_sub(idle) }
}

/// The connections to one database, on SQLite to one file; a clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    pub(crate) pool: EnginePool,
    pub(crate) queues: Queues,
    /// The database as messages name it, without a password.
    pub(crate) place: Arc<str>,
}

/// The pools of one engine.
#[derive(Clone, Debug)]
pub(crate) enum EnginePool {
    /// Many readers, and the one connection that writes.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    /// Every connection does both.
    Postgres(PgPool),
}

impl Pools {
    /// A connection to read with.
    pub(crate) async fn reader(&self, payer: Payer) -> Result<Connection, StoreError> {
        let share = self.queues.reader(payer).await?;
        let raw = match &self.pool {
            EnginePool::Sqlite { readers, .. } => readers.acquire().await.map(Raw::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| store_error(&error, &self.place))?;
        Ok(Connection::new(raw, self.place.clone(), share))
    }

    /// A connection for one statement that writes.
    pub(crate) async fn writer(&self, payer: Payer) -> Result<Connection, StoreError> {
        let share = self.queues.writer(payer).await?;
        let raw = match &self.pool {
            EnginePool::Sqlite { writer, .. } => writer.acquire().await.map(Raw::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| sqlite_writer_error(&error, &self.place))?;
        Ok(Connection::new(raw, self.place.clone(), share))
    }

    async fn postgres(&self, pool: &PgPool, share: Share) -> Result<Connection, StoreError> {
        let raw = pool.acquire().await.map_err(|error| connect_error(&error, &self.place))?;
        Ok(Connection::new(Raw::Postgres(raw), self.place.clone(), share))
    }

    /// Opens a transaction that will write.
    pub(crate) async fn begin(&self, account: &AccountId) -> Result<Connection, StoreError> {
        self.begin_with(account, dialect::BEGIN_POSTGRES).await
    }

    /// Opens a transaction that will lock the account.
    pub(crate) async fn begin_locking(&self, account: &AccountId) -> Result<Connection, StoreError> {
        self.begin_with(account, dialect::BEGIN_LOCKING_POSTGRES).await
    }

    async fn begin_with(
        &self,
        account: &AccountId,
        postgres: &'static str,
    ) -> Result<Connection, StoreError> {
        let mut connection = self.writer(Some(account.clone())).await?;
        connection.begin(if self.is_postgres() { postgres } else { dialect::BEGIN_SQLITE }).await?;
        Ok(connection)
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.pool, EnginePool::Postgres(_))
    }

    /// The open connections of each pool, as they are now; `names` are those of SQLite's.
    pub(crate) fn usage(&self, names: [&'static str; 2]) -> Vec<PoolUsage> {
        match &self.pool {
            EnginePool::Sqlite { readers, writer } => vec![usage(names[0], readers), usage(names[1], writer)],
            EnginePool::Postgres(pool) => vec![usage("any", pool)],
        }
    }

    /// Whether commits can be told to other processes that listen.
    pub(crate) async fn can_notify(&self) -> bool {
        if !self.is_postgres() {
            return false;
        }
        match self.writer(None).await {
            Ok(mut connection) => connection.execute(dialect::TRY_NOTIFY_POSTGRES, &[]).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Waits for what is running, then closes every connection.
    pub(crate) async fn close(&self) {
        match &self.pool {
            EnginePool::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            EnginePool::Postgres(pool) => pool.close().await,
        }
    }
}
