//! Tests that the upgrade to an operational file survives a kill at every step, and that files of different
//! databases are not mixed up.

use std::path::Path;
use std::process::Command;

use outbound_model::{AccountId, Timestamp};
use outbound_store::{Nonce, SessionWithUser, Sessions, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;

use crate::engine::EnginePool;
use crate::migrators::SQLITE;
use crate::open::open;
use crate::operational::{DatabaseFile, IfMissing, UpgradeStep, migrate};
use crate::{Options, SqlStore};

const STEPS: [UpgradeStep; 5] = [
    UpgradeStep::PairIdCommitted,
    UpgradeStep::FileCreated,
    UpgradeStep::RowsCopied,
    UpgradeStep::CopyCommitted,
    UpgradeStep::TablesDropped,
];
/// The database that the child process upgrades, and the step at which it aborts.
const URL: &str = "OUTBOUND_TEST_URL";
const STEP: &str = "OUTBOUND_TEST_STEP";

/// Rows of the previous version: two users' sessions and a nonce.
const ROWS: &str = "
    INSERT INTO accounts (account_id, created_at) VALUES ('A', 0);
    INSERT INTO users (account_id, user_id, username, username_key, role, password_hash, created_at) VALUES
        ('A', '0000000001', 'anna', 'anna', 'administrator', 'hash of anna', 0),
        ('A', '0000000002', 'ben', 'ben', 'agent', 'hash of ben', 0);
    INSERT INTO sessions (account_id, cookie_hash, csrf_hash, bearer_hash, user_id, created_at, expires_at, idle_until)
        VALUES ('A', x'11', x'12', x'13', '0000000001', 1, 99, 50),
               ('A', x'21', x'22', x'23', '0000000002', 2, 98, 60);
    INSERT INTO api_keys (account_id, app_key, name, access_token, sealed_secrets, created_at)
        VALUES ('A', 'k', 'key', 'token', x'00', 0);
    INSERT INTO api_key_nonces (account_id, app_key, nonce, expires_at) VALUES ('A', 'k', 'n', 70);";

fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("outbound.db").display())
}

async fn connect(folder: &Path, name: &str) -> SqliteConnection {
    SqliteConnectOptions::new().filename(folder.join(name)).connect().await.unwrap()
}

async fn run(folder: &Path, name: &str, sql: &'static str) {
    let mut connection = connect(folder, name).await;
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A database of the previous version, with rows that move.
async fn unsplit() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options =
        SqliteConnectOptions::new().filename(folder.path().join("outbound.db")).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    SQLITE.run_to(30, &mut connection).await.unwrap();
    connection.execute(ROWS).await.unwrap();
    connection.close().await.unwrap();
    folder
}

async fn start(folder: &Path) -> Result<SqlStore, StoreError> {
    let store = SqlStore::open(&url(folder), &Options::default()).await?;
    store.migrate().await?;
    Ok(store)
}

