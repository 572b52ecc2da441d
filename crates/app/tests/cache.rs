//! Compares reads on two nodes with a model of what they may return, and checks the limits of the caches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{AccessError, AppError, CacheSettings, Page};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, Clock, Monotonic, Timestamp};
use outbound_store::{Catalogue, StoreError};
use outbound_store_sql::{Options, SqlStore};
use proptest::prelude::*;
use support::{Node, node, node_on, node_with_clock};
use tokio::task::yield_now;
use tokio::time::timeout;

const NODES: usize = 2;

#[derive(Clone, Copy, Debug)]
enum Step {
    Write(usize),
    Read(usize),
    /// A read during which this many milliseconds pass, because the database is slow.
    SlowRead(usize, u64),
    Revoke(usize),
    Wait(u64),
    /// Sets the wall clock to this many milliseconds before or after the elapsed time.
    WallClock(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..NODES).prop_map(Step::Write),
        6 => (0..NODES).prop_map(Step::Read),
        3 => (0..NODES, 0..5000_u64).prop_map(|(by, millis)| Step::SlowRead(by, millis)),
        1 => (0..NODES).prop_map(Step::Revoke),
        3 => (0..1500_u64).prop_map(Step::Wait),
        2 => (-20_000..20_000_i64).prop_map(Step::WallClock),
    ];
    prop::collection::vec(step, 1..40)
}

/// The events so far, which determine what a read may return.
#[derive(Default)]
struct Model {
    /// Time and node of the acknowledgement of version 1, 2, 3 …
    writes: Vec<(i64, usize)>,
    revoked: Option<(i64, usize)>,
}

impl Model {
    /// A node must see its own writes at once and those of others within a second.
    fn must_see((at, by): (i64, usize), node: usize, now: i64) -> bool {
        by == node || now - at >= 1000
    }

    fn oldest_allowed(&self, node: usize, now: i64) -> usize {
        let seen = self.writes.iter().rposition(|write| Self::must_see(*write, node, now));
        seen.map_or(0, |index| index + 1)
    }

    fn check(&self, node: usize, now: i64, seen: Result<String, AppError>) {
        match seen {
            Ok(list) => {
                let version = list
                    .split("\"name\":\"v")
                    .nth(1)
                    .map_or(0, |rest| rest.split('"').next().unwrap().parse::<usize>().unwrap());
                assert!(version >= self.oldest_allowed(node, now), "saw v{version}");
                assert!(
                    !self.revoked.is_some_and(|at| Self::must_see(at, node, now)),
                    "a revoked client could read"
                );
            }
            Err(AppError::Access(AccessError::Revoked)) => assert!(self.revoked.is_some()),
            Err(other) => panic!("{other}"),
        }
    }
}

async fn run_steps(nodes: &[Node], clock: &ManualClock, account: AccountId, steps: Vec<Step>) {
    nodes[0].app.create_account(account.clone()).await.unwrap();
    let (client, credential) = nodes[0].client(&account).await;
    let (mut model, mut wall_offset) = (Model::default(), 0);
    for step in steps {
        match step {
            Step::Write(by) => {
                let version = model.writes.len() + 1;
                let json = format!(r#"{{"id":"H1","name":"v{version}","channels":[]}}"#);
                nodes[by].write(&account, &json).await;
                model.writes.push((clock.elapsed_millis(), by));
            }
            Step::Read(by) => {
                let seen = nodes[by].read(&account, &credential, Page::new(30, 0).unwrap()).await;
                model.check(by, clock.elapsed_millis(), seen);
            }
            Step::SlowRead(by, millis) => {
                let began = clock.elapsed_millis();
                let passing = async {
                    yield_now().await;
                    clock.advance(Duration::from_millis(millis));
                };
                let page = Page::new(30, 0).unwrap();
                let (seen, ()) = tokio::join!(nodes[by].read(&account, &credential, page), passing);
                model.check(by, began, seen);
            }
            Step::Revoke(by) => {
                nodes[by].app.revoke_client(&nodes[by].app.operator(&account), &client).await.unwrap();
                model.revoked.get_or_insert((clock.elapsed_millis(), by));
            }
            Step::Wait(millis) => clock.advance(Duration::from_millis(millis)),
            Step::WallClock(offset) => {
                clock.step_wall(offset - wall_offset);
                wall_offset = offset;
            }
        }
    }
}

#[test]
fn reads_agree_with_the_model() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("test.db").display());
    let clock = ManualClock::default();
    let nodes: Vec<_> =
        (0..NODES).map(|_| runtime.block_on(node(&database, &clock, CacheSettings::default()))).collect();
    let accounts = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(64), |(steps in steps())| {
        accounts.set(accounts.get() + 1);
        let account = format!("account-{}", accounts.get()).parse().unwrap();
        runtime.block_on(run_steps(&nodes, &clock, account, steps));
    });
}

