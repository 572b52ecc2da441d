//! Errors of the campaign API that depend on the clock or on the database: the golden examples. Errors of callbacks whose
//! bodies do not arrive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use common::{Response, Service};
use futures::stream::pending;
use outbound_app::{CacheSettings, NewConnection, Store};
use outbound_model::{AccountId, Scope};
use outbound_store_sql::{Options, SqlStore};
use serde_json::Value;
use tokio::time::timeout;

/// Longer than any step of these tests takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);
const ACCOUNT: &str = "40718265";

/// A golden example.
fn load(name: &str) -> Value {
    let path = format!("{}/../campaigns/tests/golden/campaign-error-{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

fn sandbox() -> NewConnection {
    NewConnection {
        name: "Sandbox".to_owned(),
        base_url: "http://127.0.0.1:9".to_owned(),
        ..NewConnection::default()
    }
}

/// A token that may launch campaigns.
async fn token(service: &Service) -> String {
    service.app.create_account(account()).await.unwrap();
    let scopes = [Scope::CampaignsLaunch].into_iter().collect();
    let client = service.app.create_client(&service.app.operator(&account()), "Test", scopes).await.unwrap();
    let form = format!("client_id={}&client_secret={}", client.id, client.secret.expose());
    let request = Request::post(format!("/sentinel/api/account/{ACCOUNT}/app/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form));
    let response = service.call(request.unwrap()).await;
    response.body["access_token"].as_str().unwrap().to_owned()
}

async fn send(service: &Service, golden: &Value, token: &str) -> Response {
    let request = Request::post(golden["request"]["path"].as_str().unwrap())
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(golden["request"]["body"].to_string()));
    service.call(request.unwrap()).await
}

/// The status and each documented field. Our responses have more fields, and our own messages where the vendor documents
/// none.
fn assert_golden(response: &Response, golden: &Value) {
    assert_eq!(golden["response"]["status"], response.status.as_u16(), "{response:?}");
    let volatile: Vec<_> = golden["volatile"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for (field, expected) in golden["response"]["body"].as_object().unwrap() {
        let actual = &response.body[field];
        if volatile.contains(&&*format!("/response/body/{field}")) {
            assert!(actual.is_string(), "{field}: {actual}");
        } else {
            assert_eq!(actual, expected, "{field}");
        }
    }
}

#[tokio::test]
async fn an_expired_token_is_rejected() {
    let service = Service::at("http://localhost").await;
    let token = token(&service).await;
    let golden = load("401-expired");
    service.clock.advance(Duration::from_hours(24));
    assert_golden(&send(&service, &golden, &token).await, &golden);
}

#[tokio::test]
async fn too_many_requests_are_rejected() {
    let service = Service::at("http://localhost").await.with_burst(1000);
    let token = token(&service).await;
    let golden = load("429");
    for _ in 0..10 {
        assert_eq!(send(&service, &golden, &token).await.status, 400);
    }
    assert_golden(&send(&service, &golden, &token).await, &golden);
}

/// Sends a callback whose body never arrives.
async fn send_endless_callback(service: &Service, callback_id: &str) -> Response {
    let body = Body::from_stream(pending::<Result<Bytes, Infallible>>());
    let request = Request::post(format!("/callbacks/{callback_id}/meta")).body(body).unwrap();
    timeout(DEADLINE, service.call(request)).await.expect("an answer")
}

#[tokio::test]
async fn a_callback_of_no_connection_is_answered_before_its_body_arrives() {
    let service = Service::at("http://localhost").await;
    let response = send_endless_callback(&service, &"0".repeat(32)).await;
    assert_eq!(response.status, 404, "{response:?}");
    assert_eq!(service.app.callback_counts().callbacks()[2], ("unknown", 1));
    // The body of another one is awaited.
    let service = service.with_body_timeout(Duration::from_millis(50));
    service.app.create_account(account()).await.unwrap();
    let grant = service.app.operator(&account());
    let (connection, _) = service.app.create_connection(&grant, sandbox()).await.unwrap();
    let response = send_endless_callback(&service, &connection.callback_id).await;
    assert_eq!(response.status, 408, "{response:?}");
}

/// Damaged settings are an example of a damaged database.
#[tokio::test]
async fn internal_errors_name_no_cause() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let caches = CacheSettings::default();
    let service = Service::with_database(&database, &Options::default(), caches, "http://localhost").await;
    let token = token(&service).await;
    service.app.create_connection(&service.app.operator(&account()), sandbox()).await.unwrap();
    let store = SqlStore::open(&database, &Options::default()).await.unwrap();
    let store: &dyn Store = &store;
    let mut transaction = store.write_catalogue(&account()).await.unwrap();
    transaction.set_settings("damaged").await.unwrap();
    transaction.commit().await.unwrap();
    let mut golden = load("500");
    // No handoff is needed.
    golden["request"]["body"]["templateId"] = "1234567890".into();
    let response = send(&service, &golden, &token).await;
    assert_golden(&response, &golden);
    assert!(!response.body.to_string().contains("damaged"));
}
