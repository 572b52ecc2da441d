//! Opens and checks SQLite files: `outbound.db`, called the main file, and the operational file beside it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::Options;
use crate::dialect;
use crate::engine::{EnginePool, Pools};
use crate::error::store_error;
use crate::migrations;
use crate::open::Opened;
use crate::shares::Queues;

/// Memory of the connection that writes, in KiB (SQLite's sign for it is minus): enough to keep the
/// indexes of 100 000 handoffs at hand during an import, which otherwise goes to the disk and back.
const WRITER_CACHE: &str = "-32768";

/// The same for the operational file, whose transactions are small: SQLite's default.
const OPERATIONAL_WRITER_CACHE: &str = "-2000";

/// What the log of a long transaction may keep of the disk once it is done.
const LOG_BYTES: &str = "67108864";

/// Opens the file of `url`, `sqlite:FILE`. The operational file is not touched yet.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Opened, StoreError> {
    let connect = file_options(url)?;
    let place = place(&connect);
    if options.create {
        create_private(connect.get_filename(), &place)?;
    }
    let connect = connect
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.writer_wait)
        .pragma("journal_size_limit", LOG_BYTES);
    refuse_foreign(&connect, &place).await?;
    let operational = operational_options(&connect);
    let main = pools(connect, options, WRITER_CACHE);
    // Not later, as a file that cannot be written should stop the start.
    drop(main.writer(None).await?);
    let fewer = Options { connections: (options.connections / 2).max(1), ..options.clone() };
    Ok(Opened { main, operational: pools(operational, &fewer, OPERATIONAL_WRITER_CACHE) })
}

/// Pools that open the file when it is used.
fn pools(connect: SqliteConnectOptions, options: &Options, writer_cache: &'static str) -> Pools {
    let (place, queues) = (place(&connect).into(), Queues::sqlite(options));
    let writer = connect.clone().journal_mode(SqliteJournalMode::Wal).pragma("cache_size", writer_cache);
    let writer = pool(1, options.writer_wait).connect_lazy_with(writer);
    let readers = connect.pragma("query_only", "ON");
    let readers = pool(options.connections, options.wait).connect_lazy_with(readers);
    Pools { pool: EnginePool::Sqlite { readers, writer }, queues, place }
}

/// The same for the file beside the main file: `outbound-operational.db` beside `outbound.db`.
pub(crate) fn operational_options(main: &SqliteConnectOptions) -> SqliteConnectOptions {
    main.clone().filename(operational_path(main.get_filename()))
}

/// `outbound-operational.db` beside `outbound.db`.
pub(crate) fn operational_path(main: &Path) -> PathBuf {
    let mut name = main.file_stem().map_or_else(OsString::new, OsString::from);
    name.push("-operational");
    if let Some(extension) = main.extension() {
        name.push(".");
        name.push(extension);
    }
    main.with_file_name(name)
}

/// Whether `url` names a SQLite file that is not there.
pub(crate) fn is_missing_file(url: &str) -> Result<bool, StoreError> {
    Ok(url.starts_with("sqlite:") && !file_options(url)?.get_filename().exists())
}

pub(crate) fn file_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Url(error.to_string()))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Url("a database in memory would forget what was acknowledged".into()));
    }
    Ok(options.disable_statement_logging())
}

/// The file as messages name it.
pub(crate) fn place(options: &SqliteConnectOptions) -> String {
    format!("SQLite file {}", options.get_filename().display())
}

/// Refuses a file that holds tables of another program, before anything in it is changed: even the
/// write-ahead log is a change of the file.
async fn refuse_foreign(options: &SqliteConnectOptions, place: &str) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, place);
    let mut connection = options.connect().await.map_err(failed)?;
    let tables = tables(&mut connection).await;
    connection.close().await.map_err(failed)?;
    migrations::refuse_foreign(&tables.map_err(failed)?, place)
}

/// The tables of a file.
pub(crate) async fn tables(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(dialect::TABLES_SQLITE).fetch_all(connection).await
}

/// Connections live as long as the process: a file does not go away.
fn pool(connections: u32, wait: Duration) -> sqlx::pool::PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(wait)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Makes an empty file that only its owner may read, if there is none; SQLite gives its log the same mode.
pub(crate) fn create_private(path: &Path, place: &str) -> Result<(), StoreError> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("{place}: {error}").into()))
        }
        _ => Ok(()),
    }
}
