//! Reporting on both engines: repair of wrong totals, limits, and storage.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{
    App, Attempt, EnabledChannels, ErrorKey, Event, Filters, Grouping, HOUR, Occurrence, ReportingChannel,
    ReportingKey, Route, Source, Text, Totals, TransactionId, group,
};
use outbound_store::{
    Account, Accounts, AnalyticsQuery, Consumer, ConsumerKey, HourDifference, NewEvent, RecordOutcome,
    ReportFile, ReportFiles, Reporting, StoreError, TransactionQuery, ValueKind,
};
use outbound_store_sql::SqlStore;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use common::{migrated, numbers, postgres_url, run, sqlite_url};

/// Longer than anything takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// The hour of all messages: 2026-06-29T22:00Z.
const HOUR_OF_MESSAGES: i64 = 1_782_770_400_000 / HOUR;

fn start() -> Timestamp {
    Timestamp::EPOCH.plus_millis(HOUR_OF_MESSAGES * HOUR)
}

fn text(text: &str) -> Text {
    Text::new("text", text.to_owned()).unwrap()
}

fn event(number: i64, occurrence: Occurrence) -> Event {
    let attempted_at = start().plus_millis(number);
    Event { message_id: text(&format!("m{number}")), attempted_at, time: attempted_at, occurrence }
}

fn attempted(number: i64, skill: &str) -> Event {
    let route = Route {
        app: App::Proactive,
        channel: ReportingChannel::Sms,
        skill: text(skill),
        source: Source::Api,
        initial_channel: ReportingChannel::Sms,
        initial_skill: text(skill),
    };
    let campaign_id = Some(text("autumn"));
    let attempt = Box::new(Attempt { route, handoff_id: None, campaign_id, ivr_number: None });
    event(number, Occurrence::Attempted { attempt, address: None })
}

fn failed(number: i64, code: &str) -> Event {
    event(number, Occurrence::Failed(ErrorKey::new("twilio".to_owned(), code.to_owned()).unwrap()))
}

async fn record(store: &SqlStore, account: &AccountId, events: &[Event]) -> Vec<RecordOutcome> {
    let key = ReportingKey::new(&[7; 32]);
    let new: Vec<_> = events
        .iter()
        .map(|event| NewEvent { id: event.transaction_id(&key, account), event, consumer: None })
        .collect();
    store.record_events(account, &new).await.unwrap()
}

async fn totals(store: &SqlStore, account: &AccountId) -> Vec<Totals> {
    let filters = Filters::none(EnabledChannels::All);
    let interval = start()..start().plus_millis(24 * HOUR);
    let query = AnalyticsQuery {
        app: App::Proactive,
        interval,
        filters: &filters,
        grouping: Grouping::default(),
        limit: 1000,
    };
    group(store.analytics(account, &query).await.unwrap())
}

/// A store with storage for the messages, an account, and the URL of the file with the tables of reporting.
async fn opened(url: &str) -> (SqlStore, AccountId, String) {
    let store = migrated(url).await;
    let account: AccountId = "A".parse().unwrap();
    store.create_account(&Account { id: account.clone(), created_at: start() }).await.unwrap();
    store.maintain_storage(start(), start()).await.unwrap();
    (store, account, url.replace("outbound.db", "outbound-operational.db"))
}

async fn on_both_engines<F: Future<Output = ()>>(test: impl Fn(String) -> F) {
    let (sqlite, _folder) = sqlite_url();
    test(sqlite).await;
    test(postgres_url()).await;
}

