//! Parses which part of the change feed a request asks for, and in which format.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::content_negotiation::accepts;
use crate::extract::query::Parameters;

const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;

/// The documented parameters, for the OpenAPI document; [`ChangesQuery`] parses them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct ChangesParameters {
    /// Only changes with higher numbers.
    #[param(minimum = 0, default = 0)]
    since: Option<i64>,
    /// The maximum number of changes to return. It does not apply to streams.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
}

/// The requested part of the change feed.
pub(crate) struct ChangesQuery {
    pub(super) since: i64,
    pub(super) limit: u32,
    pub(super) stream: bool,
}

impl<S: Sync> FromRequestParts<S> for ChangesQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["since", "limit"])?;
        let stream = accepts(&parts.headers, header::ACCEPT, &[EVENT_STREAM]) == Some(true);
        let last = parts.headers.get(LAST_EVENT_ID).filter(|_| stream);
        let since = match (last, parameters.text("since")) {
            // A browser that reconnects repeats the URL and adds its position as a header.
            (Some(last), _) => number(last.to_str().unwrap_or_default()),
            (None, Some(text)) => number(text),
            (None, None) => Some(0),
        };
        let limit = parameters.text("limit").map_or(Some(DEFAULT_LIMIT.into()), number);
        let limit = limit.and_then(|limit| u32::try_from(limit).ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
            ApiError::bad_parameter(format!("limit must be a whole number from 1 to {MAX_LIMIT}"))
        })?;
        let since = since.ok_or_else(|| {
            ApiError::bad_parameter("since and Last-Event-ID must be the number of a change")
        })?;
        Ok(Self { since, limit, stream })
    }
}

/// Parses a number, which may contain only digits.
fn number(text: &str) -> Option<i64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[tokio::test]
    async fn the_position_is_parsed_from_header_and_query() {
        for (query, accept, last, expected) in [
            ("", "", "", Some((0, 100, false))),
            ("since=5&limit=1000&x=1&x=2", "*/*", "7", Some((5, 1000, false))),
            ("since=5", "text/event-stream", "7", Some((7, 100, true))),
            ("since=5", "application/json, text/event-stream;q=0.5", "", Some((5, 100, true))),
            ("since=5", "text/event-stream;q=0", "", Some((5, 100, false))),
            ("since=-1", "", "", None),
            ("since=%2B1", "", "", None),
            ("since=&limit=", "", "", Some((0, 100, false))),
            ("since=1&since=2", "", "", None),
            ("limit=0", "", "", None),
            ("limit=1001", "", "", None),
            ("since=5", "text/event-stream", "x", None),
        ] {
            let mut request = Request::get(format!("/changes?{query}")).header("accept", accept);
            if !last.is_empty() {
                request = request.header("last-event-id", last);
            }
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            let read = ChangesQuery::from_request_parts(&mut parts, &()).await;
            let read = read.ok().map(|query| (query.since, query.limit, query.stream));
            assert_eq!(read, expected, "{query} {accept} {last}");
        }
    }
}
