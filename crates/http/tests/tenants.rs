//! Two accounts press a pool of two connections as hard as they can, giving requests up halfway and
//! writing meanwhile: no answer to one ever holds a byte of the other's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{Answer, Service};
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

/// An account, what is planted in it, and a token for it.
struct Tenant {
    account: AccountId,
    planted: &'static str,
    token: String,
}

async fn tenant(service: &Service, account: &str, planted: &'static str) -> Tenant {
    let account: AccountId = account.parse().unwrap();
    // One is there already.
    let _ = service.app.create_account(account.clone()).await;
    let scopes = [Scope::HandoffsRead].into_iter().collect();
    let client = service.app.create_client(&service.app.operator(&account), "test", scopes).await.unwrap();
    let (client_id, client_secret) = (client.id.to_string(), client.secret);
    let request = TokenRequest { account: account.clone(), client_id, client_secret, scope: None };
    let token = service.app.grant_token(request).await.unwrap().access_token;
    let tenant = Tenant { account, planted, token };
    plant(service, &tenant).await;
    tenant
}

/// Writes all handoffs of a tenant anew: the same ids, and every text its own.
async fn plant(service: &Service, tenant: &Tenant) {
    let planted = tenant.planted;
    let handoffs = (0..HANDOFFS).map(|number| {
        let content = format!("{planted} ${{{{1}}}}");
        json!({"id": format!("H{number:015}"), "name": format!("{planted} {number}"), planted: planted, "channels": [{
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

async fn get(service: &Service, account: &AccountId, token: &str, number: u32) -> Answer {
    let channel = if number.is_multiple_of(2) { "" } else { "/channel/sms-twilio" };
    let (limit, offset) = (1 + number % 30, number * 7 % HANDOFFS);
    let path = format!("/api/account/{account}/app/prmsg/handoffs/list{channel}?v=1");
    let request = Request::get(format!("{path}&limit={limit}&offset={offset}"))
        .header("authorization", token)
        .header("host", "localhost");
    service.call(request.body(Body::empty()).unwrap()).await
}

/// Asks as `own`, now and then as `own` for the `other`'s account; answers how many pages it got.
async fn hammer(service: Arc<Service>, own: Arc<Tenant>, other: Arc<Tenant>, client: u32) -> u32 {
    let mut pages = 0;
    for number in (0..REQUESTS).map(|number| number + client * REQUESTS) {
        match number % 10 {
            3 => {
                let given_up = get(&service, &own.account, &own.token, number);
                let _ = timeout(Duration::from_micros(u64::from(number)), given_up).await;
            }
            6 => {
                let refused = get(&service, &other.account, &own.token, number).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN);
                assert!(!format!("{refused:?}").contains("planted"), "{refused:?}");
            }
            9 if client == 0 => plant(&service, &own).await,
            _ => {
                let answer = get(&service, &own.account, &own.token, number).await;
                let text = format!("{answer:?}");
                assert_eq!(answer.status, StatusCode::OK, "{text}");
                assert!(text.contains(own.planted) && !text.contains(other.planted), "{text}");
                assert_eq!(answer.header("x-total-count"), HANDOFFS.to_string());
                pages += 1;
            }
        }
    }
    pages
}

async fn no_answer_holds_another_accounts_bytes(database: &str, caches: CacheSettings) {
    let options = Options { connections: 2, wait: Duration::from_mins(1), ..Options::default() };
    let service = Arc::new(Service::over(database, &options, caches, "http://127.0.0.1:8080").await);
    let one = Arc::new(tenant(&service, "12345678", "planted-in-one").await);
    let two = Arc::new(tenant(&service, "le87654321", "planted-in-two").await);
    let tasks: Vec<_> = (0..CLIENTS)
        .flat_map(|client| {
            [(&one, &two), (&two, &one)]
                .map(|(own, other)| tokio::spawn(hammer(service.clone(), own.clone(), other.clone(), client)))
        })
        .collect();
    let mut pages = 0;
    for task in tasks {
        pages += task.await.unwrap();
    }
    assert!(pages >= 2 * CLIENTS * REQUESTS * 7 / 10, "only {pages} pages were compared");
}

/// So little that nearly every page comes from the database.
fn no_memory() -> CacheSettings {
    CacheSettings { page_bytes: 1, token_bytes: 1, ..CacheSettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    for (name, caches) in [("cached", CacheSettings::default()), ("uncached", no_memory())] {
        let database = format!("sqlite:{}", folder.path().join(name).display());
        no_answer_holds_another_accounts_bytes(&database, caches).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres() {
    for caches in [CacheSettings::default(), no_memory()] {
        let database = Postgres::shared().unwrap().database().unwrap();
        no_answer_holds_another_accounts_bytes(&database, caches).await;
    }
}
