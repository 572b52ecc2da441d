//! The migrations, which are compiled in, and how a database of this program is recognized.

use std::sync::LazyLock;

use outbound_store::StoreError;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Migrations of the main file.
pub(crate) static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/sqlite.rs"))));
/// Migrations of the operational file.
pub(crate) static OPERATIONAL: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/sqlite-operational.rs"))));
/// Migrations of PostgreSQL.
pub(crate) static POSTGRES: LazyLock<Migrator> =
    LazyLock::new(|| migrator(include!(concat!(env!("OUT_DIR"), "/postgres.rs"))));

/// The table that lists applied migrations.
const LIST: &str = "_sqlx_migrations";

/// Creates a migrator from version, description and SQL of each file, as `build.rs` lists them. Databases
/// store the description and a checksum of the SQL.
fn migrator(files: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, description, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(files.iter().map(migration).collect())
}

/// Rejects a database that has `tables`, unless one of them lists our migrations.
pub(crate) fn reject_foreign_tables(tables: &[String], label: &str) -> Result<(), StoreError> {
    let Some(first) = tables.first() else { return Ok(()) };
    if tables.iter().any(|table| table == LIST) {
        return Ok(());
    }
    let count = tables.len();
    Err(StoreError::Schema(
        format!(
            "{label} has {count} tables of another program, such as {first}; \
             use an empty database, or one created by Outbound"
        )
        .into(),
    ))
}

/// Names of all migrations of a new SQLite database, in order.
pub(crate) fn all() -> Vec<String> {
    SQLITE.iter().map(name).chain(OPERATIONAL.iter().map(operational_name)).collect()
}

pub(crate) fn name(migration: &Migration) -> String {
    format!("{:04} {}", migration.version, migration.description)
}

pub(crate) fn operational_name(migration: &Migration) -> String {
    format!("operational {}", name(migration))
}
