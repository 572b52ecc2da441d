//! Which role may call which operation: every operation of the specification stands in the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{Answer, PASSWORD, Service};
use outbound_model::Role;

const READERS: Option<&[Role]> = Some(&[Role::Administrator, Role::CampaignManager, Role::Lpa]);
/// Nobody needs a role, or a credential.
const OPEN: Option<&[Role]> = None;

const TABLE: [(&str, Option<&[Role]>); 14] = [
    ("get /api/account/{accountId}/app/{app}/handoffs/list", READERS),
    ("get /api/account/{accountId}/app/{app}/handoffs/list/channel/{channel}", READERS),
    ("get /api/account/{accountId}/service/baseURI.json", OPEN),
    ("get /api/account/{accountId}/service/{name}/baseURI.json", OPEN),
    ("get /healthz", OPEN),
    ("get /manage/v1/accounts/{accountId}/changes", READERS),
    ("get /metrics", OPEN),
    ("get /readyz", OPEN),
    ("get /sentinel/well-known/jwks", OPEN),
    ("post /api/account/{accountId}/login", OPEN),
    ("post /api/account/{accountId}/logout", OPEN),
    ("post /api/account/{accountId}/refresh", OPEN),
    ("post /sentinel/api/account/{accountId}/app/token", OPEN),
    ("post /sentinel/api/v2/account/{accountId}/app/token", OPEN),
];

async fn call(service: &Service, operation: &str, bearer: Option<&str>) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let path = path.replace("{accountId}", "12345678").replace("{app}", "prmsg");
    let path = path.replace("{channel}", "wa").replace("{name}", "sentinel");
    let mut request =
        Request::builder().method(&*method.to_uppercase()).uri(format!("{path}?v=1&version=1.0"));
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
async fn each_role_may_call_what_the_table_says() {
    let service = Service::at("http://127.0.0.1:8080").await;
    for role in Role::ALL {
        service.user(role.as_str(), role).await;
        let login = service.log_in(role.as_str(), PASSWORD).await;
        let bearer = login.body["bearer"].as_str().unwrap();
        for (operation, roles) in TABLE {
            let status = call(&service, operation, Some(bearer)).await.status;
            let expected = match roles {
                OPEN => call(&service, operation, None).await.status,
                Some(roles) if roles.contains(&role) => StatusCode::OK,
                Some(_) => StatusCode::FORBIDDEN,
            };
            assert_eq!(status, expected, "{role}: {operation}");
        }
    }
}

#[tokio::test]
async fn what_needs_a_role_is_closed_to_strangers() {
    let service = Service::at("http://127.0.0.1:8080").await;
    for (operation, _) in TABLE.into_iter().filter(|(_, roles)| *roles != OPEN) {
        for bearer in [None, Some(&*"0".repeat(64))] {
            let refused = call(&service, operation, bearer).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{operation}");
            assert!(refused.header("www-authenticate").starts_with("Bearer"), "{operation}");
        }
    }
}
