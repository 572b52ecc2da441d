//! The response with a page of a published list: entity tag, links, total count, compression (design §4.5).

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use outbound_app::{App, Grant, HandoffPage, PageBody, ReadHandoffs};

use super::conditions::Conditions;
use super::list_query::ListQuery;

/// Capacity for all headers of a response, so that their map is allocated once.
const HEADER_CAPACITY: usize = 24;
const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// Returns the response with `found`, or 304 if the client already has it.
pub(crate) async fn page_response(
    app: &App,
    grant: &Grant<ReadHandoffs>,
    found: &HandoffPage,
    query: &ListQuery,
    uri: &Uri,
    conditions: &Conditions,
) -> Response {
    let mut etag = etag(&found.body, conditions.gzip);
    let link = links(uri.path(), query, found.body.total());
    let mut response = if conditions.already_has(&etag) {
        not_modified()
    } else {
        let compressed = if conditions.gzip { app.compressed(grant, &found.body).await } else { None };
        etag = self::etag(&found.body, compressed.is_some());
        with_body(found.body.plain(), compressed)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
    headers.insert(X_TOTAL_COUNT, found.body.total().into());
    for (name, value) in [(header::ETAG, etag), (header::LINK, link)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    if let Some(seconds) = found.stale_seconds {
        // RFC 9111 §5.1, and the obsolete §5.5 for older clients.
        headers.insert(header::AGE, seconds.into());
        headers.insert(header::WARNING, HeaderValue::from_static("110 - \"Response is Stale\""));
    }
    response
}

/// Returns a strong entity tag, which therefore differs for each encoding (RFC 9110 §8.8.3).
fn etag(body: &PageBody, gzip: bool) -> String {
    ["\"", body.digest(), if gzip { "-gzip\"" } else { "\"" }].concat()
}

fn not_modified() -> Response {
    let mut response = response(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

fn with_body(plain: &Bytes, compressed: Option<Bytes>) -> Response {
    let is_compressed = compressed.is_some();
    let mut response = response(Body::from(compressed.unwrap_or_else(|| plain.clone())));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn response(body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().reserve(HEADER_CAPACITY);
    response
}

/// Returns links (RFC 8288) to the first, previous, next and last page, with the caller's other parameters.
fn links(path: &str, query: &ListQuery, total: u64) -> String {
    let (limit, offset) = (u64::from(query.page.limit()), u64::from(query.page.offset()));
    let last = total.saturating_sub(1) / limit * limit;
    let previous = (offset > 0).then(|| offset.saturating_sub(limit).min(last));
    let next = (offset + limit < total).then_some(offset + limit);
    let targets = [("first", Some(0)), ("prev", previous), ("next", next), ("last", Some(last))];
    let mut digits = itoa::Buffer::new();
    let base = ["<", path, "?", &query.others, "&limit=", digits.format(limit), "&offset="].concat();
    let mut links = String::with_capacity(targets.len() * (base.len() + 28));
    for (relation, offset) in targets.into_iter().filter_map(|(relation, at)| Some((relation, at?))) {
        if !links.is_empty() {
            links.push_str(", ");
        }
        for part in [&base, digits.format(offset), ">; rel=\"", relation, "\""] {
            links.push_str(part);
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_point_to_existing_pages() {
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
            let query = ListQuery::parse(&format!("v=1&offset={offset}&x=%3E")).unwrap();
            assert_eq!(links("/list", &query, total), expected.join(", "), "{offset} of {total}");
        }
    }
}
