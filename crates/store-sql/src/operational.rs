//! SQLite's operational file: its pairing with the main file, and the upgrade of older databases that have
//! none.
//!
//! Both files contain the same *pair id*. The upgrade consists of three commits. If the process is killed
//! between them, the next start continues:
//!
//! 1. The main file gets its pair id (migration 31). It still has the tables that move.
//! 2. The operational file gets its schema, the pair id and the copied rows in one commit, while the main
//!    file is locked.
//! 3. The copied tables are dropped from the main file (migration 32), which from then on requires the
//!    operational file.

use futures::TryStreamExt;
use outbound_store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::{migrate_error, store_error};
use crate::migrators::{OPERATIONAL, SQLITE, reject_foreign_tables};
use crate::sessions::password_mark;
use crate::{dialect, sqlite};

/// The migration that adds the pair id to the main file.
const PAIR_ID_MIGRATION: i64 = 31;

const MAIN_PAIR_ID: &str = "SELECT pair_id FROM operational_file";
const OPERATIONAL_PAIR_ID: &str = "SELECT pair_id FROM main_file";
const SET_PAIR_ID: &str = "INSERT INTO main_file (only_row, pair_id) VALUES (1, $1) ON CONFLICT DO NOTHING";

const SESSIONS: &str = "
    SELECT s.account_id, s.cookie_hash, s.csrf_hash, s.bearer_hash, s.user_id, u.password_hash,
           s.created_at, s.expires_at, s.idle_until
    FROM sessions s
    JOIN users u ON u.account_id = s.account_id AND u.user_id = s.user_id";
const COPY_SESSION: &str = "
    INSERT INTO sessions (account_id, cookie_hash, csrf_hash, bearer_hash, user_id, password_mark,
                          created_at, expires_at, idle_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT DO NOTHING";
const NONCES: &str = "SELECT account_id, app_key, nonce, expires_at FROM api_key_nonces";
const COPY_NONCE: &str = "
    INSERT INTO api_key_nonces (account_id, app_key, nonce, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";

/// What to do if the operational file of a database is missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum IfMissing {
    Fail,
    /// Create an empty one.
    Create,
}

/// A step of the upgrade, at which tests kill the process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UpgradeStep {
    PairIdCommitted,
    FileCreated,
    RowsCopied,
    CopyCommitted,
    TablesDropped,
}

/// One of the two files.
pub(crate) struct DatabaseFile<'f> {
    pub(crate) writer: &'f SqlitePool,
    pub(crate) label: &'f str,
}

impl DatabaseFile<'_> {
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with(dialect::BEGIN_SQLITE).await.map_err(|error| store_error(&error, self.label))
    }

    async fn commit(&self, transaction: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        transaction.commit().await.map_err(|error| store_error(&error, self.label))
    }
}

/// Migrates both files. Other processes that do so at the same time wait, because each locks the main file.
pub(crate) async fn migrate(
    main: &DatabaseFile<'_>,
    operational: &DatabaseFile<'_>,
    if_missing: IfMissing,
    on_step: fn(UpgradeStep),
) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, main.label);
    let mut transaction = main.begin().await?;
    let with_pair_id = SQLITE.run_to(PAIR_ID_MIGRATION, &mut transaction).await;
    with_pair_id.map_err(|error| migrate_error(&error, main.label))?;
    main.commit(transaction).await?;
    on_step(UpgradeStep::PairIdCommitted);

    let mut transaction = main.begin().await?;
    let pair_id: String =
        sqlx::query_scalar(MAIN_PAIR_ID).fetch_one(&mut *transaction).await.map_err(failed)?;
    let is_split = is_split(&mut transaction).await.map_err(failed)?;
    let options = operational.writer.connect_options();
    match pair_id_in(&options, operational.label).await? {
        Some(found) if found != pair_id => return Err(foreign(main.label, operational.label)),
        Some(_) => {}
        None if is_split && if_missing == IfMissing::Fail => {
            return Err(missing(main.label, operational.label));
        }
        None => sqlite::create_private(options.get_filename(), operational.label)?,
    }
    on_step(UpgradeStep::FileCreated);
    let copy_from = (!is_split).then_some(&mut transaction);
    fill_operational(operational, &pair_id, copy_from.map(|transaction| &mut **transaction), on_step).await?;
    on_step(UpgradeStep::CopyCommitted);
    SQLITE.run(&mut transaction).await.map_err(|error| migrate_error(&error, main.label))?;
    on_step(UpgradeStep::TablesDropped);
    main.commit(transaction).await
}

