//! Brings a database's schema to what this program needs; the files are compiled in.

use outbound_store::StoreError;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::{ConnectOptions, PgPool, SqlitePool};

use crate::dialect;
use crate::engine::Pools;
use crate::error::{migrate_error, store_error};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Applies what is missing. Several processes may do so at once: one works, the others wait. Where
/// nothing is missing no lock is taken, so that a command need not wait for an import to end.
pub(crate) async fn run(pools: &Pools) -> Result<(), StoreError> {
    if pending(pools).await?.is_empty() {
        return Ok(());
    }
    match pools {
        Pools::Sqlite { writer, .. } => run_sqlite(writer).await,
        Pools::Postgres(pool) => run_postgres(pool).await,
    }
}

/// All files in one transaction that holds the write lock: sqlx itself takes no lock on SQLite.
async fn run_sqlite(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = writer.begin_with(dialect::BEGIN_SQLITE).await.map_err(store_error)?;
    SQLITE.run(&mut transaction).await.map_err(migrate_error)?;
    transaction.commit().await.map_err(store_error)
}

/// On a connection of its own, as a migration may take longer than any other statement.
async fn run_postgres(pool: &PgPool) -> Result<(), StoreError> {
    let patient = [("statement_timeout", "0"), ("lock_timeout", "0")];
    let connect = pool.connect_options().as_ref().clone().options(patient);
    let mut connection = connect.connect().await.map_err(store_error)?;
    let outcome = POSTGRES.run(&mut connection).await.map_err(migrate_error);
    // Also gives back the advisory lock, whatever the outcome.
    sqlx::Connection::close(connection).await.map_err(store_error)?;
    outcome
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
    match pools {
        Pools::Sqlite { readers, .. } => {
            missing(&SQLITE, &mut *readers.acquire().await.map_err(store_error)?).await
        }
        Pools::Postgres(pool) => missing(&POSTGRES, &mut *pool.acquire().await.map_err(store_error)?).await,
    }
}

async fn missing<C: Migrate>(migrator: &Migrator, connection: &mut C) -> Result<Vec<String>, StoreError> {
    let applied = match connection.list_applied_migrations(&migrator.table_name).await.map_err(migrate_error)
    {
        Ok(applied) => applied,
        // Nothing was ever applied, not even the list of what was.
        Err(StoreError::Schema(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    for one in &applied {
        let known = migrator.iter().find(|migration| migration.version == one.version);
        let known = known.ok_or_else(|| migrate_error(MigrateError::VersionMissing(one.version)))?;
        if known.checksum != one.checksum {
            return Err(migrate_error(MigrateError::VersionMismatch(one.version)));
        }
    }
    let is_missing = |version| applied.iter().all(|one| one.version != version);
    Ok(migrator.iter().filter(|migration| is_missing(migration.version)).map(name).collect())
}
