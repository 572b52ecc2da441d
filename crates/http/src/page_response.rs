//! A page of a list as an answer: entity tag, links, total, compression (design §4.5).

use std::io::Write;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use outbound_app::{HandoffPage, Page};

use crate::conditions::Conditions;

const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// Answers `found`, or 304 where the client has it.
pub(crate) fn page_response(found: HandoffPage, page: Page, uri: &Uri, conditions: &Conditions) -> Response {
    let etag = etag(&found.body, conditions.gzip);
    let link = links(uri, page, found.total);
    let mut response = if conditions.already_has(&etag) {
        status_only(StatusCode::NOT_MODIFIED)
    } else {
        with_body(found.body, conditions.gzip)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
    headers.insert(X_TOTAL_COUNT, found.total.into());
    for (name, value) in [(header::ETAG, etag), (header::LINK, link)] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}

/// Strong, so another one for each encoding (RFC 9110 §8.8.3).
fn etag(body: &[u8], gzip: bool) -> String {
    let hash = digest(&SHA256, body);
    let tag = URL_SAFE_NO_PAD.encode(hash);
    if gzip { format!("\"{tag}-gzip\"") } else { format!("\"{tag}\"") }
}

fn status_only(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn with_body(plain: Vec<u8>, gzip: bool) -> Response {
    let compressed = if gzip { compress(&plain) } else { None };
    let encoded = compressed.is_some();
    let mut response = Response::new(Body::from(compressed.unwrap_or(plain)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::default());
    encoder.write_all(plain).and_then(|()| encoder.finish()).ok()
}

/// RFC 8288 links to the first, previous, next and last page, with the caller's other parameters.
fn links(uri: &Uri, page: Page, total: u64) -> String {
    let (limit, offset) = (u64::from(page.limit()), u64::from(page.offset()));
    let last = total.saturating_sub(1) / limit * limit;
    let previous = (offset > 0).then(|| offset.saturating_sub(limit).min(last));
    let next = (offset + limit < total).then_some(offset + limit);
    let targets = [("first", Some(0)), ("prev", previous), ("next", next), ("last", Some(last))];
    let link = |(relation, offset): (&str, Option<u64>)| {
        Some(format!("<{}>; rel=\"{relation}\"", target(uri, limit, offset?)))
    };
    targets.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
}

fn target(uri: &Uri, limit: u64, offset: u64) -> String {
    let query = uri.query().unwrap_or_default();
    let others =
        form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "limit" && name != "offset");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair("limit", &limit.to_string())
        .append_pair("offset", &offset.to_string())
        .finish();
    format!("{}?{query}", uri.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_pages_that_there_are() {
        let uri: Uri = "/list?v=1&offset=60&x=%3E".parse().unwrap();
        for (offset, total, expected) in [
            (0, 0, vec![("first", 0), ("last", 0)]),
            (0, 30, vec![("first", 0), ("last", 0)]),
            (0, 31, vec![("first", 0), ("next", 30), ("last", 30)]),
            (60, 100, vec![("first", 0), ("prev", 30), ("next", 90), ("last", 90)]),
            (5, 31, vec![("first", 0), ("prev", 0), ("last", 30)]),
            (900, 31, vec![("first", 0), ("prev", 30), ("last", 30)]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(rel, offset)| format!("</list?v=1&x=%3E&limit=30&offset={offset}>; rel=\"{rel}\""))
                .collect();
            let page = Page::new(30, offset).unwrap();
            assert_eq!(links(&uri, page, total), expected.join(", "), "{offset} of {total}");
        }
    }
}