/// Whatever is wrong: totals of hours, days and campaigns, and columns of transactions that an earlier version
/// derived by other rules.
#[tokio::test]
async fn the_audit_finds_and_repairs_wrong_totals() {
    on_both_engines(async |url| {
        let (store, account, url) = opened(&url).await;
        let events: Vec<_> = (0..30).flat_map(|n| [attempted(n, "sales"), failed(n, "30003")]).collect();
        record(&store, &account, &events).await;
        let right = totals(&store, &account).await;
        for (damage, expected) in [
            ("UPDATE rollup_hours SET failed = 99", HourDifference { transactions: 0, totals: 1 }),
            ("UPDATE rollup_days SET csat_sum = 7", HourDifference { transactions: 0, totals: 1 }),
            ("DELETE FROM rollup_days", HourDifference { transactions: 0, totals: 1 }),
            ("DELETE FROM rollup_hours", HourDifference { transactions: 0, totals: 1 }),
            ("UPDATE campaign_hours SET attempted = 1", HourDifference { transactions: 0, totals: 1 }),
            (
                "UPDATE transactions SET counted = 3, status = 3",
                HourDifference { transactions: 30, totals: 3 },
            ),
        ] {
            run(&url, damage).await;
            let found = store.audit_hour(&account, HOUR_OF_MESSAGES, false).await.unwrap();
            assert_eq!(found, expected, "{damage}");
            assert_eq!(
                store.audit_hour(&account, HOUR_OF_MESSAGES, true).await.unwrap().transactions,
                found.transactions
            );
            let left = store.audit_hour(&account, HOUR_OF_MESSAGES, false).await.unwrap();
            assert_eq!(left, HourDifference::default(), "{damage}");
            assert_eq!(totals(&store, &account).await, right, "{damage}");
        }
    })
    .await;
}

/// On SQLite, logins and events would wait for it.
#[tokio::test]
async fn an_audit_that_repairs_nothing_does_not_lock_the_file() {
    let (url, _folder) = sqlite_url();
    let (store, account, url) = opened(&url).await;
    record(&store, &account, &[attempted(1, "sales")]).await;
    let mut writer = SqliteConnection::connect(&url).await.unwrap();
    for (damage, repair, totals) in
        [("UPDATE rollup_hours SET failed = 0", true, 0), ("UPDATE rollup_hours SET failed = 99", false, 1)]
    {
        writer.execute(damage).await.unwrap();
        writer.execute("BEGIN IMMEDIATE").await.unwrap();
        let audit = store.audit_hour(&account, HOUR_OF_MESSAGES, repair);
        let found = timeout(Duration::from_secs(30), audit).await.expect("the audit waits for the writer");
        assert_eq!(found.unwrap(), HourDifference { transactions: 0, totals });
        writer.execute("ROLLBACK").await.unwrap();
    }
}

/// Waits until so many sessions of PostgreSQL wait for locks.
async fn until_blocked(url: &str, sessions: i64) {
    let blocked = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let wait = async {
        while numbers(url, blocked).await != [sessions] {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), wait).await.expect("sessions that wait for locks");
}

/// Both repairs find the difference before one of them can write.
#[tokio::test]
async fn concurrent_repairs_add_a_difference_once() {
    let url = postgres_url();
    let (one, account, _) = opened(&url).await;
    let other = migrated(&url).await;
    record(&one, &account, &[attempted(1, "sales")]).await;
    let right = totals(&one, &account).await;
    run(&url, "UPDATE rollup_hours SET attempted = 7").await;
    let mut blocker = PgConnection::connect(&url).await.unwrap();
    blocker.execute("BEGIN; LOCK TABLE rollup_hours IN SHARE MODE").await.unwrap();
    let release = async {
        until_blocked(&url, 2).await;
        blocker.execute("ROLLBACK").await.unwrap();
    };
    let (first, second, ()) = tokio::join!(
        one.audit_hour(&account, HOUR_OF_MESSAGES, true),
        other.audit_hour(&account, HOUR_OF_MESSAGES, true),
        release
    );
    first.unwrap();
    second.unwrap();
    let left = one.audit_hour(&account, HOUR_OF_MESSAGES, false).await.unwrap();
    assert_eq!(left, HourDifference::default());
    assert_eq!(totals(&one, &account).await, right);
}

/// The other messages of the batch are repaired, too.
#[tokio::test]
async fn a_repair_is_repeated_if_another_writer_changes_a_message() {
    let url = postgres_url();
    let (store, account, _) = opened(&url).await;
    let events: Vec<_> = (0..30).flat_map(|n| [attempted(n, "sales"), failed(n, "30003")]).collect();
    record(&store, &account, &events).await;
    let right = totals(&store, &account).await;
    run(&url, "UPDATE transactions SET counted = 3, status = 3").await;
    let mut writer = PgConnection::connect(&url).await.unwrap();
    let change = "BEGIN; UPDATE transactions SET revision = revision + 1 WHERE transaction_id = (
        SELECT transaction_id FROM transactions ORDER BY transaction_id LIMIT 1)";
    writer.execute(change).await.unwrap();
    let release = async {
        until_blocked(&url, 1).await;
        writer.execute("COMMIT").await.unwrap();
    };
    let (repaired, ()) = tokio::join!(store.audit_hour(&account, HOUR_OF_MESSAGES, true), release);
    assert_eq!(repaired.unwrap().transactions, 30);
    let left = store.audit_hour(&account, HOUR_OF_MESSAGES, false).await.unwrap();
    assert_eq!(left, HourDifference::default());
    assert_eq!(totals(&store, &account).await, right);
}

