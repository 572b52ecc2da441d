//! Tests of request budgets.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use outbound_model::Monotonic;

use super::budget::{AccountBudget, Budgets, SESSION_BURST};
use super::{BudgetClass, Caller, Edge, Guarded, Rate, RoutePolicy, Routes, sample};
use crate::error::ApiError;

async fn accept(caller: Caller, Path(account): Path<String>) -> Result<(), ApiError> {
    caller.charge(&account.parse().unwrap(), None)
}

async fn reject(caller: Caller, Path(account): Path<String>) -> Result<(), ApiError> {
    let account = account.parse().unwrap();
    let _reservation = caller.reserve(&account, None)?;
    Err(ApiError::missing_credential())
}

async fn page(caller: Caller, Path(session): Path<String>) -> Result<(), ApiError> {
    caller.charge_session(&"a".parse().unwrap(), &session)
}

async fn counters(caller: Caller) -> String {
    caller.edge().metrics().text().unwrap()
}

/// Routes with two requests per budget and a stopped clock.
fn routes() -> Guarded {
    let edge = Edge::new(sample(Some((1, 2))));
    let (charged, free) = (RoutePolicy::API, RoutePolicy { budget: BudgetClass::Free, ..RoutePolicy::API });
    let routes = Routes::new(charged)
        .route("/in/{account}", charged, get(accept))
        .route("/rejected/{account}", charged, get(reject))
        .route("/page/{session}", charged, get(page))
        .route("/out/{account}", charged, get(async || ApiError::missing_credential()))
        .route("/healthz", free, get(async || "ok"))
        .route("/metrics", free, get(counters));
    edge.around(routes)
}

async fn get_path(routes: &Guarded, path: &str) -> Response {
    let request = Request::get(path).header(header::HOST, "localhost");
    // Each account and session has its own credential.
    let has_credential = path.starts_with("/in/") || path.starts_with("/page/");
    let request = if has_credential { request.header(header::AUTHORIZATION, path) } else { request };
    routes.handle(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn requests_beyond_the_budget_of_an_address_do_not_reach_the_handler() {
    static HANDLED: AtomicU32 = AtomicU32::new(0);
    async fn login(caller: Caller) -> Result<(), ApiError> {
        caller.prepay()?;
        HANDLED.fetch_add(1, Ordering::Relaxed);
        Err(ApiError::missing_credential())
    }
    let edge = Edge::new(sample(Some((1, 2))));
    let policy = RoutePolicy::API;
    let routes =
        Routes::new(policy).route("/login", policy, get(login)).route("/in/{account}", policy, get(accept));
    let routes = edge.around(routes);
    assert_eq!(get_path(&routes, "/in/a").await.status(), 200);
    for (path, expected) in [
        ("/login", 401),
        ("/login", 401),
        ("/login", 429),
        ("/login", 429),
        // The first credential was valid from this address before, the second was not.
        ("/in/a", 200),
        ("/in/b", 429),
    ] {
        assert_eq!(get_path(&routes, path).await.status(), expected, "{path}");
    }
    assert_eq!(HANDLED.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn authenticated_requests_are_charged_to_the_account_and_others_to_the_address() {
    let routes = routes();
    for (path, expected) in [
        ("/in/a", 200),
        ("/out/a", 401),
        ("/in/a", 200),
        ("/in/a", 429),
        ("/in/b", 200),
        ("/nowhere", 404),
        ("/out/b", 429),
        ("/nowhere", 429),
        ("/in/b", 200),
        ("/healthz", 200),
        ("/metrics", 200),
    ] {
        assert_eq!(get_path(&routes, path).await.status(), expected, "{path}");
    }
}

#[tokio::test]
async fn requests_that_are_rejected_after_the_charge_are_charged_to_the_address() {
    let routes = routes();
    for (path, expected) in [
        ("/in/a", 200),
        ("/rejected/a", 401),
        ("/rejected/a", 401),
        ("/rejected/a", 429),
        ("/in/a", 200),
        ("/in/a", 429),
    ] {
        assert_eq!(get_path(&routes, path).await.status(), expected, "{path}");
    }
}

#[tokio::test]
async fn web_sessions_have_budgets_separate_from_the_account() {
    let routes = routes();
    for _ in 0..3 {
        get_path(&routes, "/in/a").await;
    }
    assert_eq!(get_path(&routes, "/in/a").await.status(), 429);
    for _ in 0..SESSION_BURST {
        assert_eq!(get_path(&routes, "/page/one").await.status(), 200);
    }
    let spent = get_path(&routes, "/page/one").await;
    assert_eq!(
        (spent.status().as_u16(), &spent.headers()["x-ratelimit-limit"]),
        (429, &HeaderValue::from(SESSION_BURST))
    );
    let body = to_bytes(spent.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("this session"), "{body:?}");
    assert_eq!(get_path(&routes, "/page/two").await.status(), 200, "another session");
}

#[tokio::test]
async fn responses_report_the_remaining_budget() {
    let routes = routes();
    for expected in [["2", "1", "1", "-"], ["2", "0", "2", "-"], ["2", "0", "2", "1"]] {
        let response = get_path(&routes, "/in/a").await;
        let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
        let found = names.map(|name| response.headers().get(name).map_or("-", |v| v.to_str().unwrap()));
        assert_eq!(found, expected);
    }
    assert!(!get_path(&routes, "/healthz").await.headers().contains_key("x-ratelimit-limit"));
}

#[tokio::test]
async fn metrics_are_labelled_by_route_and_contain_no_paths() {
    let routes = routes();
    for path in ["/in/a", "/in/a", "/in/a", "/out/a", "/secret-path?token=secret-value"] {
        get_path(&routes, path).await;
    }
    let body = to_bytes(get_path(&routes, "/metrics").await.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    for line in [
        r#"outbound_http_requests_total{route="/in/{account}",method="GET",status="200"} 2"#,
        r#"outbound_http_requests_total{route="/in/{account}",method="GET",status="429"} 1"#,
        r#"outbound_http_requests_total{route="-",method="GET",status="404"} 1"#,
        r#"outbound_http_request_duration_seconds_count{route="/out/{account}"} 1"#,
        r#"outbound_authentications_total{outcome="granted"} 3"#,
        r#"outbound_authentications_total{outcome="missing_credential"} 1"#,
        r#"outbound_rate_limited_total{budget="account"} 1"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn an_account_can_have_its_own_rate() {
    let rate = |per_second: u32, burst: u32| {
        Some(Rate { per_second: per_second.try_into().unwrap(), burst: burst.try_into().unwrap() })
    };
    for (installation, own, at_once) in [
        (rate(10, 20), None, Some(20)),
        (rate(10, 20), Some(0), None),
        (rate(10, 20), Some(100), Some(200)),
        (rate(10, 20), Some(1), Some(2)),
        (rate(10, 5), Some(1), Some(1)),
        (rate(1, u32::MAX), Some(100_000), Some(u32::MAX)),
        (None, None, None),
        (None, Some(3), Some(6)),
    ] {
        let budget = AccountBudget { account: &"a".parse().unwrap(), own_rate: own, api: None };
        let spent = Budgets::new(installation).charge_account(budget, Monotonic::from_micros(0));
        assert_eq!(spent.map(|spent| spent.limit), at_once, "{installation:?} {own:?}");
    }
}
