//! Requests while computations of the account wait for their turn, and imports while the database is busy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use common::{PASSWORD, Response, Service};
use outbound_app::{CacheSettings, NewUser, Store, WriteHandoffs};
use outbound_auth::Secret;
use outbound_http::HttpLimits;
use outbound_model::{AccountId, Role};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use serde_json::json;
use tokio::time::{sleep, timeout};

/// Longer than any step of these tests takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

const ACCOUNT: &str = "12345678";

/// A handoff without findings.
const DRAFT: &str = r#"{"name": "Tea", "channels": [{"type": "sms-twilio", "language": "en",
    "outboundnumber": "+14155550123", "messageComponents": [{"type": "body", "content": "Tea is ready.",
    "variables": [], "optOut": "Reply STOP to opt out, HELP for help."}]}]}"#;

fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

/// Sends requests as an administrator of an account.
struct Administrator<'s> {
    service: &'s Service,
    /// The path of the management API for the account.
    manage: String,
    bearer: String,
}

impl<'s> Administrator<'s> {
    async fn of(service: &'s Service, account: &str) -> Self {
        let operator = service.app.operator(&account.parse().unwrap());
        let (name, role) = ("anna".parse().unwrap(), Role::Administrator);
        let user = NewUser { name, role, password: Secret::new(PASSWORD) };
        service.app.create_user(&operator, user).await.unwrap();
        let login = json!({"username": "anna", "password": PASSWORD}).to_string();
        let login = Request::post(format!("/api/account/{account}/login?v=1.3"))
            .header("content-type", "application/json")
            .body(Body::from(login));
        let login = service.call(login.unwrap()).await;
        let bearer = format!("Bearer {}", login.body["bearer"].as_str().unwrap());
        Self { service, manage: format!("/manage/v1/accounts/{account}"), bearer }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Response {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.manage));
        let request =
            request.header("authorization", &self.bearer).header("content-type", "application/json");
        let request = request.header("prefer", "respond-async").body(Body::from(body.to_owned()));
        self.service.call(request.unwrap()).await
    }

    /// Starts an import of [`DRAFT`], and returns its path.
    async fn import(&self, mode: &str) -> String {
        let accepted = self.send("POST", &format!("/handoffs/import?mode={mode}"), DRAFT).await;
        assert_eq!(accepted.status, 202, "{accepted:?}");
        accepted.header("location").strip_prefix(&self.manage).unwrap().to_owned()
    }

    /// Waits until the result of an import lists `items` handoffs.
    async fn has_items(&self, path: &str, items: usize) {
        eventually(async || {
            let status = self.send("GET", path, "").await.body;
            let result = &status["result"];
            status["state"] == "done"
                && result["create"] == 1
                && result["items"].as_array().map_or(0, Vec::len) == items
        })
        .await;
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
    let administrator = Administrator::of(&service, ACCOUNT).await;
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
    let administrator = Administrator::of(&service, ACCOUNT).await;
    let other: Box<dyn Store> = Box::new(SqlStore::open(database, &Options::default()).await.unwrap());
    let held = other.write_catalogue(&account()).await.unwrap();
    let import = administrator.import("apply").await;
    for _ in 0..3 {
        let ticket = service.app.queue_import(&service.app.operator::<WriteHandoffs>(&account())).unwrap();
        drop(timeout(DEADLINE, ticket.permit()).await.expect("the account's turn").unwrap());
    }
    drop(held);
    eventually(async || administrator.send("GET", &import, "").await.body["state"] == "done").await;
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
        let administrator = Administrator::of(&service, ACCOUNT).await;
        let import = administrator.import("plan").await;
        administrator.has_items(&import, items).await;
    }
}

/// An account with many imports loses its own results, even if others are older.
#[tokio::test]
async fn results_of_imports_are_removed_from_the_account_that_has_most() {
    let bytes = {
        let service = Service::at("http://127.0.0.1:8080").await;
        let administrator = Administrator::of(&service, ACCOUNT).await;
        let import = administrator.import("plan").await;
        administrator.has_items(&import, 1).await;
        administrator.send("GET", &import, "").await.body["result"].to_string().len()
    };
    // Two results fit, three do not.
    let import_result_bytes = u64::try_from(bytes * 5 / 2).unwrap();
    let limits = HttpLimits { import_result_bytes, ..HttpLimits::default() };
    let service = Service::at("http://127.0.0.1:8080").await.with_limits(limits);
    service.app.create_account("87654321".parse().unwrap()).await.unwrap();
    let quiet = Administrator::of(&service, ACCOUNT).await;
    let busy = Administrator::of(&service, "87654321").await;
    let oldest = quiet.import("plan").await;
    quiet.has_items(&oldest, 1).await;
    let mut imports = Vec::new();
    for _ in 0..2 {
        imports.push(busy.import("plan").await);
        busy.has_items(&imports[imports.len() - 1], 1).await;
    }
    busy.has_items(&imports[0], 0).await;
    quiet.has_items(&oldest, 1).await;
}
