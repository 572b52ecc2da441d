//! How an error looks to a browser.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use uuid::Uuid;

use super::policy::RoutePolicy;
use crate::error::{ApiError, ErrorFormat, finish};

/// Draws an error as a page, with its status.
pub type ErrorPage = fn(&Problem<'_>) -> Response;

/// An error, and the request that it answers.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'p> {
    /// Status, code and sentence.
    pub error: &'p ApiError,
    /// The request's id.
    pub request: Uuid,
    /// The request's headers.
    pub headers: &'p HeaderMap,
}

/// A browser that asks for a page.
pub(super) struct Browser {
    error_page: ErrorPage,
    headers: HeaderMap,
}

impl Browser {
    /// The one that sent the request, unless a program did.
    pub(super) fn of(request: &Request, policy: RoutePolicy, error_page: ErrorPage) -> Option<Self> {
        let takes_html = |value: &HeaderValue| {
            value.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains("text/html"))
        };
        let is_page = policy.errors == ErrorFormat::Page
            && request.headers().get_all(header::ACCEPT).iter().any(takes_html);
        is_page.then(|| Self { error_page, headers: request.headers().clone() })
    }

    /// The finished answer.
    pub(super) fn render(&self, error: &ApiError, response: &Response, request: Uuid) -> Response {
        let page = (self.error_page)(&Problem { error, request, headers: &self.headers });
        finish(page, error, response)
    }
}
