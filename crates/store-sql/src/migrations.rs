//! Applies the migrations.

use std::time::Duration;

use outbound_store::StoreError;
use sqlx::PgPool;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use tokio::time::sleep;

use crate::engine::{EnginePool, Pools};
use crate::error::{is_lock_conflict, migrate_error, store_error};
use crate::migrators::{OPERATIONAL, POSTGRES, SQLITE, name, operational_name, reject_foreign_tables};
use crate::operational::{self, DatabaseFile, IfMissing};
use crate::{dialect, postgres};

/// Applies missing migrations. If several processes do so at the same time, the others wait. Takes no lock if
/// none is missing, so that commands need not wait for a running import.
pub(crate) async fn run(main: &Pools, operational: &Pools, if_missing: IfMissing) -> Result<(), StoreError> {
    if if_missing == IfMissing::Fail && pending(main, operational).await?.is_empty() {
        return Ok(());
    }
    match (&main.pool, &operational.pool) {
        (EnginePool::Postgres(pool), _) | (_, EnginePool::Postgres(pool)) => {
            run_postgres(pool, &main.label).await
        }
        (EnginePool::Sqlite { writer, .. }, EnginePool::Sqlite { writer: operational_writer, .. }) => {
            let main = DatabaseFile { writer, label: &main.label };
            let operational = DatabaseFile { writer: operational_writer, label: &operational.label };
            operational::migrate(&main, &operational, if_missing, |_| ()).await
        }
    }
}

/// How long a migration waits for a lock at a time. Statements of other nodes wait behind it, reads too, and what it
/// waits for may take minutes, such as an import.
const LOCK_WAIT: Duration = Duration::from_secs(1);
/// Time before it tries again, in which the other nodes continue.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// After how many attempts the wait is logged again.
const REPORTED_ATTEMPTS: u32 = 30;

/// Uses a separate connection, because migrations may run longer than other statements.
async fn run_postgres(pool: &PgPool, label: &str) -> Result<(), StoreError> {
    let mut attempts = 0_u32;
    loop {
        let mut connection = postgres::connect_without_limits(pool, LOCK_WAIT, label).await?;
        let outcome = POSTGRES.run(&mut connection).await;
        // Also releases the advisory lock.
        sqlx::Connection::close(connection).await.map_err(|error| store_error(&error, label))?;
        match outcome {
            Err(error) if is_lock_conflict(&error) => {
                if attempts.is_multiple_of(REPORTED_ATTEMPTS) {
                    tracing::warn!(%error, "a migration waits for other transactions or migrations");
                }
                attempts = attempts.wrapping_add(1);
                sleep(RETRY_INTERVAL).await;
            }
            outcome => return outcome.map_err(|error| migrate_error(&error, label)),
        }
    }
}

/// Names of the migrations that [`run`] would apply, in order. Changes nothing.
pub(crate) async fn pending(main: &Pools, operational: &Pools) -> Result<Vec<String>, StoreError> {
    let label = &main.label;
    let failed = |error: sqlx::Error| store_error(&error, label);
    match (&main.pool, &operational.pool) {
        (EnginePool::Postgres(pool), _) | (_, EnginePool::Postgres(pool)) => {
            let mut connection = pool.acquire().await.map_err(failed)?;
            let tables = sqlx::query_scalar(dialect::TABLES_POSTGRES).fetch_all(&mut *connection).await;
            reject_foreign_tables(&tables.map_err(failed)?, label)?;
            Ok(missing(&POSTGRES, &mut *connection, label).await?.into_iter().map(name).collect())
        }
        (EnginePool::Sqlite { readers, .. }, EnginePool::Sqlite { readers: operational_readers, .. }) => {
            let mut connection = readers.acquire().await.map_err(failed)?;
            let of_main = missing(&SQLITE, &mut *connection, label).await?;
            let options = operational_readers.connect_options();
            let of_operational = if operational::check(&mut connection, label, &options).await? {
                let label = &operational.label;
                let connection = operational_readers.acquire().await;
                let mut connection = connection.map_err(|error| store_error(&error, label))?;
                missing(&OPERATIONAL, &mut *connection, label).await?
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
    label: &str,
) -> Result<Vec<&'m Migration>, StoreError> {
    let failed = |error: &MigrateError| migrate_error(error, label);
    let applied = connection.list_applied_migrations(&migrator.table_name).await;
    let applied = match applied.map_err(|error| failed(&error)) {
        Ok(applied) => applied,
        // The table of applied migrations does not exist.
        Err(StoreError::Schema(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    for applied_migration in &applied {
        let migration = migrator.iter().find(|migration| migration.version == applied_migration.version);
        let migration =
            migration.ok_or_else(|| failed(&MigrateError::VersionMissing(applied_migration.version)))?;
        if migration.checksum != applied_migration.checksum {
            return Err(failed(&MigrateError::VersionMismatch(applied_migration.version)));
        }
    }
    let is_missing = |version| applied.iter().all(|one| one.version != version);
    Ok(migrator.iter().filter(|migration| is_missing(migration.version)).collect())
}
