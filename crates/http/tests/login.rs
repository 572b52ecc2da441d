//! Login, refresh and logout as documented in the contract (§2.3), and the domain API (§1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{PASSWORD, Response, Service};
use outbound_app::{CacheSettings, Store};
use outbound_model::Role;
use outbound_store_sql::{Options, SqlStore};
use serde_json::{Value, json};

async fn service() -> Service {
    let service = Service::at("https://va.handoff.example").await;
    service.user("anna", Role::Administrator).await;
    service
}

fn text<'a>(response: &'a Response, field: &str) -> &'a str {
    response.body[field].as_str().unwrap()
}

fn is_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Cookie and body for refresh and logout.
fn tokens(login: &Response) -> (String, String) {
    let cookie = format!("theme=dark; {}", login.header("set-cookie").split(';').next().unwrap());
    (cookie, json!({ "csrf": login.body["csrf"] }).to_string())
}

async fn list(service: &Service, authorization: &str) -> Response {
    let path = "/api/account/12345678/app/prmsg/handoffs/list?v=1";
    let request = Request::get(path).header("authorization", authorization).body(Body::empty());
    service.call(request.unwrap()).await
}

async fn token(service: &Service, form: &str) -> Response {
    let request = Request::post("/sentinel/api/account/12345678/app/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    service.call(request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn get(service: &Service, path: &str) -> Response {
    service.call(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_slow_token_request_gets_an_oauth_error() {
    let service = service().await.with_body_timeout(Duration::from_millis(50));
    let never = Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
    let request = Request::post("/sentinel/api/account/12345678/app/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(never);
    let response = service.call(request.unwrap()).await;
    assert_eq!((response.status, text(&response, "error")), (StatusCode::REQUEST_TIMEOUT, "invalid_request"));
}

#[tokio::test]
async fn login_returns_the_documented_fields() {
    let service = service().await;
    let login = service.log_in("Anna", PASSWORD).await;
    assert_eq!((login.status, login.header("cache-control")), (StatusCode::OK, "no-store"));
    for field in ["csrf", "bearer", "sessionId"] {
        assert!(is_hex(text(&login, field)), "{field}: {}", login.body);
    }
    let config = &login.body["config"];
    assert_eq!(
        (&config["loginName"], &config["isAdmin"], &config["isLPA"]),
        (&json!("anna"), &json!(true), &json!(false))
    );
    assert_eq!(config["serverCurrentTime"], json!(1_474_561_800_000_i64));
    assert_eq!(config["userId"].as_str().unwrap().len(), 10);
    assert_eq!(text(&login, "sessionTTl"), "28800000");
    let host = &login.body["csdsCollectionResponse"]["baseURIs"][1];
    assert_eq!(
        *host,
        json!({ "service": "agentVep", "account": "12345678", "baseURI": "va.handoff.example" })
    );
    assert_eq!(login.body["accountData"]["agentGroupsData"]["items"][0]["id"], json!(-1));
}

#[tokio::test]
async fn the_session_cookie_is_http_only_and_limited_to_the_account() {
    for (url, secure) in [("https://va.handoff.example", "; Secure"), ("http://127.0.0.1:8080", "")] {
        let service = Service::at(url).await;
        service.user("anna", Role::Lpa).await;
        let login = service.log_in("anna", PASSWORD).await;
        let expected = format!(
            "Session_id={}; Path=/api/account/12345678; Max-Age=28800; HttpOnly; SameSite=Lax{secure}",
            text(&login, "sessionId")
        );
        assert_eq!(login.header("set-cookie"), expected);
    }
}

#[tokio::test]
async fn the_bearer_reads_handoffs_until_logout() {
    let service = service().await;
    let login = service.log_in("anna", PASSWORD).await;
    let (bearer, (cookie, csrf)) = (text(&login, "bearer").to_owned(), tokens(&login));
    for authorization in [format!("Bearer {bearer}"), bearer.clone()] {
        assert_eq!(list(&service, &authorization).await.status, StatusCode::OK, "{authorization}");
    }
    let refreshed = service.post("refresh", &cookie, &csrf).await;
    assert_eq!((refreshed.status, &refreshed.body), (StatusCode::OK, &Value::Null));
    assert_eq!(refreshed.header("set-cookie"), login.header("set-cookie"));
    let logout = service.post("logout", &cookie, &csrf).await;
    assert_eq!((logout.status, &logout.body), (StatusCode::OK, &Value::Null));
    assert!(logout.header("set-cookie").starts_with("Session_id=; "), "{logout:?}");
    let rejected = list(&service, &format!("Bearer {bearer}")).await;
    assert_eq!((rejected.status, text(&rejected, "error")), (StatusCode::UNAUTHORIZED, "session_over"));
    assert_eq!(service.post("refresh", &cookie, &csrf).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_csrf_gets_the_documented_body() {
    let service = service().await;
    let login = service.log_in("anna", PASSWORD).await;
    let (cookie, _) = tokens(&login);
    for path in ["refresh", "logout"] {
        let rejected = service.post(path, &cookie, r#"{"csrf":"0"}"#).await;
        assert_eq!(rejected.status, StatusCode::UNAUTHORIZED, "{path}");
        let error = json!({ "time": "Sep 22, 2016 4:30:00 PM", "message": rejected.body["error"]["message"],
            "internalCode": 10, "responseStatus": "UNAUTHORIZED" });
        assert_eq!(rejected.body, json!({ "error": error }));
        assert!(error["message"].as_str().unwrap().starts_with("CSRF token invalid!"));
    }
}

#[tokio::test]
async fn rejections_have_the_documented_status_and_code() {
    let service = service().await;
    let application =
        r#"{"username":"anna","appKey":"k","secret":"s","accessToken":"dummy","accessTokenSecret":"dummy"}"#;
    let user = r#"{"username":"anna","password":"wrong"}"#;
    for (path, body, status, code) in [
        ("login?v=1.3", user, 401, 11),
        ("login?v=1.3", r#"{"username":"unknown","password":"wrong"}"#, 401, 11),
        ("login", user, 400, 14),
        ("login?v=1", user, 400, 14),
        ("login?v=1.3", "", 400, 14),
        ("login?v=1.3", "{", 400, 14),
        ("login?v=1.3", "[]", 400, 14),
        ("login?v=1.3", r#"{"username":"anna"}"#, 400, 14),
        ("login?v=1.3", r#"{"username":7,"password":"x"}"#, 400, 14),
        ("login?v=1.3", application, 400, 15),
        ("refresh", r#"{"csrf":"0"}"#, 401, 12),
        ("refresh", "{}", 400, 14),
        ("logout", r#"{"csrf":"0"}"#, 401, 12),
    ] {
        let rejected = service.post(path, "", body).await;
        let found = (rejected.status.as_u16(), &rejected.body["error"]["internalCode"]);
        assert_eq!(found, (status, &json!(code)), "{path} {body}: {}", rejected.body);
    }
}

#[tokio::test]
async fn an_error_does_not_repeat_the_request_body() {
    let service = service().await;
    let rejected = service.post("login?v=1.3", "", r#"{"username":"anna","password":hunter22}"#).await;
    assert_eq!(rejected.status, StatusCode::BAD_REQUEST);
    assert!(!rejected.body.to_string().contains("hunter"), "{}", rejected.body);
}

#[tokio::test]
async fn a_cross_site_form_cannot_log_in() {
    let service = service().await;
    let body = Body::from(format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#));
    let request = Request::post("/api/account/12345678/login?v=1.3").header("content-type", "text/plain");
    assert_eq!(service.call(request.body(body).unwrap()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_locked_login_returns_retry_after() {
    let service = service().await;
    for _ in 0..5 {
        assert_eq!(service.log_in("anna", "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    let locked = service.log_in("anna", PASSWORD).await;
    assert_eq!((locked.status, locked.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "900"));
    assert_eq!(locked.body["error"]["responseStatus"], json!("TOO_MANY_REQUESTS"));
}

/// The status, and the remaining requests of the budget that was charged.
fn status_and_remaining(response: &Response) -> (u16, &str) {
    (response.status.as_u16(), response.header("x-ratelimit-remaining"))
}

#[tokio::test]
async fn authenticated_requests_are_charged_to_the_account_and_others_to_the_address() {
    let service = service().await.with_burst(5);
    let operator = service.app.operator(&"12345678".parse().unwrap());
    let client = service.app.create_client(&operator, "app", "handoffs.read".parse().unwrap()).await.unwrap();
    let credential = format!("client_id={}&client_secret={}", client.id, client.secret.expose());
    let login = service.log_in("anna", PASSWORD).await;
    assert_eq!(status_and_remaining(&login), (200, "4"));
    assert_eq!(status_and_remaining(&service.log_in("anna", "wrong").await), (401, "4"));
    let (cookie, csrf) = tokens(&login);
    assert_eq!(status_and_remaining(&service.post("refresh", &cookie, &csrf).await), (200, "3"));
    assert_eq!(status_and_remaining(&service.post("refresh", &cookie, r#"{"csrf":"0"}"#).await), (401, "3"));
    assert_eq!(status_and_remaining(&list(&service, text(&login, "bearer")).await), (200, "2"));
    assert_eq!(status_and_remaining(&token(&service, &credential).await), (200, "1"));
    assert_eq!(status_and_remaining(&token(&service, "client_id=x&client_secret=y").await), (401, "2"));
    let path = "/api/account/12345678/service/baseURI.json?version=1.0";
    assert_eq!(status_and_remaining(&get(&service, path).await), (200, "1"));
    assert_eq!(status_and_remaining(&service.post("logout", &cookie, &csrf).await), (200, "0"));
    assert_eq!(status_and_remaining(&service.log_in("anna", PASSWORD).await), (429, "0"));
    assert_eq!(status_and_remaining(&token(&service, &credential).await), (429, "0"));
    assert_eq!(status_and_remaining(&service.log_in("anna", "wrong").await), (401, "0"));
}

/// For example during a large import by another process. Sessions have a file of their own.
#[tokio::test]
async fn during_another_long_write_a_save_returns_retry_after_and_a_login_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let options = Options { writer_wait: Duration::from_secs(1), ..Options::default() };
    let service =
        Service::with_database(&database, &options, CacheSettings::default(), "http://127.0.0.1:8080").await;
    service.user("anna", Role::Administrator).await;
    let other: Box<dyn Store> = Box::new(SqlStore::open(&database, &Options::default()).await.unwrap());
    let held = other.write_catalogue(&"12345678".parse().unwrap()).await.unwrap();
    let login = service.log_in("anna", PASSWORD).await;
    assert_eq!(login.status, StatusCode::OK);
    let save = || {
        Request::post("/manage/v1/accounts/12345678/handoffs")
            .header("authorization", format!("Bearer {}", text(&login, "bearer")))
            .header("content-type", "application/json")
            .body(Body::from(r#"{"name": "Tea", "channels": []}"#))
            .unwrap()
    };
    let rejected = service.call(save()).await;
    let found = (rejected.status, rejected.header("retry-after"), text(&rejected, "error"));
    assert_eq!(found, (StatusCode::SERVICE_UNAVAILABLE, "5", "database_busy"));
    drop(held);
    assert_eq!(service.call(save()).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_domain_api_returns_one_service_or_all() {
    let service = service().await;
    let one = get(&service, "/api/account/12345678/service/sentinel/baseURI.json?version=1.0").await;
    let host = json!({ "service": "sentinel", "account": "12345678", "baseURI": "va.handoff.example" });
    assert_eq!((one.status, &one.body), (StatusCode::OK, &host));
    let all = get(&service, "/api/account/le77/service/baseURI.json?version=1.0").await;
    let names: Vec<_> = all.body["baseURIs"].as_array().unwrap().iter().map(|b| &b["service"]).collect();
    assert_eq!(names, ["sentinel", "agentVep", "proactiveHandoff", "leDataReporting", "proactive"]);
}

#[tokio::test]
async fn the_domain_api_rejects_unknown_services_and_versions() {
    let service = service().await;
    for (path, status) in [
        ("12345678/service/Sentinel/baseURI.json?version=1.0", 404),
        ("12345678/service/idp/baseURI.json?version=1.0", 404),
        ("12345678/service/sentinel/baseURI.json", 400),
        ("12345678/service/baseURI.json?version=1", 400),
        ("12345678/service/baseURI.json?version=1.0&version=1.0", 400),
        ("a%20b/service/baseURI.json?version=1.0", 404),
    ] {
        let rejected = get(&service, &format!("/api/account/{path}")).await;
        assert_eq!(rejected.status.as_u16(), status, "{path}");
        assert!(rejected.body["message"].is_string(), "{path}: {}", rejected.body);
    }
}

/// A network may have four logins of an account that hash or wait to hash, and 64 that wait for those. The others
/// are rejected immediately.
#[tokio::test]
async fn logins_over_the_queue_limit_return_retry_after() {
    let service = service().await;
    let names: Vec<_> = (0..80).map(|number| format!("user{number}")).collect();
    let responses = futures::future::join_all(names.iter().map(|name| service.log_in(name, "wrong"))).await;
    let (busy, wrong): (Vec<_>, Vec<_>) = responses.iter().partition(|response| response.status == 429);
    // At most 12, or fewer if hashes ended before the last login arrived.
    assert!((1..=12).contains(&busy.len()), "{}", busy.len());
    for response in busy {
        let code = &response.body["error"]["internalCode"];
        assert_eq!((response.header("retry-after"), code), ("5", &json!(13)), "{response:?}");
    }
    assert!(wrong.iter().all(|response| response.status == 401));
}
