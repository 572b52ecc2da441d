//! Accounts cannot use up each other's connections, whether they wait for a lock, a writer or another node.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use outbound_model::{AccountId, AuditAction, Page, Timestamp};
use outbound_store::{Account, Accounts, AuditEntry, Catalogue, Credentials, Store, StoreError};
use outbound_store_sql::{Options, SqlStore};
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_mins(1);
/// More than the number of connections.
const WRITERS: usize = 20;
const LOOKUPS: usize = 600;

/// Opens and migrates a database with the accounts `busy` and `calm`.
async fn opened(url: &str, connections: u32, wait: Duration) -> (SqlStore, AccountId, AccountId) {
    let options = Options { connections, wait, writer_wait: wait, ..Options::default() };
    let store = SqlStore::open(url, &options).await.unwrap();
    store.migrate().await.unwrap();
    let ids = ["busy", "calm"].map(|id| id.parse::<AccountId>().unwrap());
    if store.accounts().await.unwrap().is_empty() {
        for id in &ids {
            let account = Account { id: id.clone(), created_at: Timestamp::from_millis(0).unwrap() };
            store.create_account(&account).await.unwrap();
        }
    }
    let [busy, calm] = ids;
    (store, busy, calm)
}

/// Starts many writers of an account. The counter is the number of those that have committed.
fn writers(store: &SqlStore, account: &AccountId) -> (Vec<JoinHandle<()>>, Arc<AtomicUsize>) {
    let done = Arc::new(AtomicUsize::new(0));
    let writer = |_| {
        let store = store.clone();
        let account = account.clone();
        let done = done.clone();
        tokio::spawn(async move {
            store.write_catalogue(&account).await.unwrap().commit().await.unwrap();
            done.fetch_add(1, Ordering::SeqCst);
        })
    };
    ((0..WRITERS).map(writer).collect(), done)
}

async fn read(store: &SqlStore, account: &AccountId) {
    store.read_catalogue(account).published(None, Page::new(30, 0).unwrap()).await.unwrap();
    store.revision(account).await.unwrap();
}

/// A write that locks no account, like logins and nonces.
async fn add_audit(store: &SqlStore, account: &AccountId) {
    let entry = AuditEntry {
        at: Timestamp::from_millis(0).unwrap(),
        actor: "anna".to_owned(),
        action: AuditAction::UserCreated,
        subject: "ben".to_owned(),
        address: None,
        details: "{}".to_owned(),
    };
    store.add_audit(account, &entry).await.unwrap();
}

