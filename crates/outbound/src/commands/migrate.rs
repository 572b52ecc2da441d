//! `outbound migrate`.

use outbound_store_sql::SqlStore;
use serde_json::json;

use crate::arguments::{Common, Migrate};
use crate::error::CliError;
use crate::installation::{open_store, options};
use crate::output::Output;

pub(super) async fn run(common: &Common, migrate: &Migrate, output: Output) -> Result<(), CliError> {
    let pending = if migrate.dry_run {
        SqlStore::pending_migrations_of(&common.database, &options(common)).await?
    } else {
        let store = open_store(common).await?;
        if migrate.new_operational_file {
            store.migrate_without_operational_file().await?;
        }
        let pending = store.pending_migrations().await?;
        store.migrate().await?;
        pending
    };
    let text = match (pending.is_empty(), migrate.dry_run) {
        (true, false) if migrate.new_operational_file => {
            "Created an empty operational file. The database is up to date.".to_owned()
        }
        (true, _) => "The database is up to date.".to_owned(),
        (false, true) => format!("Would apply:\n  {}", pending.join("\n  ")),
        (false, false) => format!("Applied:\n  {}", pending.join("\n  ")),
    };
    output.print(&json!({ "migrations": pending, "applied": !migrate.dry_run }), text)
}