/// Asserts that the start fails with an error that contains `words`.
async fn assert_rejected(folder: &Path, words: &str) {
    let rejected = start(folder).await.unwrap_err();
    assert!(matches!(rejected, StoreError::OperationalFile(_)), "{rejected:?}");
    assert!(rejected.to_string().contains(words), "{rejected}");
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

async fn session_of(store: &SqlStore, bearer: &[u8]) -> SessionWithUser {
    store.session_of_bearer(bearer).await.unwrap().unwrap()
}

/// Asserts that every session and nonce was moved once and unchanged, and that the main file has none.
async fn assert_moved(folder: &Path) {
    let store = start(folder).await.unwrap();
    let account: AccountId = "A".parse().unwrap();
    for (bearer, name, end) in [(&[0x13], "anna", 50), (&[0x23], "ben", 60)] {
        let found = session_of(&store, bearer).await;
        assert_eq!((found.user.name.as_str(), found.session.idle_until), (name, at(end)));
        let by_cookie = store.session_of_cookie(&account, &found.session.cookie_hash).await.unwrap();
        assert_eq!(by_cookie, Some(found));
    }
    let app_key = "k".parse().unwrap();
    let nonce = Nonce { app_key: &app_key, value: "n", expires_at: at(70) };
    assert!(!store.spend_nonce(&account, nonce, at(69)).await.unwrap(), "the nonce was forgotten");
    store.close().await;
    let mut main = connect(folder, "outbound.db").await;
    let count = "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('sessions', 'api_key_nonces')";
    let count: i64 = sqlx::query_scalar(count).fetch_one(&mut main).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
#[ignore = "a process of its own, killed by itself at a step"]
async fn upgrade_until_killed() {
    let opened = open(&std::env::var(URL).unwrap(), &Options::default()).await.unwrap();
    let (EnginePool::Sqlite { writer, .. }, EnginePool::Sqlite { writer: operational, .. }) =
        (&opened.main.pool, &opened.operational.pool)
    else {
        panic!("not SQLite")
    };
    let main = DatabaseFile { writer, label: &opened.main.label };
    let operational = DatabaseFile { writer: operational, label: &opened.operational.label };
    let kill = |step: UpgradeStep| {
        if std::env::var(STEP).unwrap() == format!("{step:?}") {
            std::process::abort();
        }
    };
    migrate(&main, &operational, IfMissing::Fail, kill).await.unwrap();
}

/// Runs the upgrade in a child process that aborts at `step`.
fn upgrade_killed_at(folder: &Path, step: UpgradeStep) {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--ignored", "--exact", "operational_tests::upgrade_until_killed"]);
    let ran = process.env(URL, url(folder)).env(STEP, format!("{step:?}")).output().unwrap();
    // No exit code: the process was ended by a signal.
    assert_eq!(ran.status.code(), None, "{step:?}: {}", String::from_utf8_lossy(&ran.stdout));
}

#[tokio::test]
async fn a_killed_upgrade_continues_at_the_next_start() {
    for step in STEPS {
        let folder = unsplit().await;
        upgrade_killed_at(folder.path(), step);
        assert_moved(folder.path()).await;
    }
}

#[tokio::test]
async fn an_upgrade_can_be_killed_repeatedly() {
    let folder = unsplit().await;
    for step in STEPS.into_iter().chain(STEPS) {
        upgrade_killed_at(folder.path(), step);
    }
    assert_moved(folder.path()).await;
    assert_moved(folder.path()).await;
}

#[tokio::test]
async fn a_moved_session_ends_when_the_password_changes() {
    let folder = unsplit().await;
    let store = start(folder.path()).await.unwrap();
    session_of(&store, &[0x13]).await;
    run(folder.path(), "outbound.db", "UPDATE users SET password_hash = 'another' WHERE username = 'anna'")
        .await;
    assert_eq!(store.session_of_bearer(&[0x13]).await.unwrap(), None);
    session_of(&store, &[0x23]).await;
}

#[tokio::test]
async fn a_missing_operational_file_stops_the_start() {
    let folder = unsplit().await;
    start(folder.path()).await.unwrap().close().await;
    let file = folder.path().join("outbound-operational.db");
    std::fs::rename(&file, folder.path().join("elsewhere.db")).unwrap();
    assert_rejected(folder.path(), "outbound-operational.db is missing").await;
    assert!(!file.exists(), "it was created");
    // An empty file counts as missing.
    std::fs::write(&file, "").unwrap();
    assert_rejected(folder.path(), "outbound-operational.db is missing").await;
    std::fs::rename(folder.path().join("elsewhere.db"), &file).unwrap();
    assert_moved(folder.path()).await;
}

#[tokio::test]
async fn a_lost_operational_file_is_replaced_on_request() {
    let folder = unsplit().await;
    start(folder.path()).await.unwrap().close().await;
    std::fs::remove_file(folder.path().join("outbound-operational.db")).unwrap();
    let store = SqlStore::open(&url(folder.path()), &Options::default()).await.unwrap();
    store.migrate_without_operational_file().await.unwrap();
    assert_eq!(store.session_of_bearer(&[0x13]).await.unwrap(), None);
    store.close().await;
    // An existing file keeps its content.
    let store = start(folder.path()).await.unwrap();
    let account = "A".parse().unwrap();
    let app_key = "k".parse().unwrap();
    let nonce = Nonce { app_key: &app_key, value: "n", expires_at: at(70) };
    assert!(store.spend_nonce(&account, nonce, at(1)).await.unwrap());
    store.migrate_without_operational_file().await.unwrap();
    assert!(!store.spend_nonce(&account, nonce, at(1)).await.unwrap());
}

/// Both before and after the upgrade of the main file.
#[tokio::test]
async fn the_operational_file_of_another_database_stops_the_start() {
    let (ours, theirs) = (unsplit().await, unsplit().await);
    start(theirs.path()).await.unwrap().close().await;
    let [our_file, their_file] = [&ours, &theirs].map(|folder| folder.path().join("outbound-operational.db"));
    std::fs::copy(&their_file, &our_file).unwrap();
    let before = std::fs::read(&our_file).unwrap();
    assert_rejected(ours.path(), "belongs to another database").await;
    assert_rejected(ours.path(), "belongs to another database").await;
    assert_eq!(std::fs::read(&our_file).unwrap(), before);
    std::fs::remove_file(&our_file).unwrap();
    assert_moved(ours.path()).await;
    std::fs::copy(&their_file, &our_file).unwrap();
    assert_rejected(ours.path(), "belongs to another database").await;
    std::fs::copy(ours.path().join("outbound.db"), &our_file).unwrap();
    assert_rejected(ours.path(), "belongs to another database").await;
}

#[tokio::test]
async fn an_operational_file_of_another_program_is_not_changed() {
    let folder = unsplit().await;
    let file = folder.path().join("outbound-operational.db");
    std::fs::write(&file, "").unwrap();
    run(folder.path(), "outbound-operational.db", "CREATE TABLE recipes (name TEXT)").await;
    let before = std::fs::read(&file).unwrap();
    let rejected = start(folder.path()).await.unwrap_err();
    assert!(format!("{rejected:?}").contains("such as recipes"), "{rejected:?}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn the_operational_file_is_named_after_the_main_one() {
    for (main, operational) in [
        ("outbound.db", "outbound-operational.db"),
        ("data/brand.v2.sqlite3", "data/brand.v2-operational.sqlite3"),
        ("/var/lib/outbound", "/var/lib/outbound-operational"),
    ] {
        assert_eq!(SqlStore::operational_file(Path::new(main)), Path::new(operational));
    }
}