/// The events of further values are rejected, and all others are recorded.
#[tokio::test]
async fn the_number_of_skills_is_limited() {
    on_both_engines(async |url| {
        let (store, account, _) = opened(&url).await;
        let events: Vec<_> = (0..10_002).map(|n| attempted(n, &format!("skill {n}"))).collect();
        let outcomes = record(&store, &account, &events).await;
        let too_many = RecordOutcome::TooManyValues(ValueKind::Skill);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == too_many).count(), 2);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == RecordOutcome::Recorded).count(), 10_000);
        let known = [attempted(20_000, "skill 0"), attempted(20_001, "another skill")];
        assert_eq!(record(&store, &account, &known).await, [RecordOutcome::Recorded, too_many]);
    })
    .await;
}

/// On PostgreSQL, months are created ahead and dropped whole, also if a change was interrupted.
#[tokio::test]
async fn partitions_follow_the_calendar() {
    let url = postgres_url();
    let (store, account, _) = opened(&url).await;
    let partitions = "SELECT COUNT(*) FROM pg_inherits WHERE inhparent = CAST('transactions' AS regclass)";
    assert_eq!(numbers(&url, partitions).await, [3], "June to August");
    record(&store, &account, &[attempted(1, "sales")]).await;
    run(&url, "CREATE TABLE transactions_2026_09 (LIKE transactions INCLUDING ALL)").await;
    let september = "2026-09-10T00:00:00Z".parse().unwrap();
    store.maintain_storage(start(), september).await.unwrap();
    assert_eq!(numbers(&url, partitions).await, [6], "June to November");
    store.maintain_storage("2026-07-01T00:00:00Z".parse().unwrap(), september).await.unwrap();
    assert_eq!(numbers(&url, partitions).await, [5], "July to November");
    assert_eq!(numbers(&url, "SELECT COUNT(*) FROM transactions").await, [0]);
    store.maintain_storage("2026-07-01T00:00:00Z".parse().unwrap(), september).await.unwrap();
    assert_eq!(numbers(&url, partitions).await, [5]);
}

/// A backup may read all months for hours. New months are created nevertheless, and old ones are dropped afterwards.
#[tokio::test]
async fn a_long_transaction_delays_only_the_deletion_of_months() {
    let url = postgres_url();
    let (store, ..) = opened(&url).await;
    let in_use = "SELECT COUNT(*) FROM pg_inherits
                  WHERE inhparent = CAST('transactions' AS regclass) AND NOT inhdetachpending";
    let tables =
        "SELECT COUNT(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^transactions_2026_[0-9]+$'";
    let (july, september) =
        ("2026-07-01T00:00:00Z".parse().unwrap(), "2026-09-10T00:00:00Z".parse().unwrap());
    let mut backup = PgConnection::connect(&url).await.unwrap();
    backup.execute("BEGIN").await.unwrap();
    backup.execute("LOCK TABLE transactions IN ACCESS SHARE MODE").await.unwrap();
    for _ in 0..2 {
        let maintained = timeout(DEADLINE, store.maintain_storage(july, september)).await.unwrap();
        assert!(matches!(maintained, Err(StoreError::Busy(_))), "{maintained:?}");
        assert_eq!(numbers(&url, in_use).await, [5], "July to November");
        assert_eq!(numbers(&url, tables).await, [6], "and June, which is still read");
    }
    timeout(DEADLINE, store.prepare_storage(july, september)).await.unwrap().unwrap();
    backup.execute("COMMIT").await.unwrap();
    store.maintain_storage(july, september).await.unwrap();
    assert_eq!(numbers(&url, tables).await, [5]);
}

