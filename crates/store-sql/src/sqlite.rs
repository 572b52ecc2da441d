//! Opens and checks SQLite files: `outbound.db`, called the main file, and the operational file beside it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::dialect;
use crate::engine::{EnginePool, Pools};
use crate::error::store_error;
use crate::migrators;
use crate::options::{Opened, Options};
use crate::queues::{QueueKey, Queues};

/// Page cache of the connection that writes, in KiB (negative in SQLite's notation). Large enough for the
/// indexes of 100 000 handoffs during an import, which otherwise are read from disk repeatedly.
const WRITER_CACHE: &str = "-32768";

/// Page cache for the operational file, whose transactions are small: SQLite's default.
const OPERATIONAL_WRITER_CACHE: &str = "-2000";

/// Maximum size of the write-ahead log after a long transaction has been checkpointed.
const LOG_BYTES: &str = "67108864";

/// Opens the file of `url`, `sqlite:FILE`. The operational file is opened when it is first used.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Opened, StoreError> {
    let connect = file_options(url)?;
    let label = label(&connect);
    if options.create {
        create_private(connect.get_filename(), &label)?;
    }
    let connect = connect
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.writer_wait)
        .pragma("journal_size_limit", LOG_BYTES);
    reject_foreign_tables(&connect, &label).await?;
    let operational = operational_options(&connect);
    let main = pools(connect, options, WRITER_CACHE);
    // Connects now, so that the start fails if the file cannot be written.
    drop(main.writer(QueueKey::Installation).await?);
    let fewer = Options { connections: (options.connections / 2).max(1), ..options.clone() };
    Ok(Opened { main, operational: pools(operational, &fewer, OPERATIONAL_WRITER_CACHE) })
}

/// Pools that open the file when they are first used.
fn pools(connect: SqliteConnectOptions, options: &Options, writer_cache: &'static str) -> Pools {
    let (label, queues) = (label(&connect).into(), Queues::sqlite(options));
    let writer = connect.clone().journal_mode(SqliteJournalMode::Wal).pragma("cache_size", writer_cache);
    let writer = pool(1, options.writer_wait).connect_lazy_with(writer);
    let readers = connect.pragma("query_only", "ON");
    let readers = pool(options.connections, options.wait).connect_lazy_with(readers);
    Pools { pool: EnginePool::Sqlite { readers, writer }, queues, label }
}

/// Options for the operational file of the main file.
pub(crate) fn operational_options(main: &SqliteConnectOptions) -> SqliteConnectOptions {
    main.clone().filename(operational_path(main.get_filename()))
}

/// The path of the operational file: `outbound-operational.db` beside `outbound.db`.
pub(crate) fn operational_path(main: &Path) -> PathBuf {
    let mut name = main.file_stem().map_or_else(OsString::new, OsString::from);
    name.push("-operational");
    if let Some(extension) = main.extension() {
        name.push(".");
        name.push(extension);
    }
    main.with_file_name(name)
}

/// Whether `url` names a SQLite file that does not exist.
pub(crate) fn is_missing_file(url: &str) -> Result<bool, StoreError> {
    Ok(url.starts_with("sqlite:") && !file_options(url)?.get_filename().exists())
}

pub(crate) fn file_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Url(error.to_string()))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Url(
            "a database in memory is not supported, because it loses its data when the server stops".into(),
        ));
    }
    Ok(options.disable_statement_logging())
}

/// The file, as shown in messages.
pub(crate) fn label(options: &SqliteConnectOptions) -> String {
    format!("SQLite file {}", options.get_filename().display())
}

/// Rejects a file with tables of another program before changing it. Enabling the write-ahead log would
/// already change it.
async fn reject_foreign_tables(options: &SqliteConnectOptions, label: &str) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, label);
    let mut connection = options.connect().await.map_err(failed)?;
    let tables = tables(&mut connection).await;
    connection.close().await.map_err(failed)?;
    migrators::reject_foreign_tables(&tables.map_err(failed)?, label)
}

/// Lists the tables of a file.
pub(crate) async fn tables(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(dialect::TABLES_SQLITE).fetch_all(connection).await
}

/// Connections are kept for the lifetime of the process, because a file does not become unreachable.
fn pool(connections: u32, wait: Duration) -> sqlx::pool::PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(wait)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Creates an empty file that only its owner can read, if it does not exist. SQLite gives its log the same
/// mode.
pub(crate) fn create_private(path: &Path, label: &str) -> Result<(), StoreError> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("{label}: {error}").into()))
        }
        _ => Ok(()),
    }
}
