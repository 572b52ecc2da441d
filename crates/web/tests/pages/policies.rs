//! Every route of the service is treated according to its policy.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use outbound_http::{
    BodyLimit, BudgetClass, ContentPolicy, Edge, EdgeOptions, ErrorFormat, Guarded, HttpLimits, Rate,
    RoutePolicy, TrailingSlash,
};
use outbound_model::Role;
use outbound_model::testing::{ManualClock, SequenceGenerator};
use serde_json::{Value, json};

use crate::service::{ACCOUNT, PASSWORD, Service};

/// The service with budgets that are never exhausted, and its declared routes.
struct Walk {
    service: Service,
    guarded: Guarded,
    routes: Vec<(String, RoutePolicy)>,
}

impl Walk {
    async fn new() -> Self {
        let service = Service::new().await;
        let rate = Rate { per_second: 1000.try_into().unwrap(), burst: 100_000.try_into().unwrap() };
        let edge = Edge::new(EdgeOptions {
            limits: HttpLimits::default(),
            rate: Some(rate),
            trusted_proxies: Vec::new(),
            clock: Arc::new(ManualClock::default()),
            generator: Arc::<SequenceGenerator>::default(),
        });
        let (app, pages) = (service.app.clone(), outbound_web::pages(service.app.clone()));
        let api = outbound_http::api_routes(app.clone());
        let routes = [pages.routes.policies(), api.policies()].concat();
        let guarded = outbound_http::router_with_pages(app, &edge, pages);
        Self { service, guarded, routes }
    }

    /// A request with a method that no route supports, so that no handler runs.
    async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.send("PATCH", path, headers, Body::empty()).await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Response {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.guarded.handle(request.body(body).unwrap()).await
    }
}

/// A path of the route.
fn path(template: &str) -> String {
    let mut parts = template.split('{');
    let start = parts.next().unwrap().to_owned();
    parts.fold(start, |path, part| path + ACCOUNT + part.split_once('}').unwrap().1)
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn budget_content_policy_and_read_only_mode_depend_on_the_route() {
    let walk = Walk::new().await;
    assert!(walk.routes.len() > 80, "{}", walk.routes.len());
    for (template, policy) in &walk.routes {
        let response = walk.ask(&path(template), &[]).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{template}");
        let is_charged = response.headers().contains_key("x-ratelimit-limit");
        assert_eq!(is_charged, policy.budget != BudgetClass::Free, "{template}");
        let loads_files = header(&response, "content-security-policy").contains("style-src 'self'");
        assert_eq!(loads_files, policy.content == ContentPolicy::Documentation, "{template}");
        let message = body(response).await["message"].as_str().unwrap().to_owned();
        assert_eq!(message.contains("read-only"), policy.read_only, "{template}: {message}");
    }
}

#[tokio::test]
async fn browsers_get_error_pages_on_page_routes() {
    let walk = Walk::new().await;
    for (template, policy) in &walk.routes {
        let response = walk.ask(&path(template), &[("accept", "text/html")]).await;
        let is_page = header(&response, "content-type").starts_with("text/html");
        assert_eq!(is_page, policy.errors == ErrorFormat::Page, "{template}");
    }
}

#[tokio::test]
async fn a_trailing_slash_is_ignored_if_the_policy_says_so() {
    let walk = Walk::new().await;
    let is_route = |path: &str| walk.routes.iter().any(|(template, _)| template == path);
    for (template, policy) in &walk.routes {
        let longer = format!("{template}/");
        if longer.starts_with("/api/api-docs/") || is_route(&longer) {
            continue;
        }
        let expected = match policy.trailing_slash {
            TrailingSlash::Ignored => StatusCode::METHOD_NOT_ALLOWED,
            TrailingSlash::Significant => StatusCode::NOT_FOUND,
        };
        assert_eq!(walk.ask(&path(&longer), &[]).await.status(), expected, "{template}");
    }
}

#[tokio::test]
async fn bodies_have_the_limit_of_the_route() {
    let (walk, limits) = (Walk::new().await, HttpLimits::default());
    for (template, policy) in &walk.routes {
        let most = match policy.body {
            BodyLimit::Usual => limits.body_bytes,
            BodyLimit::Import => limits.import_bytes,
            BodyLimit::Events => outbound_app::MAX_EVENTS_BYTES as u64,
            BodyLimit::Callback => 3 * 1024 * 1024,
        };
        let whole = walk.ask(&path(template), &[("content-length", &most.to_string())]).await;
        assert_ne!(whole.status(), StatusCode::PAYLOAD_TOO_LARGE, "{template}");
        let longer = walk.ask(&path(template), &[("content-length", &(most + 1).to_string())]).await;
        assert_eq!(longer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{template}");
        let expected = if policy.errors == ErrorFormat::OAuth { "invalid_request" } else { "body_too_large" };
        assert_eq!(body(longer).await["error"], expected, "{template}");
    }
}

#[tokio::test]
async fn responses_are_not_stored_if_the_policy_forbids_it() {
    let walk = Walk::new().await;
    walk.service.user("ann", Role::Administrator).await;
    let login = json!({"username": "ann", "password": PASSWORD}).to_string();
    let path_of_login = format!("/api/account/{ACCOUNT}/login?v=1.3");
    let logged_in =
        walk.send("POST", &path_of_login, &[("content-type", "application/json")], Body::from(login)).await;
    assert_eq!(logged_in.status(), StatusCode::OK);
    let authorization = format!("Bearer {}", body(logged_in).await["bearer"].as_str().unwrap());
    let mut stored = Vec::new();
    for (template, policy) in walk.routes.iter().filter(|(template, _)| template.starts_with("/manage/")) {
        let response =
            walk.send("GET", &path(template), &[("authorization", &authorization)], Body::empty()).await;
        if response.status() == StatusCode::OK {
            assert_eq!(header(&response, "cache-control") == "no-store", policy.no_store, "{template}");
            stored.push(template);
        }
    }
    assert!(stored.len() > 5, "{stored:?}");
}

#[tokio::test]
async fn paths_without_a_route_have_the_policy_of_their_surface() {
    let walk = Walk::new().await;
    for (path, is_page, is_charged) in [
        ("/nowhere", true, true),
        ("/handoffs/1/nowhere", true, true),
        ("/assets/no/such/file", true, false),
        ("/api/nowhere", false, true),
        ("/api/account/12345678/nowhere/", false, true),
        ("/sentinel/nowhere", false, true),
        ("/manage/v2/accounts", false, true),
        ("/healthz/", false, true),
    ] {
        let response = walk.ask(path, &[("accept", "text/html")]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&response, "content-type").starts_with("text/html"), is_page, "{path}");
        assert_eq!(response.headers().contains_key("x-ratelimit-limit"), is_charged, "{path}");
    }
}
