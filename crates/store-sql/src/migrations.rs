//! Brings a database's schema to what this program needs; the files are compiled in.

use std::sync::LazyLock;

use outbound_store::StoreError;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgPool, SqlSafeStr, SqlitePool};

use crate::engine::{EnginePool, Pools};
use crate::error::{migrate_error, store_error};
use crate::{dialect, postgres};

static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/sqlite.rs"))));
static POSTGRES: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/postgres.rs"))));

/// The table in which a database lists its migrations.
const LIST: &str = "_sqlx_migrations";

/// Of version, description and text of each file, as `build.rs` lists them. Databases keep the description and a
/// checksum of the text.
fn migrator(files: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, description, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(files.iter().map(migration).collect())
}

/// Applies what is missing. Several processes may do so at once: one works, the others wait. Where
/// nothing is missing no lock is taken, so that a command need not wait for an import to end.
pub(crate) async fn run(pools: &Pools) -> Result<(), StoreError> {
    if pending(pools).await?.is_empty() {
        return Ok(());
    }
    match &pools.pool {
        EnginePool::Sqlite { writer, .. } => run_sqlite(writer, &pools.place).await,
        EnginePool::Postgres(pool) => run_postgres(pool, &pools.place).await,
    }
}

/// All files in one transaction that holds the write lock: sqlx itself takes no lock on SQLite.
async fn run_sqlite(writer: &SqlitePool, place: &str) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, place);
    let mut transaction = writer.begin_with(dialect::BEGIN_SQLITE).await.map_err(failed)?;
    SQLITE.run(&mut transaction).await.map_err(|error| migrate_error(&error, place))?;
    transaction.commit().await.map_err(failed)
}

/// On a connection of its own, as a migration may take longer than any other statement.
async fn run_postgres(pool: &PgPool, place: &str) -> Result<(), StoreError> {
    let mut connection = postgres::connect_without_limits(pool, place).await?;
    let outcome = POSTGRES.run(&mut connection).await.map_err(|error| migrate_error(&error, place));
    // Also gives back the advisory lock, whatever the outcome.
    sqlx::Connection::close(connection).await.map_err(|error| store_error(&error, place))?;
    outcome
}

/// Refuses a database that has `tables`, but not the one that lists our migrations.
pub(crate) fn refuse_foreign(tables: &[String], place: &str) -> Result<(), StoreError> {
    let Some(first) = tables.first() else { return Ok(()) };
    if tables.iter().any(|table| table == LIST) {
        return Ok(());
    }
    let count = tables.len();
    Err(StoreError::Schema(
        format!(
            "{place} has {count} tables of another program, such as {first}; \
             name an empty database, or one made by Outbound"
        )
        .into(),
    ))
}

/// The names of all migrations, in order: of a SQLite file that is not there, as the engines have the same.
pub(crate) fn all() -> Vec<String> {
    SQLITE.iter().map(name).collect()
}

fn name(migration: &Migration) -> String {
    format!("{:04} {}", migration.version, migration.description)
}

/// The names of the migrations that [`run`] would apply, in order. Changes nothing.
pub(crate) async fn pending(pools: &Pools) -> Result<Vec<String>, StoreError> {
    let place = &pools.place;
    let failed = |error: sqlx::Error| store_error(&error, place);
    match &pools.pool {
        EnginePool::Sqlite { readers, .. } => {
            missing(&SQLITE, &mut *readers.acquire().await.map_err(failed)?, place).await
        }
        EnginePool::Postgres(pool) => {
            let mut connection = pool.acquire().await.map_err(failed)?;
            let tables = sqlx::query_scalar(dialect::TABLES_POSTGRES).fetch_all(&mut *connection).await;
            refuse_foreign(&tables.map_err(failed)?, place)?;
            missing(&POSTGRES, &mut *connection, place).await
        }
    }
}

async fn missing<C: Migrate>(
    migrator: &Migrator,
    connection: &mut C,
    place: &str,
) -> Result<Vec<String>, StoreError> {
    let failed = |error: &MigrateError| migrate_error(error, place);
    let applied = connection.list_applied_migrations(&migrator.table_name).await;
    let applied = match applied.map_err(|error| failed(&error)) {
        Ok(applied) => applied,
        // Nothing was ever applied, not even the list of what was.
        Err(StoreError::Schema(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    for one in &applied {
        let known = migrator.iter().find(|migration| migration.version == one.version);
        let known = known.ok_or_else(|| failed(&MigrateError::VersionMissing(one.version)))?;
        if known.checksum != one.checksum {
            return Err(failed(&MigrateError::VersionMismatch(one.version)));
        }
    }
    let is_missing = |version| applied.iter().all(|one| one.version != version);
    Ok(migrator.iter().filter(|migration| is_missing(migration.version)).map(name).collect())
}
