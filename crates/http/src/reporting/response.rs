//! Responses with reports: built, serialized and compressed on another thread, because a page of 5000 transactions
//! has several megabytes.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use outbound_app::{App, AppError, Grant, ReadReports};
use outbound_model::Timestamp;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::content_negotiation::accepts;

/// A response contains all events up to this time. It is the time at which the report was read.
const DATA_AS_OF: HeaderName = HeaderName::from_static("x-outbound-data-as-of");

/// Whether the client accepts a compressed response.
#[derive(Clone, Copy)]
pub(crate) struct AcceptsGzip(bool);

impl<S: Sync> FromRequestParts<S> for AcceptsGzip {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let accepted = accepts(&parts.headers, &header::ACCEPT_ENCODING, &["gzip", "x-gzip", "*"]);
        Ok(Self(accepted == Some(true)))
    }
}

/// Something that a response can be built from.
pub(crate) trait Report: Send + 'static {
    /// Builds and serializes the response.
    fn json(self) -> Result<Vec<u8>, serde_json::Error>;
}

/// A response that this function builds.
pub(crate) struct Built<F>(pub(crate) F);

impl<T: Serialize, F: FnOnce() -> T + Send + 'static> Report for Built<F> {
    fn json(self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(self.0)())
    }
}

/// Builds the response. `as_of` is the time before the report was read.
pub(crate) async fn respond(
    app: &App,
    grant: &Grant<ReadReports>,
    AcceptsGzip(gzip): AcceptsGzip,
    as_of: Timestamp,
    report: impl Report,
) -> Result<Response, ApiError> {
    let body = app.compute(grant.account(), move || {
        let json = report.json()?;
        Ok::<_, AppError>(if gzip { compressed(&json).unwrap_or(json) } else { json })
    });
    let body = body.await??;
    let is_compressed = gzip && body.starts_with(&[0x1f, 0x8b]);
    let mut response = Response::new(Body::from(Bytes::from(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(value) = HeaderValue::try_from(as_of.to_string()) {
        headers.insert(DATA_AS_OF, value);
    }
    Ok(response)
}

fn compressed(json: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::fast());
    encoder.write_all(json).ok()?;
    encoder.finish().ok()
}
