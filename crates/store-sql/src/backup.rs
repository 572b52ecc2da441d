//! Copies a SQLite database while it is in use.

use std::path::Path;

use outbound_store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::error::store_error;
use crate::{dialect, operational, sqlite};

/// Copies both files of the database at `url` into empty files, one after the other, and syncs them to disk.
/// Returns whether there is an operational file. Does not change or migrate the database.
pub(crate) async fn back_up(url: &str, main: &Path, operational: &Path) -> Result<bool, StoreError> {
    let source = sqlite::file_options(url)?;
    let label = sqlite::label(&source);
    let mut connection = source.connect().await.map_err(|error| store_error(&error, &label))?;
    let operational_source = sqlite::operational_options(&source);
    let has_operational = operational::check(&mut connection, &label, &operational_source).await?;
    if has_operational {
        copy_file(&operational_source, operational).await?;
    }
    copy(connection, &label, main).await?;
    Ok(has_operational)
}

async fn copy_file(source: &SqliteConnectOptions, target: &Path) -> Result<(), StoreError> {
    let label = sqlite::label(source);
    let connection = source.connect().await.map_err(|error| store_error(&error, &label))?;
    copy(connection, &label, target).await
}

async fn copy(mut connection: SqliteConnection, label: &str, target: &Path) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, label);
    let name = target.to_string_lossy();
    let copied = sqlx::query(dialect::BACK_UP_SQLITE).bind(&*name).execute(&mut connection).await;
    connection.close().await.map_err(failed)?;
    copied.map_err(failed)?;
    let synced = std::fs::File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| StoreError::Unavailable(format!("{name}: {error}").into()))
}
