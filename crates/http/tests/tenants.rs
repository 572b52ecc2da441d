//! Isolation of accounts under load: two accounts send requests over a pool of two connections, cancel some
//! and write at the same time. No response to one account contains data of the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{Response, Service};
use outbound_app::{CacheSettings, ImportOptions, PublishMode, TokenRequest};
use outbound_formats::liveperson;
use outbound_model::{AccountId, Scope};
use outbound_store_sql::Options;
use outbound_testkit::Postgres;
use serde_json::json;
use tokio::time::timeout;

const HANDOFFS: u32 = 40;
const CLIENTS: u32 = 6;
const REQUESTS: u32 = 40;

/// An account, a marker in all of its content, and a token.
struct Tenant {
    account: AccountId,
    marker: &'static str,
    token: String,
}

async fn tenant(service: &Service, account: &str, marker: &'static str) -> Tenant {
    let account: AccountId = account.parse().unwrap();
    // The service creates the first account itself.
    let _ = service.app.create_account(account.clone()).await;
    let scopes = [Scope::HandoffsRead].into_iter().collect();
    let client = service.app.create_client(&service.app.operator(&account), "test", scopes).await.unwrap();
    let (client_id, client_secret) = (client.id.to_string(), client.secret);
    let request = TokenRequest { account: account.clone(), client_id, client_secret, scope: None };
    let token = service.app.grant_token(request).await.unwrap().access_token;
    let tenant = Tenant { account, marker, token };
    write_handoffs(service, &tenant).await;
    tenant
}

/// Replaces all handoffs of a tenant. The ids are the same for each tenant; every string has its marker.
async fn write_handoffs(service: &Service, tenant: &Tenant) {
    let marker = tenant.marker;
    let handoffs = (0..HANDOFFS).map(|number| {
        let content = format!("{marker} ${{{{1}}}}");
        json!({"id": format!("H{number:015}"), "name": format!("{marker} {number}"), marker: marker, "channels": [{
            "type": "sms-twilio", "language": "en", "outboundnumber": "+13333333333",
            "messageComponents": [{"type": "body", "content": content, "variables": ["1"]}],
        }]})
    });
    let file = handoffs.collect::<serde_json::Value>().to_string();
    let read = liveperson::read(file.as_bytes(), service.app.file_defaults());
    let operator = service.app.operator(&tenant.account);
    service
        .app
        .import(
            &operator,
            read,
            ImportOptions { publish: PublishMode::All, ..ImportOptions::default() },
            |_, _| (),
        )
        .await
        .unwrap();
}

async fn get(service: &Service, account: &AccountId, token: &str, number: u32) -> Response {
    let channel = if number.is_multiple_of(2) { "" } else { "/channel/sms-twilio" };
    let (limit, offset) = (1 + number % 30, number * 7 % HANDOFFS);
    let path = format!("/api/account/{account}/app/prmsg/handoffs/list{channel}?v=1");
    let request = Request::get(format!("{path}&limit={limit}&offset={offset}"))
        .header("authorization", token)
        .header("host", "localhost");
    service.call(request.body(Body::empty()).unwrap()).await
}

/// Sends requests of `own`, some of them for the account of `other`; returns the number of pages compared.
async fn send_requests(service: Arc<Service>, own: Arc<Tenant>, other: Arc<Tenant>, client: u32) -> u32 {
    let mut pages = 0;
    for number in (0..REQUESTS).map(|number| number + client * REQUESTS) {
        match number % 10 {
            3 => {
                let cancelled = get(&service, &own.account, &own.token, number);
                let _ = timeout(Duration::from_micros(u64::from(number)), cancelled).await;
            }
            6 => {
                let rejected = get(&service, &other.account, &own.token, number).await;
                assert_eq!(rejected.status, StatusCode::FORBIDDEN);
                assert!(!format!("{rejected:?}").contains("marker"), "{rejected:?}");
            }
            9 if client == 0 => write_handoffs(&service, &own).await,
            _ => {
                let response = get(&service, &own.account, &own.token, number).await;
                let text = format!("{response:?}");
                assert_eq!(response.status, StatusCode::OK, "{text}");
                assert!(text.contains(own.marker) && !text.contains(other.marker), "{text}");
                assert_eq!(response.header("x-total-count"), HANDOFFS.to_string());
                pages += 1;
            }
        }
    }
    pages
}

async fn no_response_contains_data_of_another_account(database: &str, caches: CacheSettings) {
    let options = Options { connections: 2, wait: Duration::from_mins(1), ..Options::default() };
    let service = Arc::new(Service::with_database(database, &options, caches, "http://127.0.0.1:8080").await);
    let one = Arc::new(tenant(&service, "12345678", "marker-in-one").await);
    let two = Arc::new(tenant(&service, "le87654321", "marker-in-two").await);
    let tasks: Vec<_> = (0..CLIENTS)
        .flat_map(|client| {
            [(&one, &two), (&two, &one)].map(|(own, other)| {
                tokio::spawn(send_requests(service.clone(), own.clone(), other.clone(), client))
            })
        })
        .collect();
    let mut pages = 0;
    for task in tasks {
        pages += task.await.unwrap();
    }
    assert!(pages >= 2 * CLIENTS * REQUESTS * 7 / 10, "only {pages} pages were compared");
}

/// Caches that are so small that nearly every page is read from the database.
fn no_memory() -> CacheSettings {
    CacheSettings { page_bytes: 1, token_bytes: 1, ..CacheSettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    for (name, caches) in [("cached", CacheSettings::default()), ("uncached", no_memory())] {
        let database = format!("sqlite:{}", folder.path().join(name).display());
        no_response_contains_data_of_another_account(&database, caches).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres() {
    for caches in [CacheSettings::default(), no_memory()] {
        let database = Postgres::shared().unwrap().database().unwrap();
        no_response_contains_data_of_another_account(&database, caches).await;
    }
}
