//! Brings a database's schema to what this program needs; the files are compiled in.

use std::sync::LazyLock;

use outbound_store::StoreError;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgPool, SqlSafeStr};

use crate::engine::{EnginePool, Pools};
use crate::error::{migrate_error, store_error};
use crate::operational::{self, File, IfMissing};
use crate::{dialect, postgres};

/// Of the main file.
pub(crate) static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/sqlite.rs"))));
/// Of the operational file.
pub(crate) static OPERATIONAL: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/sqlite-operational.rs"))));
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
pub(crate) async fn run(main: &Pools, operational: &Pools, if_missing: IfMissing) -> Result<(), StoreError> {
    if if_missing == IfMissing::Refuse && pending(main, operational).await?.is_empty() {
        return Ok(());
    }
    match (&main.pool, &operational.pool) {
        (EnginePool::Postgres(pool), _) | (_, EnginePool::Postgres(pool)) => {
            run_postgres(pool, &main.place).await
        }
        (EnginePool::Sqlite { writer, .. }, EnginePool::Sqlite { writer: operational_writer, .. }) => {
            let main = File { writer, place: &main.place };
            let operational = File { writer: operational_writer, place: &operational.place };
            operational::migrate(&main, &operational, if_missing, |_| ()).await
        }
    }
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

/// The names of all migrations of a SQLite database that is not there, in order.
pub(crate) fn all() -> Vec<String> {
    SQLITE.iter().map(name).chain(OPERATIONAL.iter().map(operational_name)).collect()
}

fn name(migration: &Migration) -> String {
    format!("{:04} {}", migration.version, migration.description)
}

fn operational_name(migration: &Migration) -> String {
    format!("operational {}", name(migration))
}

/// The names of the migrations that [`run`] would apply, in order. Changes nothing.
pub(crate) async fn pending(main: &Pools, operational: &Pools) -> Result<Vec<String>, StoreError> {
    let place = &main.place;
    let failed = |error: sqlx::Error| store_error(&error, place);
    match (&main.pool, &operational.pool) {
        (EnginePool::Postgres(pool), _) | (_, EnginePool::Postgres(pool)) => {
            let mut connection = pool.acquire().await.map_err(failed)?;
            let tables = sqlx::query_scalar(dialect::TABLES_POSTGRES).fetch_all(&mut *connection).await;
            refuse_foreign(&tables.map_err(failed)?, place)?;
            Ok(missing(&POSTGRES, &mut *connection, place).await?.into_iter().map(name).collect())
        }
        (EnginePool::Sqlite { readers, .. }, EnginePool::Sqlite { readers: operational_readers, .. }) => {
            let mut connection = readers.acquire().await.map_err(failed)?;
            let of_main = missing(&SQLITE, &mut *connection, place).await?;
            let options = operational_readers.connect_options();
            let of_operational = if operational::check(&mut connection, place, &options).await? {
                let place = &operational.place;
                let connection = operational_readers.acquire().await;
                let mut connection = connection.map_err(|error| store_error(&error, place))?;
                missing(&OPERATIONAL, &mut *connection, place).await?
            } else {
                OPERATIONAL.iter().collect()
            };
            let of_operational = of_operational.into_iter().map(operational_name);
            Ok(of_main.into_iter().map(name).chain(of_operational).collect())
        }
    }
}

async fn missing<'m, C: Migrate>(
    migrator: &'m Migrator,
    connection: &mut C,
    place: &str,
) -> Result<Vec<&'m Migration>, StoreError> {
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
    Ok(migrator.iter().filter(|migration| is_missing(migration.version)).collect())
}
