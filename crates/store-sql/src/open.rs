//! Opens a database by its URL: which engine, how many connections, and how long anything may wait.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool};

use crate::engine::Pools;
use crate::error::store_error;

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most connections: on SQLite that read, beside the one that writes; on PostgreSQL in all.
    pub connections: u32,
    /// How long to wait for a connection, on PostgreSQL also for another writer, before the database
    /// counts as not available.
    pub wait: Duration,
    /// How long to wait for another writer on SQLite, which has one at a time whatever the account.
    pub writer_wait: Duration,
    /// Whether a SQLite file that is not there is made, readable for its owner only.
    pub create: bool,
    /// Into blocks of how many elements a published list is cut, at least 1; one with more than twice
    /// as many is cut again. A page passes over the elements of one block, and a change at the
    /// list's start moves every block: about the root of the longest list's length suits both.
    pub block_elements: u32,
}

impl Default for Options {
    /// 8 connections, 3 s, for a writer 8 s (less than a request may take), made if missing, blocks for
    /// lists of a million.
    fn default() -> Self {
        let [wait, writer_wait] = [3, 8].map(Duration::from_secs);
        Self { connections: 8, wait, writer_wait, create: true, block_elements: 1000 }
    }
}

/// Memory of the connection that writes, in KiB (SQLite's sign for it is minus): enough to keep the
/// indexes of 100 000 handoffs at hand during an import, which otherwise goes to the disk and back.
const SQLITE_WRITER_CACHE: &str = "-32768";

/// What the log of a long transaction may keep of the disk once it is done.
const SQLITE_LOG_BYTES: &str = "67108864";

/// No single statement takes longer; the server ends it, and its locks with it.
const STATEMENT_LIMIT: Duration = Duration::from_secs(10);

/// A transaction of a client that fell silent is ended, and its locks with it.
const SILENCE_LIMIT: Duration = Duration::from_mins(1);

/// Connects to `sqlite:FILE` or `postgres://…`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Pools, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => open_sqlite(url, options).await,
        Some("postgres" | "postgresql") => open_postgres(url, options).await.map(Pools::Postgres),
        // The URL may hold a password, so it is not repeated.
        _ => Err(StoreError::Url("expected sqlite:FILE or postgres://USER@HOST/DATABASE".into())),
    }
}

async fn open_sqlite(url: &str, options: &Options) -> Result<Pools, StoreError> {
    let connect = SqliteConnectOptions::from_str(url).map_err(store_error)?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Url("a database in memory would forget what was acknowledged".into()));
    }
    if options.create {
        create_private(connect.get_filename()).map_err(|error| StoreError::Unavailable(error.into()))?;
    }
    let connect = connect
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.writer_wait)
        .pragma("journal_size_limit", SQLITE_LOG_BYTES)
        .disable_statement_logging();
    let writer =
        connect.clone().journal_mode(SqliteJournalMode::Wal).pragma("cache_size", SQLITE_WRITER_CACHE);
    let writer = sqlite_pool(1, options.writer_wait).connect_with(writer).await.map_err(store_error)?;
    let readers =
        sqlite_pool(options.connections, options.wait).connect_lazy_with(connect.pragma("query_only", "ON"));
    Ok(Pools::Sqlite { readers, writer })
}

/// Connections live as long as the process: a file does not go away.
fn sqlite_pool(connections: u32, wait: Duration) -> sqlx::pool::PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(wait)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Whether `url` names a SQLite file that is not there.
pub(crate) fn is_missing_file(url: &str) -> Result<bool, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(false);
    }
    Ok(!SqliteConnectOptions::from_str(url).map_err(store_error)?.get_filename().exists())
}

/// Makes an empty file that only its owner may read, if there is none; SQLite gives its log the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn open_postgres(url: &str, options: &Options) -> Result<PgPool, StoreError> {
    let limits = [
        ("statement_timeout", STATEMENT_LIMIT),
        ("lock_timeout", options.wait),
        ("idle_in_transaction_session_timeout", SILENCE_LIMIT),
    ];
    let connect = PgConnectOptions::from_str(url)
        .map_err(store_error)?
        .application_name("outbound")
        .options(limits.map(|(name, limit)| (name, limit.as_millis().to_string())))
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.wait)
        .connect_with(connect.clone())
        .await;
    match pool {
        Err(sqlx::Error::PoolTimedOut) => Err(why_not(&connect, options.wait).await),
        opened => opened.map_err(store_error),
    }
}

/// The pool only says how long it has tried, so this tries once more for the reason.
async fn why_not(connect: &PgConnectOptions, wait: Duration) -> StoreError {
    let at = match connect.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", connect.get_host(), connect.get_port()),
    };
    StoreError::Unavailable(match tokio::time::timeout(wait, connect.connect()).await {
        Ok(Ok(_)) => format!("PostgreSQL at {at} answers only now; try again").into(),
        Ok(Err(error)) => format!("cannot connect to PostgreSQL at {at}: {error}").into(),
        Err(_) => format!("PostgreSQL at {at} does not answer").into(),
    })
}
