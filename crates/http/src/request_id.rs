//! Each request gets an id, which its answer, its errors and its log line carry.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use outbound_model::random_uuid;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use uuid::Uuid;

use crate::connection::Origin;
use crate::edge::{Caller, Edge, security_headers};
use crate::error::{ApiError, render};
use crate::pages::{Browser, ErrorPage};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Outermost of all layers: gives the id, turns an [`ApiError`] into its body, adds the headers of
/// every answer, counts it and writes its log line.
pub(crate) async fn identify(
    State((edge, error_page)): State<(Edge, Option<ErrorPage>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = random_uuid(edge.generator());
    let (started, method) = (Instant::now(), label(request.method()));
    let tls = request.extensions().get::<Origin>().is_some_and(|origin| origin.tls);
    let path = request.uri().path().to_owned();
    let browser = error_page.and_then(|page| Browser::of(&request, page));
    let caller = Caller::of(&request, &edge);
    request.extensions_mut().insert(caller.clone());
    let span = span(id, method);
    let mut response = next.run(request).instrument(span.clone()).await;
    let error = response.extensions_mut().remove::<ApiError>();
    count_authentication(&edge, &caller, response.status(), error.as_ref());
    if let Some(error) = error {
        error.log(id);
        response = match browser {
            Some(browser) => browser.render(&error, &response, id),
            None => render(&error, &path, &response, id),
        };
    }
    security_headers::add(response.headers_mut(), &path, tls);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    edge.metrics().answered(caller.route(), method, status, took);
    finish(&span, &caller, status);
    log(id, &caller, method, status, took.as_micros());
    response
}

/// For a collector; the names are those of OpenTelemetry's semantic conventions for HTTP servers.
fn span(id: Uuid, method: &str) -> Span {
    tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        outbound.request = %id,
        outbound.account = Empty,
    )
}

fn finish(span: &Span, caller: &Caller, status: u16) {
    span.record("http.route", caller.route());
    span.record("http.response.status_code", status);
    if let Some(account) = caller.account() {
        span.record("outbound.account", account.as_str());
    }
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The route's template, never path or query: they can hold secrets.
fn log(request: Uuid, caller: &Caller, method: &str, status: u16, micros: u128) {
    let (route, client) = (caller.route(), caller.address());
    let account = caller.account().map(tracing::field::display);
    tracing::info!(%request, account, %client, method, route, status, micros, "answered");
}

fn count_authentication(edge: &Edge, caller: &Caller, status: StatusCode, error: Option<&ApiError>) {
    match status {
        _ if caller.account().is_some() => edge.metrics().authentication("granted"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            edge.metrics().authentication(error.map_or("refused", ApiError::code));
        }
        _ => {}
    }
}

/// The method in a word that is ours: clients can make up others.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Tells the log which route matched.
pub(crate) async fn note_route(caller: Caller, request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        caller.note_route(route.clone());
    }
    next.run(request).await
}
