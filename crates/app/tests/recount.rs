//! The job that counts findings again waits for other writers of the account. On PostgreSQL, because on SQLite the
//! same writer would also delay the job queue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{
    AccountSettings, App, CacheSettings, Criteria, ExpectedTag, ManageCredentials, Search, Sort, SortKey,
};
use outbound_model::testing::ManualClock;
use outbound_model::{AccountId, JobState, JobTask};
use outbound_rules::RuleLevel;
use outbound_store::Catalogue as _;
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use support::node_with_options;
use tokio::time::{sleep, timeout};

/// Longer than any step of this test takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);
const WRITER_WAIT: Duration = Duration::from_millis(100);

const DRAFT: &str = r#"{"name": "Tea", "channels": [{"type": "sms-twilio", "language": "en",
    "outboundnumber": "+14155550123", "messageComponents": [{"type": "body", "content": "Tea is ready.",
    "variables": []}]}]}"#;

fn account() -> AccountId {
    "A".parse().unwrap()
}

async fn eventually(mut is_met: impl AsyncFnMut() -> bool) {
    let met = async {
        while !is_met().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, met).await.expect("the condition was not met in time");
}

async fn errors(app: &App) -> u64 {
    let search = Search {
        criteria: Criteria::default(),
        sort: Sort { key: SortKey::Name, descending: false },
        after: None,
        count: 1,
    };
    app.search(&app.operator(&account()), &search).await.unwrap()[0].findings.errors
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recount_waits_for_another_writer_of_the_account() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let options = Options { writer_wait: WRITER_WAIT, ..Options::default() };
    let (clock, caches) = (Arc::new(ManualClock::default()), CacheSettings::default());
    let app = node_with_options(&database, &options, clock, caches).await.app;
    app.create_account(account()).await.unwrap();
    let draft = app.read_draft(DRAFT.as_bytes()).unwrap();
    app.create_draft(&app.operator(&account()), draft, None, None).await.unwrap();
    let errors_before = errors(&app).await;
    let strict = AccountSettings {
        levels: outbound_rules::catalogue().map(|rule| (rule.name.to_owned(), RuleLevel::Error)).collect(),
        ..AccountSettings::default()
    };
    app.change_settings(&app.operator(&account()), &strict, &ExpectedTag::Any).await.unwrap();
    let other = SqlStore::open(&database, &Options::default()).await.unwrap();
    let held = other.write_catalogue(&account()).await.unwrap();
    let jobs = tokio::spawn({
        let app = app.clone();
        async move { app.run_jobs(std::future::pending()).await }
    });
    let recount = async || {
        let operator = app.operator::<ManageCredentials>(&account());
        let jobs = app.jobs(&operator, None, 10).await.unwrap();
        jobs.into_iter().find(|job| job.id == JobTask::RecountFindings.id())
    };
    eventually(async || recount().await.is_some_and(|job| job.state == JobState::Running)).await;
    // Enough for several attempts. The clock does not advance, so a job that failed would never run again.
    sleep(20 * WRITER_WAIT).await;
    drop(held);
    eventually(async || errors(&app).await > errors_before).await;
    jobs.abort();
}
