//! Pages for people, served beside the API: their routes, and how an error looks to a browser.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, finish};

/// The pages of a web tool.
pub struct Pages {
    /// Their routes, none of which the API has.
    pub routes: Router,
    /// Draws an error.
    pub error_page: ErrorPage,
}

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

/// What speaks JSON, whoever asks.
const API: [&str; 7] =
    ["/api/", "/sentinel/", "/manage/", "/healthz", "/readyz", "/metrics", "/openapi.json"];

/// A browser that asks for a page.
pub(crate) struct Browser {
    error_page: ErrorPage,
    headers: HeaderMap,
}

impl Browser {
    /// The one that sent the request, unless a program did.
    pub(crate) fn of(request: &Request, error_page: ErrorPage) -> Option<Self> {
        let path = request.uri().path();
        let takes_html = |value: &HeaderValue| {
            value.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains("text/html"))
        };
        let is_page = !API.iter().any(|prefix| path.starts_with(prefix))
            && request.headers().get_all(header::ACCEPT).iter().any(takes_html);
        is_page.then(|| Self { error_page, headers: request.headers().clone() })
    }

    /// The finished answer.
    pub(crate) fn render(&self, error: &ApiError, response: &Response, request: Uuid) -> Response {
        let page = (self.error_page)(&Problem { error, request, headers: &self.headers });
        finish(page, error, response)
    }
}
