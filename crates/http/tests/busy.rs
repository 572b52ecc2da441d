//! Requests while computations of the account wait for their turn, and imports while the database is busy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use common::{PASSWORD, Response, Service};
use outbound_app::{CacheSettings, Store, WriteHandoffs};
use outbound_http::HttpLimits;
use outbound_model::{AccountId, Role};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use tokio::time::{sleep, timeout};

/// Longer than any step of these tests takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

const MANAGE: &str = "/manage/v1/accounts/12345678";

/// A handoff without findings.
const DRAFT: &str = r#"{"name": "Tea", "channels": [{"type": "sms-twilio", "language": "en",
    "outboundnumber": "+14155550123", "messageComponents": [{"type": "body", "content": "Tea is ready.",
    "variables": [], "optOut": "Reply STOP to opt out, HELP for help."}]}]}"#;

fn account() -> AccountId {
    "12345678".parse().unwrap()
}

/// Sends requests as an administrator.
struct Administrator<'s> {
    service: &'s Service,
    bearer: String,
}

impl<'s> Administrator<'s> {
    async fn of(service: &'s Service) -> Self {
        service.user("anna", Role::Administrator).await;
        let login = service.log_in("anna", PASSWORD).await;
        Self { service, bearer: format!("Bearer {}", login.body["bearer"].as_str().unwrap()) }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Response {
        let request = Request::builder().method(method).uri(format!("{MANAGE}{path}"));
        let request =
            request.header("authorization", &self.bearer).header("content-type", "application/json");
        let request = request.header("prefer", "respond-async").body(Body::from(body.to_owned()));
        self.service.call(request.unwrap()).await
    }
}

async fn eventually(mut is_met: impl AsyncFnMut() -> bool) {
    let met = async {
        while !is_met().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, met).await.expect("the condition was not met in time");
}

/// Otherwise the client would repeat a change that was made.
#[tokio::test]
async fn a_change_is_answered_while_too_many_computations_of_the_account_wait() {
    let service = Service::at("http://127.0.0.1:8080").await;
    let administrator = Administrator::of(&service).await;
    let created = administrator.send("POST", "/handoffs", DRAFT).await;
    let path = format!("/handoffs/{}", created.body["handoff"]["id"].as_str().unwrap());
    // Computations that end when `release` is dropped.
    let (release, released) = mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    for _ in 0..200 {
        let (app, released) = (service.app.clone(), released.clone());
        let wait = move || released.lock().unwrap_or_else(PoisonError::into_inner).recv().is_ok();
        tokio::spawn(async move { app.compute(&account(), wait).await });
    }
    let milk = r#"{"name": "Milk", "channels": []}"#;
    eventually(async || administrator.send("POST", "/handoffs", milk).await.body["error"] == "busy").await;
    for (method, action, state) in [
        ("POST", "/publish", "published"),
        ("POST", "/unpublish", "draft"),
        ("DELETE", "", "archived"),
        ("POST", "/restore", "draft"),
        ("POST", "/versions/1/restore", "draft"),
    ] {
        let changed = administrator.send(method, &format!("{path}{action}"), "").await;
        assert_eq!((changed.status.as_u16(), changed.body["state"].as_str()), (200, Some(state)), "{action}");
    }
    let read = administrator.send("GET", &path, "").await;
    assert_eq!((read.status.as_u16(), read.body["error"].as_str()), (503, Some("busy")));
    drop(release);
    eventually(async || administrator.send("GET", &path, "").await.status == 200).await;
}

/// Otherwise two such imports would stop all others for minutes. Another store holds the lock of the account, on SQLite
/// that of the database.
async fn an_import_that_waits_for_the_database_lets_others_run(database: &str) {
    let options = Options { writer_wait: Duration::from_secs(1), ..Options::default() };
    let service =
        Service::with_database(database, &options, CacheSettings::default(), "http://127.0.0.1:8080").await;
    let administrator = Administrator::of(&service).await;
    let other: Box<dyn Store> = Box::new(SqlStore::open(database, &Options::default()).await.unwrap());
    let held = other.write_catalogue(&account()).await.unwrap();
    let accepted = administrator.send("POST", "/handoffs/import?mode=apply", DRAFT).await;
    assert_eq!(accepted.status, 202, "{accepted:?}");
    for _ in 0..3 {
        let ticket = service.app.queue_import(&service.app.operator::<WriteHandoffs>(&account())).unwrap();
        drop(timeout(DEADLINE, ticket.permit()).await.expect("the account's turn").unwrap());
    }
    drop(held);
    let location = accepted.header("location").strip_prefix(MANAGE).unwrap().to_owned();
    eventually(async || administrator.send("GET", &location, "").await.body["state"] == "done").await;
}

#[tokio::test]
async fn an_import_that_waits_for_sqlite_lets_others_run() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    an_import_that_waits_for_the_database_lets_others_run(&database).await;
}

#[tokio::test]
async fn an_import_that_waits_for_postgres_lets_others_run() {
    let database = Postgres::shared().unwrap().database().unwrap();
    an_import_that_waits_for_the_database_lets_others_run(&database).await;
}

/// The row of the import keeps the counts and the first problems.
#[tokio::test]
async fn results_of_imports_are_removed_beyond_their_total_size() {
    for (import_result_bytes, items) in [(1 << 30, 1), (1, 0)] {
        let limits = HttpLimits { import_result_bytes, ..HttpLimits::default() };
        let service = Service::at("http://127.0.0.1:8080").await.with_limits(limits);
        let administrator = Administrator::of(&service).await;
        let accepted = administrator.send("POST", "/handoffs/import?mode=plan", DRAFT).await;
        let location = accepted.header("location").strip_prefix(MANAGE).unwrap().to_owned();
        eventually(async || {
            let status = administrator.send("GET", &location, "").await.body;
            let result = &status["result"];
            status["state"] == "done"
                && result["create"] == 1
                && result["items"].as_array().map_or(0, Vec::len) == items
        })
        .await;
    }
}
