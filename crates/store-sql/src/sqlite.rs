//! Opens, checks and copies SQLite files.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::Options;
use crate::dialect;
use crate::engine::{EnginePool, Pools};
use crate::error::store_error;
use crate::migrations;
use crate::shares::Queues;

/// Memory of the connection that writes, in KiB (SQLite's sign for it is minus): enough to keep the
/// indexes of 100 000 handoffs at hand during an import, which otherwise goes to the disk and back.
const WRITER_CACHE: &str = "-32768";

/// What the log of a long transaction may keep of the disk once it is done.
const LOG_BYTES: &str = "67108864";

/// Opens the file of `url`, `sqlite:FILE`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Pools, StoreError> {
    let connect = file_options(url)?;
    let place = place(&connect);
    if options.create {
        create_private(connect.get_filename())
            .map_err(|error| StoreError::Unavailable(format!("{place}: {error}").into()))?;
    }
    let connect = connect
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.writer_wait)
        .pragma("journal_size_limit", LOG_BYTES)
        .disable_statement_logging();
    refuse_foreign(&connect, &place).await?;
    let writer = connect.clone().journal_mode(SqliteJournalMode::Wal).pragma("cache_size", WRITER_CACHE);
    let writer = pool(1, options.writer_wait).connect_with(writer).await;
    let writer = writer.map_err(|error| store_error(&error, &place))?;
    let readers =
        pool(options.connections, options.wait).connect_lazy_with(connect.pragma("query_only", "ON"));
    let queues = Queues::sqlite(options);
    Ok(Pools { pool: EnginePool::Sqlite { readers, writer }, queues, place: place.into() })
}

/// Copies the database of `url` as it is now into the empty file `target`, while others go on reading and
/// writing; the copy is durable. The file of `url` is left as it is, whatever its version.
pub(crate) async fn back_up(url: &str, target: &Path) -> Result<(), StoreError> {
    let connect = file_options(url)?;
    let place = place(&connect);
    let failed = |error: sqlx::Error| store_error(&error, &place);
    let mut connection = connect.disable_statement_logging().connect().await.map_err(failed)?;
    let name = target.to_string_lossy();
    let copied = sqlx::query(dialect::BACK_UP_SQLITE).bind(&*name).execute(&mut connection).await;
    connection.close().await.map_err(failed)?;
    copied.map_err(failed)?;
    let synced = std::fs::File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| StoreError::Unavailable(format!("{name}: {error}").into()))
}

/// Whether `url` names a SQLite file that is not there.
pub(crate) fn is_missing_file(url: &str) -> Result<bool, StoreError> {
    Ok(url.starts_with("sqlite:") && !file_options(url)?.get_filename().exists())
}

fn file_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| StoreError::Url(error.to_string()))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Url("a database in memory would forget what was acknowledged".into()));
    }
    Ok(options)
}

fn place(options: &SqliteConnectOptions) -> String {
    format!("SQLite file {}", options.get_filename().display())
}

/// Refuses a file that holds tables of another program, before anything in it is changed: even the
/// write-ahead log is a change of the file.
async fn refuse_foreign(options: &SqliteConnectOptions, place: &str) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, place);
    let mut connection = options.connect().await.map_err(failed)?;
    let tables = sqlx::query_scalar(dialect::TABLES_SQLITE).fetch_all(&mut connection).await;
    connection.close().await.map_err(failed)?;
    migrations::refuse_foreign(&tables.map_err(failed)?, place)
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