/// Applies the operational file's migrations, and copies the rows that move from the main file.
async fn fill_operational(
    file: &DatabaseFile<'_>,
    pair_id: &str,
    copy_from: Option<&mut SqliteConnection>,
    on_step: fn(UpgradeStep),
) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, file.label);
    let mut transaction = file.begin().await?;
    OPERATIONAL.run(&mut transaction).await.map_err(|error| migrate_error(&error, file.label))?;
    sqlx::query(SET_PAIR_ID).bind(pair_id).execute(&mut *transaction).await.map_err(failed)?;
    if let Some(main) = copy_from {
        copy_sessions(main, &mut transaction).await.map_err(failed)?;
        copy_nonces(main, &mut transaction).await.map_err(failed)?;
    }
    on_step(UpgradeStep::RowsCopied);
    file.commit(transaction).await
}

async fn copy_sessions(from: &mut SqliteConnection, to: &mut SqliteConnection) -> sqlx::Result<()> {
    type Row = (String, Vec<u8>, Vec<u8>, Vec<u8>, String, String, i64, i64, i64);
    let mut rows = sqlx::query_as::<_, Row>(SESSIONS).fetch(from);
    while let Some((account, cookie, csrf, bearer, user, password_hash, created, expires, idle)) =
        rows.try_next().await?
    {
        let copy = sqlx::query(COPY_SESSION).bind(account).bind(cookie).bind(csrf).bind(bearer).bind(user);
        let copy = copy.bind(password_mark(&password_hash)).bind(created).bind(expires).bind(idle);
        copy.execute(&mut *to).await?;
    }
    Ok(())
}

async fn copy_nonces(from: &mut SqliteConnection, to: &mut SqliteConnection) -> sqlx::Result<()> {
    let mut rows = sqlx::query_as::<_, (String, String, String, i64)>(NONCES).fetch(from);
    while let Some((account, app_key, nonce, expires)) = rows.try_next().await? {
        let copy = sqlx::query(COPY_NONCE).bind(account).bind(app_key).bind(nonce).bind(expires);
        copy.execute(&mut *to).await?;
    }
    Ok(())
}

/// Whether the moved tables have been dropped from the main file.
async fn is_split(main: &mut SqliteConnection) -> sqlx::Result<bool> {
    Ok(!sqlite::tables(main).await?.iter().any(|table| table == "sessions"))
}

/// Reads the pair id of an operational file without changing it. `None` if the file is missing or empty.
async fn pair_id_in(options: &SqliteConnectOptions, label: &str) -> Result<Option<String>, StoreError> {
    if !options.get_filename().exists() {
        return Ok(None);
    }
    let failed = |error: sqlx::Error| store_error(&error, label);
    // The writer's options would enable the write-ahead log, which changes the file.
    let read = SqliteConnectOptions::new().filename(options.get_filename()).disable_statement_logging();
    let mut connection = read.connect().await.map_err(failed)?;
    let tables = sqlite::tables(&mut connection).await.map_err(failed)?;
    reject_foreign_tables(&tables, label)?;
    let pair_id = match tables.iter().any(|table| table == "main_file") {
        true => {
            sqlx::query_scalar(OPERATIONAL_PAIR_ID).fetch_optional(&mut connection).await.map_err(failed)?
        }
        false if tables.is_empty() => None,
        // This is a main file.
        false => Some(String::new()),
    };
    connection.close().await.map_err(failed)?;
    Ok(pair_id)
}

/// Returns whether there is an operational file. Fails if it belongs to another database, or if it is missing
/// although the main file requires it. Changes nothing. `main` is read first, because a concurrent upgrade
/// changes it last.
pub(crate) async fn check(
    main: &mut SqliteConnection,
    main_label: &str,
    operational: &SqliteConnectOptions,
) -> Result<bool, StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, main_label);
    if !sqlite::tables(main).await.map_err(failed)?.iter().any(|table| table == "operational_file") {
        return Ok(false);
    }
    let pair_id: String = sqlx::query_scalar(MAIN_PAIR_ID).fetch_one(&mut *main).await.map_err(failed)?;
    let is_split = is_split(main).await.map_err(failed)?;
    let label = sqlite::label(operational);
    match pair_id_in(operational, &label).await? {
        Some(found) if found != pair_id => Err(foreign(main_label, &label)),
        None if is_split => Err(missing(main_label, &label)),
        found => Ok(found.is_some()),
    }
}

fn missing(main: &str, operational: &str) -> StoreError {
    StoreError::OperationalFile(format!(
        "{operational} is missing, but {main} requires it; restore it from the same backup. If it is lost, create an \
         empty one with outbound migrate --new-operational-file; all reports are then lost, and \
         all users must log in again"
    ))
}

fn foreign(main: &str, operational: &str) -> StoreError {
    StoreError::OperationalFile(format!(
        "{operational} belongs to another database than {main}; replace it by the one from the same backup, or move it \
         away if the backup was made by an older version, which has none"
    ))
}
