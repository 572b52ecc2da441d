//! Renders errors as pages for browsers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use uuid::Uuid;

use super::policy::RoutePolicy;
use crate::error::{ApiError, ErrorFormat, finish};

/// Renders an error as a page with the error's status.
pub type ErrorPage = fn(&Problem<'_>) -> Response;

/// An error and the request that caused it.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'p> {
    /// Status, code and message.
    pub error: &'p ApiError,
    /// The request's id.
    pub request: Uuid,
    /// The request's headers.
    pub headers: &'p HeaderMap,
}

/// A browser that requested a page.
pub(super) struct Browser {
    error_page: ErrorPage,
    headers: HeaderMap,
}

impl Browser {
    /// Returns the browser that requested a page; `None` for other clients and routes.
    pub(super) fn of(request: &Request, policy: RoutePolicy, error_page: ErrorPage) -> Option<Self> {
        let takes_html = |value: &HeaderValue| {
            value.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains("text/html"))
        };
        let is_page = policy.errors == ErrorFormat::Page
            && request.headers().get_all(header::ACCEPT).iter().any(takes_html);
        is_page.then(|| Self { error_page, headers: request.headers().clone() })
    }

    /// Returns the complete response.
    pub(super) fn render(&self, error: &ApiError, response: &Response, request: Uuid) -> Response {
        let page = (self.error_page)(&Problem { error, request, headers: &self.headers });
        finish(page, error, response)
    }
}