#[tokio::test]
async fn steps_of_the_wall_clock_have_no_effect() {
    let (node, clock, account, _folder) = node_with_handoffs(1, CacheSettings::default()).await;
    let page = Page::new(30, 0).unwrap();
    for hours in [0, -1, 2, -24] {
        clock.step_wall(hours * 3_600_000);
        clock.advance(Duration::from_secs(1));
        let (_, credential) = node.client(&account).await;
        assert!(node.read(&account, &credential, page).await.is_ok(), "after a step of {hours} hours");
    }
}

/// Advances by more than the maximum age of a revision at each reading, as if every statement were slow.
struct SlowClock(ManualClock);

impl Clock for SlowClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Monotonic {
        self.0.advance(Duration::from_millis(1500));
        self.0.monotonic()
    }
}

#[tokio::test]
async fn a_slow_database_is_not_treated_as_unavailable() {
    let (node, clock, account, folder) = node_with_handoffs(1, CacheSettings::default()).await;
    let (_, credential) = node.client(&account).await;
    let slow =
        node_with_clock(&database_in(&folder), Arc::new(SlowClock(clock)), CacheSettings::default()).await;
    for _ in 0..3 {
        let grant = slow.app.authorize(Some(&account), &credential).await.unwrap();
        let page = slow.app.published_handoffs(&grant, None, Page::new(30, 0).unwrap()).await.unwrap();
        assert_eq!(page.stale_seconds, None);
    }
}

#[tokio::test]
async fn a_busy_account_is_not_treated_as_an_unavailable_database() {
    let database = outbound_testkit::Postgres::shared().unwrap().database().unwrap();
    let [account, another] = ["A", "B"].map(|id| id.parse::<AccountId>().unwrap());
    let clock = ManualClock::default();
    let other = node(&database, &clock, CacheSettings::default()).await;
    for id in [&account, &another] {
        other.app.create_account(id.clone()).await.unwrap();
    }
    let (_, credential) = other.client(&account).await;
    // Each account has one of the two connections. Because of the clock, each request reads the revision.
    let options = Options { connections: 2, wait: Duration::from_secs(1), ..Options::default() };
    let store = Arc::new(SqlStore::open(&database, &options).await.unwrap());
    let environment = (Arc::new(SlowClock(clock)) as _, Arc::<SequenceGenerator>::default() as _);
    let node = node_on(store.clone(), environment, CacheSettings::default()).await;
    let [cached, uncached] = [0, 1].map(|offset| Page::new(30, offset).unwrap());
    let stale_seconds = async |page| {
        let grant = node.app.authorize(Some(&account), &credential).await?;
        Ok::<_, AppError>(node.app.published_handoffs(&grant, None, page).await?.stale_seconds)
    };
    let is_busy = |read: &Result<_, _>| matches!(read, Err(AppError::Unavailable(StoreError::Busy(_))));
    stale_seconds(cached).await.unwrap();
    // The account's share is used, but cached pages do not need it.
    let writer = store.write_catalogue(&account).await.unwrap();
    let reads = futures::future::join_all((0..30).map(|_| stale_seconds(cached))).await;
    assert!(reads.iter().all(|read| matches!(read, Ok(None))), "{reads:?}");
    let read = stale_seconds(uncached).await;
    assert!(is_busy(&read), "{read:?}");
    // No connection is left for the revision.
    let another_writer = store.write_catalogue(&another).await.unwrap();
    let reads = futures::future::join_all((0..30).map(|_| stale_seconds(cached)));
    let reads = timeout(Duration::from_secs(20), reads).await.expect("the reads waited one after the other");
    assert!(reads.iter().all(is_busy), "{reads:?}");
    drop((writer, another_writer));
    assert_eq!(stale_seconds(uncached).await.unwrap(), None);
}

