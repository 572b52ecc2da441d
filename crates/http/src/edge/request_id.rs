//! Gives each request an id, which appears in its response, its errors and its log line.

use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use outbound_model::AccountId;
use tracing::Span;
use tracing::field::Empty;
use uuid::Uuid;

use super::caller::Caller;
use super::error_page::{Browser, ErrorPage};
use super::origin::Origin;
use super::security_headers;
use crate::error::{ApiError, render};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Context of a request from its arrival to its response.
pub(crate) struct RequestContext {
    started: Instant,
    method: &'static str,
    tls: bool,
    caller: Caller,
    /// The browser that requested a page.
    browser: Option<Browser>,
    span: Span,
}

impl RequestContext {
    /// Creates the context of `request`.
    pub(crate) fn new(
        request: &Request,
        caller: &Caller,
        origin: Option<Origin>,
        error_page: Option<ErrorPage>,
    ) -> Self {
        let method = label(request.method());
        Self {
            started: Instant::now(),
            method,
            tls: origin.is_some_and(|origin| origin.tls),
            caller: caller.clone(),
            browser: error_page.and_then(|page| Browser::of(request, caller.policy(), page)),
            span: span(caller.request_id(), method),
        }
    }

    /// Returns the tracing span in which the request is handled.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// The outermost step: renders an [`ApiError`], adds the common headers, counts the request and writes its log
    /// line.
    pub(crate) fn finish(self, mut response: Response) -> Response {
        let error = response.extensions_mut().remove::<ApiError>();
        self.count_authentication(response.status(), error.as_ref());
        let id = self.caller.request_id();
        if let Some(error) = error {
            error.log();
            response = match &self.browser {
                Some(browser) => browser.render(&error, &response, id),
                None => render(&error, self.caller.policy().errors, &response, id),
            };
        }
        let policy = self.caller.policy();
        security_headers::add(response.headers_mut(), policy.content, self.tls);
        if policy.no_store {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        let mut buffer = Uuid::encode_buffer();
        let id: &str = id.hyphenated().encode_lower(&mut buffer);
        if let Ok(value) = HeaderValue::from_str(id) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        let status = response.status().as_u16();
        let duration = self.started.elapsed();
        self.caller.edge().metrics().count_request(
            self.caller.matched_route(),
            self.method,
            status,
            duration,
        );
        self.end_span(status);
        self.log(status, duration);
        response
    }

    fn count_authentication(&self, status: StatusCode, error: Option<&ApiError>) {
        let metrics = self.caller.edge().metrics();
        match status {
            _ if self.caller.account().is_some() => metrics.count_authentication(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                metrics.count_failed_authentication(error.map_or("rejected", ApiError::code));
            }
            _ => {}
        }
    }

    fn end_span(&self, status: u16) {
        tracing::record_all!(
            self.span,
            http.route = self.caller.route(),
            http.response.status_code = status,
            outbound.account = self.caller.account().map(AccountId::as_str),
            otel.status_code = (status >= 500).then_some("ERROR"),
        );
    }

    /// Logs the route's template, never path or query, because those can contain secrets. The span adds the id.
    fn log(&self, status: u16, duration: Duration) {
        let account = self.caller.account().map(AccountId::as_str);
        let client = self.caller.address();
        let (method, route) = (self.method, self.caller.route());
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(account, %client, method, route, status, micros, "answered");
    }
}

/// The log adds the field `request` to each line inside the span. The other fields are for trace collectors and use
/// the names of OpenTelemetry's semantic conventions for HTTP servers.
fn span(id: Uuid, method: &str) -> Span {
    tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        request = %id,
        outbound.account = Empty,
    )
}

/// Returns the method as a label from a fixed set, because clients can send any method.
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
