//! The two engines behind one face: run a statement, get rows. Knows neither accounts nor handoffs.

use std::convert;
use std::future::Future;
use std::time::Duration;

use outbound_model::Timestamp;
use outbound_store::{PoolUsage, StoreError};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Database, FromRow, PgConnection, PgPool, Pool, Postgres, Sqlite, SqliteConnection, SqlitePool};

use crate::dialect;
use crate::error::{sqlite_writer_error, store_error};

/// A server that has not answered by then never will; its own limits are shorter (`open`).
const ANSWER_LIMIT: Duration = Duration::from_secs(15);

/// The work of a server far away, which may fall silent without closing the connection.
async fn answered<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(ANSWER_LIMIT, work).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

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

/// What can be read from a row of either engine; `#[derive(FromRow)]` suffices.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// The statement with its arguments, for whichever engine the context asks for; `$utf8` is how it keeps
/// an [`Arg::Utf8`].
macro_rules! bound {
    ($query:expr, $args:expr, $utf8:expr) => {
        $args.iter().fold($query, |query, arg| match *arg {
            Arg::Text(value) => query.bind(value),
            Arg::Utf8(value) => query.bind($utf8(value)),
            Arg::Int(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
            Arg::OptionalBytes(value) => query.bind(value),
            Arg::OptionalText(value) => query.bind(value),
            Arg::OptionalInt(value) => query.bind(value),
        })
    };
}

/// A connection that somebody else owns.
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Connection<'_> {
    /// Every row of a statement.
    pub(crate) async fn all<T: Row>(self, sql: &'static str, args: &[Arg<'_>]) -> sqlx::Result<Vec<T>> {
        match self {
            Self::Sqlite(connection) => {
                bound!(sqlx::query_as(sql), args, convert::identity).fetch_all(connection).await
            }
            Self::Postgres(connection) => {
                answered(bound!(sqlx::query_as(sql), args, str::as_bytes).fetch_all(connection)).await
            }
        }
    }

    /// How many rows a statement changed.
    pub(crate) async fn execute(self, sql: &'static str, args: &[Arg<'_>]) -> sqlx::Result<u64> {
        Ok(match self {
            Self::Sqlite(connection) => {
                bound!(sqlx::query(sql), args, convert::identity).execute(connection).await?.rows_affected()
            }
            Self::Postgres(connection) => {
                answered(bound!(sqlx::query(sql), args, str::as_bytes).execute(connection))
                    .await?
                    .rows_affected()
            }
        })
    }
}

/// A connection out of a pool.
pub(crate) enum Pooled {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Pooled {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

/// An open transaction; dropped, it is rolled back.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
            Self::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => answered(transaction.commit()).await,
        }
    }
}

/// The two numbers are not of the same moment.
fn usage<DB: Database>(pool: &'static str, connections: &Pool<DB>) -> PoolUsage {
    let idle = connections.num_idle();
    let open = usize::try_from(connections.size()).unwrap_or(usize::MAX);
    PoolUsage { pool, idle, used: open.saturating_sub(idle) }
}

/// The connections to one database; a clone shares them.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// Many readers, and the one connection that writes.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    /// Every connection does both.
    Postgres(PgPool),
}

impl Pools {
    /// A connection to read with.
    pub(crate) async fn reader(&self) -> sqlx::Result<Pooled> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Pooled::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Pooled::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for one statement that writes.
    pub(crate) async fn writer(&self) -> Result<Pooled, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Pooled::Sqlite(writer.acquire().await.map_err(sqlite_writer_error)?)
            }
            Self::Postgres(pool) => Pooled::Postgres(pool.acquire().await.map_err(store_error)?),
        })
    }

    /// Opens a transaction that will write.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                let begun = writer.begin_with(dialect::BEGIN_SQLITE).await;
                Transaction::Sqlite(begun.map_err(sqlite_writer_error)?)
            }
            Self::Postgres(pool) => {
                let begun = answered(pool.begin_with(dialect::BEGIN_POSTGRES)).await;
                Transaction::Postgres(begun.map_err(store_error)?)
            }
        })
    }

    /// The open connections of each pool, as they are now.
    pub(crate) fn usage(&self) -> Vec<PoolUsage> {
        match self {
            Self::Sqlite { readers, writer } => vec![usage("reader", readers), usage("writer", writer)],
            Self::Postgres(pool) => vec![usage("any", pool)],
        }
    }

    /// Whether commits can be told to other processes that listen.
    pub(crate) async fn can_notify(&self) -> bool {
        let Self::Postgres(pool) = self else { return false };
        answered(sqlx::query(dialect::TRY_NOTIFY_POSTGRES).execute(pool)).await.is_ok()
    }

    /// Waits for what is running, then closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
