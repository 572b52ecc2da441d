//! The connection pools of both engines, and the values that statements bind. Does not depend on accounts'
//! data.

use std::sync::Arc;

use outbound_model::{AccountId, Timestamp};
use outbound_store::{PoolUsage, StoreError};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Database, FromRow, PgPool, Pool, SqlitePool};

use crate::connection::{Connection, PooledConnection};
use crate::dialect;
use crate::error::{connect_error, sqlite_writer_error, store_error};
use crate::queues::{ConnectionPermit, QueueKey, Queues};

/// A value bound to a statement.
#[derive(Clone, Copy)]
pub(crate) enum Arg<'a> {
    Text(&'a str),
    /// For a column that is text on SQLite and bytes on PostgreSQL, which compares bytes faster.
    Utf8(&'a str),
    Int(i64),
    Bytes(&'a [u8]),
    OptionalBytes(Option<&'a [u8]>),
    OptionalText(Option<&'a str>),
    OptionalInt(Option<i64>),
    /// A list of integers: an array on PostgreSQL, a JSON array on SQLite, which has no arrays.
    Ints(&'a [i64]),
}

/// The numbers as a JSON array, for SQLite.
pub(crate) fn json_array(numbers: &[i64]) -> String {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// Binds the arguments to the query. `$utf8` and `$ints` convert [`Arg::Utf8`] and [`Arg::Ints`] to the types
/// of the engine.
macro_rules! bind_args {
    ($query:expr, $args:expr, $utf8:expr, $ints:expr) => {
        $args.iter().fold($query, |query, arg| match *arg {
            Arg::Text(value) => query.bind(value),
            Arg::Utf8(value) => query.bind($utf8(value)),
            Arg::Int(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
            Arg::OptionalBytes(value) => query.bind(value),
            Arg::OptionalText(value) => query.bind(value),
            Arg::OptionalInt(value) => query.bind(value),
            Arg::Ints(value) => query.bind($ints(value)),
        })
    };
}

pub(crate) use bind_args;

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

/// A type that can be read from a row of either engine: tuples, and structs with
/// [`from_row!`](crate::rows::from_row).
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// The usage of a pool. The two numbers are read one after the other, so they may be inconsistent.
fn usage<DB: Database>(pool: &'static str, connections: &Pool<DB>) -> PoolUsage {
    let idle = connections.num_idle();
    let open = usize::try_from(connections.size()).unwrap_or(usize::MAX);
    PoolUsage { pool, idle, used: open.saturating_sub(idle) }
}

/// The connections to one database, or to one file of SQLite. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    pub(crate) pool: EnginePool,
    pub(crate) queues: Queues,
    /// The database as shown in messages, without a password.
    pub(crate) label: Arc<str>,
}

/// The pools of one engine.
#[derive(Clone, Debug)]
pub(crate) enum EnginePool {
    /// Many connections that read, and one that writes.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    /// All connections read and write.
    Postgres(PgPool),
}

impl Pools {
    /// Waits for a connection that reads.
    pub(crate) async fn reader(&self, key: QueueKey) -> Result<Connection, StoreError> {
        let share = self.queues.reader(key).await?;
        let raw = match &self.pool {
            EnginePool::Sqlite { readers, .. } => readers.acquire().await.map(PooledConnection::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| store_error(&error, &self.label))?;
        Ok(Connection::new(raw, self.label.clone(), share))
    }

    /// Waits for a connection for one statement that writes.
    pub(crate) async fn writer(&self, key: QueueKey) -> Result<Connection, StoreError> {
        let share = self.queues.writer(key).await?;
        let raw = match &self.pool {
            EnginePool::Sqlite { writer, .. } => writer.acquire().await.map(PooledConnection::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| sqlite_writer_error(&error, &self.label))?;
        Ok(Connection::new(raw, self.label.clone(), share))
    }

    async fn postgres(&self, pool: &PgPool, share: ConnectionPermit) -> Result<Connection, StoreError> {
        let raw = pool.acquire().await.map_err(|error| connect_error(&error, &self.label))?;
        Ok(Connection::new(PooledConnection::Postgres(raw), self.label.clone(), share))
    }

    /// Opens a transaction that writes.
    pub(crate) async fn begin(&self, account: &AccountId) -> Result<Connection, StoreError> {
        self.begin_with(account, dialect::BEGIN_POSTGRES).await
    }

    /// Opens a transaction that locks the account.
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

    /// Returns the current usage of each pool. `names` are the names of SQLite's reader and writer pools.
    pub(crate) fn usage(&self, names: [&'static str; 2]) -> Vec<PoolUsage> {
        match &self.pool {
            EnginePool::Sqlite { readers, writer } => vec![usage(names[0], readers), usage(names[1], writer)],
            EnginePool::Postgres(pool) => vec![usage("any", pool)],
        }
    }

    /// Whether other processes can be notified of commits.
    pub(crate) async fn can_notify(&self) -> bool {
        if !self.is_postgres() {
            return false;
        }
        match self.writer(None).await {
            Ok(mut connection) => connection.execute(dialect::TRY_NOTIFY_POSTGRES, &[]).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Waits for running statements, then closes all connections.
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
