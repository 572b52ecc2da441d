//! SQLite's operational file: which main file it belongs to, and how the upgrade of an older database fills it.
//!
//! Both files hold the same *pair id*. The upgrade takes three commits, and a process that is killed between two of
//! them leaves what the next start goes on from:
//!
//! 1. The main file gets its pair id (migration 31). The tables that move are still there.
//! 2. The operational file gets its schema, the pair id and the copied rows, all in one commit, while the main file is
//!    locked.
//! 3. The main file loses the copied tables (migration 32). From now on it cannot be used without the other file.

use futures::TryStreamExt;
use outbound_store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::{migrate_error, store_error};
use crate::migrations::{OPERATIONAL, SQLITE, refuse_foreign};
use crate::sessions::password_mark;
use crate::{dialect, sqlite};

/// The migration with which the main file gets its pair id.
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

/// What to do where the operational file of a database is missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum IfMissing {
    Refuse,
    /// Makes an empty one.
    Create,
}

/// A moment of the upgrade, at which tests kill the process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    PairIdCommitted,
    FileCreated,
    RowsCopied,
    CopyCommitted,
    TablesDropped,
}

/// One of the two files.
pub(crate) struct File<'f> {
    pub(crate) writer: &'f SqlitePool,
    pub(crate) place: &'f str,
}

impl File<'_> {
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with(dialect::BEGIN_SQLITE).await.map_err(|error| store_error(&error, self.place))
    }

    async fn commit(&self, transaction: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        transaction.commit().await.map_err(|error| store_error(&error, self.place))
    }
}

/// Brings both files to what this program needs. A process that does so at the same time waits for this one, as each
/// locks the main file.
pub(crate) async fn migrate(
    main: &File<'_>,
    operational: &File<'_>,
    if_missing: IfMissing,
    reached: fn(Step),
) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, main.place);
    let mut transaction = main.begin().await?;
    let with_pair_id = SQLITE.run_to(PAIR_ID_MIGRATION, &mut transaction).await;
    with_pair_id.map_err(|error| migrate_error(&error, main.place))?;
    main.commit(transaction).await?;
    reached(Step::PairIdCommitted);

    let mut transaction = main.begin().await?;
    let pair_id: String =
        sqlx::query_scalar(MAIN_PAIR_ID).fetch_one(&mut *transaction).await.map_err(failed)?;
    let is_split = is_split(&mut transaction).await.map_err(failed)?;
    let options = operational.writer.connect_options();
    match pair_id_in(&options, operational.place).await? {
        Some(found) if found != pair_id => return Err(foreign(main.place, operational.place)),
        Some(_) => {}
        None if is_split && if_missing == IfMissing::Refuse => {
            return Err(missing(main.place, operational.place));
        }
        None => sqlite::create_private(options.get_filename(), operational.place)?,
    }
    reached(Step::FileCreated);
    let copy_from = (!is_split).then_some(&mut transaction);
    fill(operational, &pair_id, copy_from.map(|transaction| &mut **transaction), reached).await?;
    reached(Step::CopyCommitted);
    SQLITE.run(&mut transaction).await.map_err(|error| migrate_error(&error, main.place))?;
    reached(Step::TablesDropped);
    main.commit(transaction).await
}

/// Applies the operational file's migrations, and copies the main file's rows that are to move.
async fn fill(
    file: &File<'_>,
    pair_id: &str,
    copy_from: Option<&mut SqliteConnection>,
    reached: fn(Step),
) -> Result<(), StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, file.place);
    let mut transaction = file.begin().await?;
    OPERATIONAL.run(&mut transaction).await.map_err(|error| migrate_error(&error, file.place))?;
    sqlx::query(SET_PAIR_ID).bind(pair_id).execute(&mut *transaction).await.map_err(failed)?;
    if let Some(main) = copy_from {
        copy_sessions(main, &mut transaction).await.map_err(failed)?;
        copy_nonces(main, &mut transaction).await.map_err(failed)?;
    }
    reached(Step::RowsCopied);
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

/// Whether the tables that move have left the main file.
async fn is_split(main: &mut SqliteConnection) -> sqlx::Result<bool> {
    Ok(!sqlite::tables(main).await?.iter().any(|table| table == "sessions"))
}

/// The pair id of an operational file, which is not changed; `None` where the file is missing or empty.
async fn pair_id_in(options: &SqliteConnectOptions, place: &str) -> Result<Option<String>, StoreError> {
    if !options.get_filename().exists() {
        return Ok(None);
    }
    let failed = |error: sqlx::Error| store_error(&error, place);
    // Not the writer's options, which switch the write-ahead log on.
    let read = SqliteConnectOptions::new().filename(options.get_filename()).disable_statement_logging();
    let mut connection = read.connect().await.map_err(failed)?;
    let tables = sqlite::tables(&mut connection).await.map_err(failed)?;
    refuse_foreign(&tables, place)?;
    let pair_id = match tables.iter().any(|table| table == "main_file") {
        true => {
            sqlx::query_scalar(OPERATIONAL_PAIR_ID).fetch_optional(&mut connection).await.map_err(failed)?
        }
        false if tables.is_empty() => None,
        // A main file.
        false => Some(String::new()),
    };
    connection.close().await.map_err(failed)?;
    Ok(pair_id)
}

/// Whether there is an operational file. Refuses one of another database, and a main file without the one it needs.
/// Changes nothing. `main` is read first, as another process that upgrades meanwhile writes it last.
pub(crate) async fn check(
    main: &mut SqliteConnection,
    main_place: &str,
    operational: &SqliteConnectOptions,
) -> Result<bool, StoreError> {
    let failed = |error: sqlx::Error| store_error(&error, main_place);
    if !sqlite::tables(main).await.map_err(failed)?.iter().any(|table| table == "operational_file") {
        return Ok(false);
    }
    let pair_id: String = sqlx::query_scalar(MAIN_PAIR_ID).fetch_one(&mut *main).await.map_err(failed)?;
    let is_split = is_split(main).await.map_err(failed)?;
    let place = sqlite::place(operational);
    match pair_id_in(operational, &place).await? {
        Some(found) if found != pair_id => Err(foreign(main_place, &place)),
        None if is_split => Err(missing(main_place, &place)),
        found => Ok(found.is_some()),
    }
}

fn missing(main: &str, operational: &str) -> StoreError {
    StoreError::OperationalFile(format!(
        "{operational} is missing, and {main} belongs to it: put it back, from the same back-up; if it is lost, \
         outbound migrate --new-operational-file makes an empty one, and everybody has to log in again"
    ))
}

fn foreign(main: &str, operational: &str) -> StoreError {
    StoreError::OperationalFile(format!(
        "{operational} belongs to another database than {main}: put the one from the same back-up in its place, or move \
         it away where the back-up is of an older version and has none"
    ))
}
