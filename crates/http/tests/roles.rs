//! Which role may call which operation. The table lists every operation of the specification.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::collections::BTreeSet;

use axum::body::{Body, Bytes};
use axum::http::request::Builder;
use axum::http::{Request, StatusCode};
use common::{PASSWORD, Response, Service};
use outbound_model::Role;

const READERS: Option<&[Role]> = Some(&[Role::Administrator, Role::CampaignManager, Role::Lpa]);
/// Needs neither a role nor a credential.
const OPEN: Option<&[Role]> = None;

const WRITERS: Option<&[Role]> = Some(&[Role::Administrator, Role::CampaignManager]);
const ADMINISTRATORS: Option<&[Role]> = Some(&[Role::Administrator]);

/// Only for clients, with an AppJWT.
const CLIENTS: Option<&[Role]> = Some(&[]);

const TABLE: [(&str, Option<&[Role]>); 88] = [
    ("delete /manage/v1/accounts/{accountId}/api-keys/{appKey}", ADMINISTRATORS),
    ("delete /manage/v1/accounts/{accountId}/clients/{clientId}", ADMINISTRATORS),
    ("delete /manage/v1/accounts/{accountId}/handoffs/{id}", WRITERS),
    ("delete /manage/v1/accounts/{accountId}/users/{username}", ADMINISTRATORS),
    ("delete /manage/v1/accounts/{accountId}/webhooks/{webhookId}", ADMINISTRATORS),
    ("get /api/account/{accountId}/app/{app}/analytics", READERS),
    ("get /api/account/{accountId}/app/{app}/campaigns/{proactiveCampaignId}", READERS),
    ("get /api/account/{accountId}/app/{app}/campaigns/{proactiveCampaignId}/analytics", READERS),
    ("get /api/account/{accountId}/app/{app}/handoffs/list", READERS),
    ("get /api/account/{accountId}/app/{app}/handoffs/list/channel/{channel}", READERS),
    ("get /api/account/{accountId}/service/baseURI.json", OPEN),
    ("get /api/account/{accountId}/service/{name}/baseURI.json", OPEN),
    ("get /callbacks/{callbackId}/{provider}", OPEN),
    ("get /healthz", OPEN),
    ("post /callbacks/{callbackId}/{provider}", OPEN),
    ("get /manage/v1/accounts/{accountId}/api-keys", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/audit", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/changes", READERS),
    ("get /manage/v1/accounts/{accountId}/clients", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/handoffs", READERS),
    ("get /manage/v1/accounts/{accountId}/handoffs/{id}", READERS),
    ("get /manage/v1/accounts/{accountId}/handoffs/{id}/diff", READERS),
    ("get /manage/v1/accounts/{accountId}/handoffs/{id}/versions", READERS),
    ("get /manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}", READERS),
    ("get /manage/v1/accounts/{accountId}/settings", READERS),
    ("get /manage/v1/accounts/{accountId}/users", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/webhooks", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/webhooks/{webhookId}", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}", ADMINISTRATORS),
    ("get /metrics", OPEN),
    ("get /readyz", OPEN),
    ("get /sentinel/well-known/jwks", OPEN),
    ("post /api/account/{accountId}/app/{app}/analytics", READERS),
    ("post /api/account/{accountId}/app/{app}/transactions", READERS),
    ("post /api/account/{accountId}/login", OPEN),
    ("post /api/account/{accountId}/logout", OPEN),
    ("post /api/account/{accountId}/refresh", OPEN),
    ("post /manage/v1/accounts/{accountId}/api-keys", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/clients", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/events", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/handoffs", WRITERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/check", READERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/import", WRITERS),
    ("get /manage/v1/accounts/{accountId}/imports/{importId}", WRITERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/render", READERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/{id}/publish", WRITERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/{id}/render", READERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/{id}/restore", WRITERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/{id}/unpublish", WRITERS),
    ("post /manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}/restore", WRITERS),
    ("post /manage/v1/accounts/{accountId}/users", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}/resend", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks/{webhookId}/disable", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks/{webhookId}/enable", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks/{webhookId}/ping", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/webhooks/{webhookId}/rotate-secret", ADMINISTRATORS),
    ("post /sentinel/api/account/{accountId}/app/token", OPEN),
    ("post /sentinel/api/v2/account/{accountId}/app/token", OPEN),
    ("delete /manage/v1/accounts/{accountId}/connections/{connectionId}", ADMINISTRATORS),
    ("get /api/v2/account/{accountId}/campaign/{campaignId}/conversations", CLIENTS),
    ("get /manage/v1/accounts/{accountId}/campaigns", READERS),
    ("get /manage/v1/accounts/{accountId}/campaigns/{campaignId}", READERS),
    ("get /manage/v1/accounts/{accountId}/campaigns/{campaignId}/recipients", READERS),
    ("get /manage/v1/accounts/{accountId}/connections", ADMINISTRATORS),
    ("post /api/v2/account/{accountId}/campaign", CLIENTS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/cancel", WRITERS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/launch", WRITERS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/pause", WRITERS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/recipients/{number}/resolve", WRITERS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/resume", WRITERS),
    ("post /manage/v1/accounts/{accountId}/campaigns/{campaignId}/retry-failed", WRITERS),
    ("post /manage/v1/accounts/{accountId}/connections", ADMINISTRATORS),
    ("get /manage/v1/accounts/{accountId}/opt-outs", READERS),
    ("post /manage/v1/accounts/{accountId}/consumers/erase", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/opt-outs", WRITERS),
    ("post /manage/v1/accounts/{accountId}/opt-outs/remove", WRITERS),
    ("post /manage/v1/accounts/{accountId}/opt-outs/import", WRITERS),
    ("get /manage/v1/accounts/{accountId}/opt-outs/export", ADMINISTRATORS),
    ("post /manage/v1/accounts/{accountId}/conversations/close", WRITERS),
    ("get /manage/v1/accounts/{accountId}/lanes", READERS),
    ("post /manage/v1/accounts/{accountId}/lanes/resume", WRITERS),
    ("post /manage/v1/accounts/{accountId}/connections/{connectionId}/rotate-callback", ADMINISTRATORS),
    ("put /manage/v1/accounts/{accountId}/handoffs/{id}", WRITERS),
    ("put /manage/v1/accounts/{accountId}/settings", ADMINISTRATORS),
    ("put /manage/v1/accounts/{accountId}/users/{username}/password", ADMINISTRATORS),
    ("put /manage/v1/accounts/{accountId}/users/{username}/role", ADMINISTRATORS),
];

/// A request for an operation; the ids in its path do not exist.
fn request(operation: &str) -> Builder {
    let (method, path) = operation.split_once(' ').unwrap();
    let path = path.replace("{accountId}", "12345678").replace("{app}", "prmsg");
    let path = path
        .replace("{channel}", "wa")
        .replace("{name}", "sentinel")
        .replace("{version}", "1")
        .replace("{number}", "1")
        .replace("{campaignId}", "a9cRASfbQ")
        .replace("{callbackId}", "x")
        .replace("{provider}", "meta");
    let path = [
        "{id}",
        "{clientId}",
        "{appKey}",
        "{username}",
        "{webhookId}",
        "{connectionId}",
        "{proactiveCampaignId}",
    ]
    .iter()
    .fold(path, |p, name| p.replace(name, "x"));
    let v = if path.ends_with("/login") { "1.3" } else { "1" };
    Request::builder().method(&*method.to_uppercase()).uri(format!("{path}?v={v}&version=1.0"))
}

async fn call(service: &Service, operation: &str, bearer: Option<&str>) -> Response {
    let mut request = request(operation);
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    service.call(request.body(Body::empty()).unwrap()).await
}

#[test]
fn every_operation_of_the_specification_is_in_the_table() {
    let document = serde_json::to_value(outbound_http::openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
    });
    let table = TABLE.map(|(operation, _)| operation.to_owned());
    assert_eq!(operations.collect::<BTreeSet<_>>(), table.into());
}

#[tokio::test]
async fn each_role_may_call_the_operations_of_the_table() {
    let service = Service::at("http://127.0.0.1:8080").await;
    for role in Role::ALL {
        service.user(role.as_str(), role).await;
        let login = service.log_in(role.as_str(), PASSWORD).await;
        let bearer = login.body["bearer"].as_str().unwrap();
        for (operation, roles) in TABLE {
            let status = call(&service, operation, Some(bearer)).await.status;
            let matches_table = match roles {
                OPEN => status == call(&service, operation, None).await.status,
                // A permitted role gets another error, because the request is incomplete.
                Some(roles) if roles.contains(&role) => {
                    ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status)
                        && !status.is_server_error()
                }
                Some(_) => status == StatusCode::FORBIDDEN,
            };
            assert!(matches_table, "{role}: {operation} {status}");
        }
    }
}

#[tokio::test]
async fn operations_with_a_role_reject_unauthenticated_requests() {
    let service = Service::at("http://127.0.0.1:8080").await;
    for (operation, _) in TABLE.into_iter().filter(|(_, roles)| *roles != OPEN) {
        for bearer in [None, Some(&*"0".repeat(64))] {
            let rejected = call(&service, operation, bearer).await;
            assert_eq!(rejected.status, StatusCode::UNAUTHORIZED, "{operation}");
            assert!(rejected.header("www-authenticate").starts_with("Bearer"), "{operation}");
        }
    }
}

/// Content type and chunks of bodies that no operation can read; `None` is a broken connection.
const BROKEN_BODIES: [(&str, &[Option<&[u8]>]); 6] = [
    ("application/json", &[Some(b"{\"name\": "), None]),
    ("application/json", &[Some(b"{\"name\": ")]),
    ("application/json", &[Some(b"\xff\xfe")]),
    ("application/x-www-form-urlencoded", &[Some(b"client_id=a"), None]),
    ("multipart/form-data; boundary=b", &[Some(b"--b\r\n"), None]),
    ("text/\u{e9}", &[Some(b"{}")]),
];

#[tokio::test]
async fn no_operation_answers_a_broken_body_with_a_server_error() {
    let service = Service::at("http://127.0.0.1:8080").await;
    service.user("anna", Role::Administrator).await;
    let login = service.log_in("anna", PASSWORD).await;
    let bearer = format!("Bearer {}", login.body["bearer"].as_str().unwrap());
    for (operation, _) in TABLE.iter().filter(|(operation, _)| !operation.starts_with("get ")) {
        for (media_type, chunks) in BROKEN_BODIES {
            let body = chunks.iter().map(|chunk| {
                chunk.map(Bytes::from_static).ok_or(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            });
            let request = request(operation).header("authorization", &bearer);
            let request = request.header("content-type", media_type.as_bytes());
            let body = Body::from_stream(futures::stream::iter(body.collect::<Vec<_>>()));
            let response = service.call(request.body(body).unwrap()).await;
            // Operations without a request body do not read it, so they may succeed.
            assert!(!response.status.is_server_error(), "{operation} {media_type} {chunks:?}: {response:?}");
            assert!(response.status.is_success() || response.body.is_object(), "{operation}: {response:?}");
        }
    }
}