/// The number is that of the lock of all nodes.
#[tokio::test]
async fn no_node_waits_long_for_another_one_that_changes_months() {
    let url = postgres_url();
    let (store, ..) = opened(&url).await;
    let partitions = "SELECT COUNT(*) FROM pg_inherits WHERE inhparent = CAST('transactions' AS regclass)";
    let (july, september) =
        ("2026-07-01T00:00:00Z".parse().unwrap(), "2026-09-10T00:00:00Z".parse().unwrap());
    let mut other = PgConnection::connect(&url).await.unwrap();
    other.execute("SELECT pg_advisory_lock(1869967457)").await.unwrap();
    timeout(DEADLINE, store.maintain_storage(july, september)).await.unwrap().unwrap();
    let prepared = timeout(DEADLINE, store.prepare_storage(july, september)).await.unwrap();
    assert!(matches!(prepared, Err(StoreError::Busy(_))), "{prepared:?}");
    assert_eq!(numbers(&url, partitions).await, [3], "June to August");
    other.execute("SELECT pg_advisory_unlock(1869967457)").await.unwrap();
    store.prepare_storage(july, september).await.unwrap();
    assert_eq!(numbers(&url, partitions).await, [6], "June to November: only maintenance drops months");
}

/// The parts of a file with a report.
const PARTS: &str = "SELECT COUNT(*) FROM report_file_parts";

/// A file with 40 parts.
async fn long_file(store: &SqlStore, account: &AccountId) -> Uuid {
    let file = ReportFile {
        id: Uuid::from_u128(1),
        created_by: "user ada".to_owned(),
        created_at: start(),
        request: "{}".to_owned(),
        messages: 0,
        bytes: None,
    };
    assert!(store.add_report_file(account, &file, 1).await.unwrap());
    for part in 0..40 {
        assert!(store.write_report_part(account, file.id, part, b"part").await.unwrap());
    }
    file.id
}

/// No statement deletes all parts, because a file may be long. Two nodes delete at the same time, and the last part is
/// locked until only its batch is left.
#[tokio::test]
async fn parts_of_a_hidden_file_are_deleted_in_batches() {
    let url = postgres_url();
    let (store, account, _) = opened(&url).await;
    let id = long_file(&store, &account).await;
    assert!(store.hide_report_file(&account, id).await.unwrap());
    assert_eq!(store.report_files(&account, 9).await.unwrap(), []);
    assert_eq!(store.report_file(&account, id).await.unwrap(), None);
    assert!(!store.update_report_file(&account, id, 1, Some(1)).await.unwrap());
    let mut other = PgConnection::connect(&url).await.unwrap();
    other.execute("BEGIN").await.unwrap();
    other.execute("SELECT part FROM report_file_parts WHERE part = 39 FOR UPDATE").await.unwrap();
    let released = async {
        while numbers(&url, PARTS).await != [8] {
            sleep(Duration::from_millis(10)).await;
        }
        other.execute("COMMIT").await.unwrap();
    };
    let delete = || store.delete_hidden_report_files(&account);
    let all = async { tokio::join!(delete(), delete(), released) };
    let (one, two, ()) = timeout(DEADLINE, all).await.unwrap();
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(numbers(&url, PARTS).await, [0]);
}

/// A process was killed after it had hidden a file.
#[tokio::test]
async fn an_interrupted_deletion_of_a_file_is_completed() {
    on_both_engines(async |url| {
        let (store, account, url) = opened(&url).await;
        let id = long_file(&store, &account).await;
        run(&url, "UPDATE report_files SET created_at = -1").await;
        assert_eq!(store.report_files(&account, 9).await.unwrap(), []);
        assert!(!store.write_report_part(&account, id, 40, b"late").await.unwrap());
        assert_eq!(store.delete_hidden_report_files(&account).await.unwrap(), 1);
        assert_eq!(numbers(&url, PARTS).await, [0]);
        assert_eq!(numbers(&url, "SELECT COUNT(*) FROM report_files").await, [0]);
    })
    .await;
}

/// Two nodes record events of the same messages at the same time, with and without campaigns. Each has its own cache
/// of values, and they must not wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_count_each_message_once() {
    on_both_engines(async |url| {
        let (one, account, _) = opened(&url).await;
        let other = migrated(&url).await;
        let events = |seed: i64| -> Vec<Event> {
            let number = move |n: i64| (n * 7 + seed) % 240;
            let of_message = |n| {
                let mut attempt = attempted(n, &format!("skill {}", n % 30));
                if let Occurrence::Attempted { attempt, .. } = &mut attempt.occurrence
                    && n % 2 == 0
                {
                    attempt.campaign_id = None;
                }
                [attempt, failed(n, &format!("{}", n % 9))]
            };
            (0..240).map(number).flat_map(of_message).collect()
        };
        let (forwards, backwards) = (events(0), events(3).into_iter().rev().collect::<Vec<_>>());
        let work = async |store: &SqlStore, events: &[Event]| {
            for batch in events.chunks(40) {
                record(store, &account, batch).await;
            }
        };
        tokio::join!(work(&one, &forwards), work(&other, &backwards), work(&other, &forwards));
        for store in [&one, &other] {
            let counted: i64 = totals(store, &account).await.iter().map(|row| row.counts.attempted).sum();
            assert_eq!(counted, 240);
        }
        let difference = one.audit_hour(&account, HOUR_OF_MESSAGES, false).await.unwrap();
        assert_eq!(difference, HourDifference::default());
    })
    .await;
}