/// The clock does not advance, so revisions are not polled.
#[tokio::test]
async fn a_notified_commit_is_visible_without_polling() {
    let database = outbound_testkit::Postgres::shared().unwrap().database().unwrap();
    let (clock, account) = (ManualClock::default(), "A".parse::<AccountId>().unwrap());
    let writer = node(&database, &clock, CacheSettings::default()).await;
    let reader = node(&database, &clock, CacheSettings::default()).await;
    tokio::spawn({
        let app = reader.app.clone();
        async move { app.follow_changes().await }
    });
    writer.app.create_account(account.clone()).await.unwrap();
    let (_, credential) = writer.client(&account).await;
    // Changes are missed until the node listens.
    for version in 1.. {
        writer.write(&account, &format!(r#"{{"id":"H1","name":"v{version}","channels":[]}}"#)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let seen = reader.read(&account, &credential, Page::new(30, 0).unwrap()).await.unwrap();
        if version > 1 && seen.contains(&format!("\"v{version}\"")) {
            return;
        }
        assert!(version < 100, "no notification: {seen}");
    }
}

fn database_in(folder: &tempfile::TempDir) -> String {
    format!("sqlite:{}", folder.path().join("test.db").display())
}

async fn node_with_handoffs(
    count: usize,
    caches: CacheSettings,
) -> (Node, ManualClock, AccountId, tempfile::TempDir) {
    let (folder, clock) = (tempfile::tempdir().unwrap(), ManualClock::default());
    let node = node(&database_in(&folder), &clock, caches).await;
    let account: AccountId = "A".parse().unwrap();
    node.app.create_account(account.clone()).await.unwrap();
    let one = |i| format!(r#"{{"id":"H{i}","name":"{i} {}","channels":[]}}"#, "x".repeat(200));
    let list: Vec<_> = (0..count).map(one).collect();
    node.write(&account, &format!("[{}]", list.join(","))).await;
    (node, clock, account, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_for_a_page_cause_one_query() {
    let (node, _, account, _folder) = node_with_handoffs(3, CacheSettings::default()).await;
    let (_, credential) = node.client(&account).await;
    let page = Page::new(30, 0).unwrap();
    let requests = (0..500).map(|_| node.read(&account, &credential, page));
    let seen = futures::future::try_join_all(requests).await.unwrap();
    assert!(seen.iter().all(|list| *list == seen[0]));
    assert_eq!(node.app.pages_read(), 1);
}

#[tokio::test]
async fn the_caches_do_not_exceed_their_limits() {
    let caches = CacheSettings { page_bytes: 200_000, token_bytes: 20_000, stale_seconds: 0 };
    let (node, _, account, _folder) = node_with_handoffs(50, caches).await;
    let (_, credential) = node.client(&account).await;
    for offset in 0..400 {
        let page = Page::new(1 + offset % 30, offset).unwrap();
        node.read(&account, &credential, page).await.unwrap();
        let invalid = outbound_app::Credential::AppJwt(format!("a.{offset}.c"));
        assert!(node.read(&account, &invalid, page).await.is_err());
        let (_, another) = node.client(&account).await;
        node.read(&account, &another, page).await.unwrap();
    }
    let (pages, tokens) = (node.app.page_cache(), node.app.token_cache());
    assert!(pages.bytes <= 200_000 && pages.entries > 0, "{pages:?}");
    // A token of this service takes more than a kilobyte.
    assert!(tokens.bytes <= 20_000 && tokens.entries > 10, "{tokens:?}");
    assert!(tokens.bytes > tokens.entries as u64 * 1000, "{tokens:?}");
    assert!(tokens.hits > 300 && tokens.misses >= 400, "{tokens:?}");
}