async fn all_done(writers: Vec<JoinHandle<()>>) {
    for writer in timeout(DEADLINE, join_all(writers)).await.unwrap() {
        writer.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_waiting_for_their_account_hold_no_connections() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let (store, busy, calm) = opened(&url, 4, DEADLINE).await;
        let held = store.write_catalogue(&busy).await.unwrap();
        let (waiting, done) = writers(&store, &busy);
        let others = async {
            for _ in 0..WRITERS {
                read(&store, &calm).await;
                read(&store, &busy).await;
                if url.starts_with("postgres:") {
                    add_audit(&store, &calm).await;
                    store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
                    store.check_writable(Timestamp::from_millis(0).unwrap()).await.unwrap();
                }
            }
        };
        timeout(DEADLINE, others).await.expect("others wait for the account");
        assert_eq!(done.load(Ordering::SeqCst), 0);
        drop(held);
        all_done(waiting).await;
        assert_eq!(store.revision(&busy).await.unwrap(), Some(i64::try_from(WRITERS).unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_accounts_do_not_wait_for_all_writers_of_one_account_on_sqlite() {
    let (url, _folder) = common::sqlite_url();
    let (store, busy, calm) = opened(&url, 4, DEADLINE).await;
    let held = store.write_catalogue(&busy).await.unwrap();
    let (waiting, done) = writers(&store, &busy);
    // All writers are in the queue before the others start.
    tokio::task::yield_now().await;
    let others = async {
        add_audit(&store, &calm).await;
        add_audit(&store, &busy).await;
        store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
    };
    let release = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(held);
    };
    tokio::join!(others, release);
    // Each of the three waits for at most one writer of the busy account, and one more may be counted late.
    assert!(done.load(Ordering::SeqCst) <= 6, "{done:?} of the busy account came first");
    all_done(waiting).await;
}

/// Looks up many API keys at the same time, with the names that `presented` returns. Returns how many lookups came
/// before `other` was done.
async fn lookups_before(
    store: &SqlStore,
    presented: fn(usize) -> String,
    other: impl Future<Output = ()>,
) -> usize {
    let counters = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let flood: Vec<_> = (0..LOOKUPS)
        .map(|number| {
            let (store, [queued, done]) = (store.clone(), counters.clone());
            let key = presented(number).parse().unwrap();
            tokio::spawn(async move {
                queued.fetch_add(1, Ordering::SeqCst);
                store.api_key(&key).await.unwrap();
                done.fetch_add(1, Ordering::SeqCst);
            })
        })
        .collect();
    let [queued, done] = counters.map(|counter| move || counter.load(Ordering::SeqCst));
    let all_queued = async {
        while queued() < LOOKUPS {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, all_queued).await.unwrap();
    let before = done();
    timeout(DEADLINE, other).await.unwrap();
    let between = done() - before;
    all_done(flood).await;
    between
}

/// In one thread, so that all lookups are in the queue before the other work.
#[tokio::test]
async fn lookups_of_credentials_do_not_delay_other_work() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let (store, _, calm) = opened(&url, 2, DEADLINE).await;
        // Opens both connections, because that may take as long as many lookups.
        let key = "one".parse().unwrap();
        let (accounts, found, ()) = tokio::join!(store.accounts(), store.api_key(&key), read(&store, &calm));
        assert!(accounts.is_ok() && found.is_ok());
        let [one, made_up]: [fn(usize) -> String; 2] =
            [|_| "one".to_owned(), |number| format!("made-up-{number}")];
        for presented in [one, made_up] {
            let installation = async { drop(store.accounts().await.unwrap()) };
            assert!(lookups_before(&store, presented, installation).await < LOOKUPS / 2);
            assert!(lookups_before(&store, presented, read(&store, &calm)).await < LOOKUPS / 2);
        }
        let another = async { drop(store.api_key(&"another".parse().unwrap()).await.unwrap()) };
        assert!(lookups_before(&store, one, another).await < LOOKUPS / 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_waiting_for_a_lock_leave_connections_to_other_accounts() {
    let url = common::postgres_url();
    let (store, busy, calm) = opened(&url, 4, DEADLINE).await;
    add_audit(&store, &busy).await;
    let mut other_node = PgConnection::connect(&url).await.unwrap();
    other_node.execute("BEGIN; LOCK TABLE audit_counters IN SHARE MODE").await.unwrap();
    let blocked: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (store, busy) = (store.clone(), busy.clone());
            tokio::spawn(async move { add_audit(&store, &busy).await })
        })
        .collect();
    let others = async {
        for _ in 0..WRITERS {
            read(&store, &calm).await;
            store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
            // Cached pages of the busy account need only this.
            store.revision(&busy).await.unwrap();
        }
    };
    timeout(DEADLINE, others).await.expect("others wait for the account");
    assert!(blocked.iter().all(|one| !one.is_finished()));
    other_node.execute("ROLLBACK").await.unwrap();
    all_done(blocked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_locked_by_another_node_leaves_connections_to_others() {
    let url = common::postgres_url();
    let (other_node, busy, calm) = opened(&url, 4, DEADLINE).await;
    let (store, ..) = opened(&url, 2, DEADLINE).await;
    let held = other_node.write_catalogue(&busy).await.unwrap();
    let (waiting, done) = writers(&store, &busy);
    let others = async {
        for _ in 0..WRITERS {
            read(&store, &calm).await;
        }
        // Waits for one attempt of the busy account, which waits a second for the lock.
        store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
    };
    timeout(DEADLINE, others).await.expect("others wait for the account");
    assert_eq!(done.load(Ordering::SeqCst), 0);
    drop(held);
    all_done(waiting).await;
}

/// Imports leave at least one lock permit to others, even with few connections.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_imports_do_not_block_saves_and_reads_on_postgres() {
    for connections in 2..=5 {
        let (store, _, calm) = opened(&common::postgres_url(), connections, DEADLINE).await;
        let mut imports = Vec::new();
        for number in 1..store.max_account_locks().min(3) {
            let id: AccountId = format!("import{number}").parse().unwrap();
            let account = Account { id: id.clone(), created_at: Timestamp::from_millis(0).unwrap() };
            store.create_account(&account).await.unwrap();
            imports.push(store.write_catalogue(&id).await.unwrap());
        }
        assert!(!imports.is_empty(), "{connections}");
        let others = async {
            for _ in 0..WRITERS {
                store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
                read(&store, &calm).await;
            }
        };
        timeout(DEADLINE, others).await.expect("others wait for imports");
    }
}

/// The wait has one deadline and costs no connection.
#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_the_lock_of_another_node_ends_at_the_deadline() {
    let url = common::postgres_url();
    let wait = Duration::from_secs(2);
    let (store, busy, calm) = opened(&url, 4, wait).await;
    let other_node = opened(&url, 4, wait).await.0;
    let held = other_node.write_catalogue(&busy).await.unwrap();
    let sessions = async || {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let all =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut pids: Vec<i32> = sqlx::query_scalar(all).fetch_all(&mut connection).await.unwrap();
        pids.sort_unstable();
        pids
    };
    store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
    let before = sessions().await;
    let late = store.write_catalogue(&busy).await.map(drop);
    assert!(matches!(late, Err(StoreError::Busy(_))), "{late:?}");
    store.write_catalogue(&calm).await.unwrap().commit().await.unwrap();
    assert_eq!(sessions().await, before, "no connection was closed");
    drop(held);
    store.write_catalogue(&busy).await.unwrap().commit().await.unwrap();
}