/// The messages `first`, `first + 1` … to 40 consumers, `hours` after the start.
fn messages(first: i64, hours: i64) -> Vec<(Event, Consumer)> {
    let message = |byte: u8| {
        let number = first + i64::from(byte);
        let attempted_at = start().plus_millis(hours * HOUR + number);
        let event = Event { attempted_at, time: attempted_at, ..attempted(number, "sales") };
        (event, Consumer { key: ConsumerKey([byte; 16]), sealed_address: vec![byte; 20] })
    };
    (0..40).map(message).collect()
}

async fn record_messages(store: &SqlStore, account: &AccountId, messages: &[(Event, Consumer)]) {
    let key = ReportingKey::new(&[7; 32]);
    let new = messages.iter().map(|(event, consumer)| NewEvent {
        id: event.transaction_id(&key, account),
        event,
        consumer: Some(consumer.clone()),
    });
    let new: Vec<_> = new.collect();
    store.record_events(account, &new).await.unwrap();
}

/// Two nodes record messages of a new day to consumers that are being deleted, in opposite orders.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_new_messages_are_kept_while_old_ones_are_deleted() {
    on_both_engines(async |url| {
        let (one, account, _) = opened(&url).await;
        let other = migrated(&url).await;
        record_messages(&one, &account, &messages(0, 0)).await;
        // The next day begins after two hours.
        let (forwards, mut backwards) = (messages(100, 3), messages(200, 3));
        backwards.reverse();
        let record = async |store: &SqlStore, messages: &[(Event, Consumer)]| {
            for batch in messages.chunks(8) {
                record_messages(store, &account, batch).await;
            }
        };
        let next_day = start().plus_millis(3 * HOUR);
        let delete = async { while one.delete_transactions(&account, next_day, 3).await.unwrap() > 0 {} };
        tokio::join!(record(&one, &forwards), record(&other, &backwards), delete);

        let filters = Filters::none(EnabledChannels::All);
        let ids = TransactionId::range(next_day, next_day.plus_millis(HOUR));
        let query = TransactionQuery { app: App::Proactive, ids, filters: &filters, offset: 0, limit: 100 };
        let kept = one.transactions(&account, &query).await.unwrap();
        assert_eq!(kept.len(), 80);
        let mut consumers: Vec<_> = kept.iter().map(|message| message.consumer.unwrap()).collect();
        consumers.sort_unstable();
        consumers.dedup();
        let addresses = one.sealed_addresses(&account, &consumers).await.unwrap();
        let mut addresses: Vec<_> = addresses.into_iter().map(|(_, sealed)| sealed).collect();
        addresses.sort_unstable();
        assert_eq!(addresses, (0..40).map(|byte| vec![byte; 20]).collect::<Vec<_>>());
    })
    .await;
}

/// During an upgrade, nodes of the previous version add consumers without their last day.
#[tokio::test]
async fn consumers_that_the_previous_version_adds_are_kept() {
    let url = postgres_url();
    let (store, account, _) = opened(&url).await;
    record(&store, &account, &[attempted(1, "sales")]).await;
    let add = "INSERT INTO consumers (account_no, consumer_no, consumer_key, sealed_address)
        SELECT account_no, 1000, CAST('key' AS BYTEA), CAST('sealed' AS BYTEA) FROM reporting_accounts";
    run(&url, add).await;
    let now = numbers(&url, "SELECT CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)").await[0];
    let now = Timestamp::EPOCH.plus_millis(now);
    for (before, left) in [(now, 1), (now.plus_millis(30 * 24 * HOUR), 0)] {
        store.delete_transactions(&account, before, 1000).await.unwrap();
        assert_eq!(numbers(&url, "SELECT COUNT(*) FROM consumers").await, [left]);
    }
}
