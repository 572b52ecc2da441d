//! Copies a SQLite database while others read and write it.

use std::path::Path;

use outbound_store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::error::store_error;
use crate::{dialect, operational, sqlite};

/// Copies the two files of the database of `url` as they are now into empty files, one after the other; the copies are
/// durable. Answers whether there is an operational file. The database is left as it is, whatever its version.
pub(crate) async fn back_up(url: &str, main: &Path, operational: &Path) -> Result<bool, StoreError> {
    let source = sqlite::file_options(url)?;
    let place = sqlite::place(&source);
    let mut connection = source.connect().await.map_err(|error| store_error(&error, &place))?;
    let operational_source = sqlite::operational_options(&source);
    let has_operational = operational::check(&mut connection, &place, &operational_source).await?;
    if has_operational {
        copy_file(&operational_source, operational).await?;
    }
    copy(connection, &place, main).await?;
    Ok(has_operational)
}

async fn copy_file(source: &SqliteConnectOptions, target: &Path) -> Result<(), StoreError> {
    let place = sqlite::place(source);
    let connection = source.connect().await.map_err(|error| store_error(&error, &place))?;
    copy(connection, &place, target).await
}

async fn copy(mut connection: SqliteConnection, place: &str, target: &Path) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, place);
    let name = target.to_string_lossy();
    let copied = sqlx::query(dialect::BACK_UP_SQLITE).bind(&*name).execute(&mut connection).await;
    connection.close().await.map_err(failed)?;
    copied.map_err(failed)?;
    let synced = std::fs::File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| StoreError::Unavailable(format!("{name}: {error}").into()))
}
