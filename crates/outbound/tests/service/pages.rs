//! Pages of the list endpoints, and their headers: limits, links, entity tags, compression, HEAD.

use serde_json::Value;

use crate::support::{Engine, LIST, Response, Service, on_both_engines, raw};

on_both_engines!(
    limit_and_offset_select_a_page,
    links_lead_to_each_handoff_once,
    responses_have_caching_headers,
    a_matching_entity_tag_returns_304,
    a_body_is_compressed_on_request,
    head_returns_the_headers_of_get,
);

fn ids(response: &Response) -> Vec<String> {
    let list = response.json();
    list.as_array().unwrap().iter().map(|element| element["id"].as_str().unwrap().to_owned()).collect()
}

/// The target of a relation of the `Link` header.
fn link(response: &Response, relation: &str) -> Option<String> {
    let relation = format!("; rel=\"{relation}\"");
    let link = response.header("link").split(", ").find_map(|link| link.strip_suffix(&relation))?;
    Some(link.trim_start_matches('<').trim_end_matches('>').to_owned())
}

fn limit_and_offset_select_a_page(engine: Engine) {
    let service = Service::shared(engine);
    let all = ids(&service.get(&format!("{LIST}?v=1")));
    assert_eq!(all.len(), 15);
    for (query, expected) in [
        ("limit=1", 0..1),
        ("limit=1000", 0..15),
        ("limit=4&offset=3", 3..7),
        ("offset=14", 14..15),
        ("offset=15", 0..0),
        ("offset=2147483647&limit=1000", 0..0),
    ] {
        let response = service.get(&format!("{LIST}?v=1&{query}"));
        assert_eq!((response.status, response.header("x-total-count")), (200, "15"), "{query}");
        assert_eq!(ids(&response), all[expected], "{query}");
    }
}

fn links_lead_to_each_handoff_once(engine: Engine) {
    let service = Service::shared(engine);
    for (path, total) in [(LIST.to_owned(), 15), (format!("{LIST}/channel/sms-twilio/"), 5)] {
        let all = ids(&service.get(&format!("{path}?v=1")));
        let mut page = service.get(&format!("{path}?v=1&x=a%26b&limit=2"));
        let (first, mut seen) = (page.body.clone(), ids(&page));
        while let Some(next) = link(&page, "next") {
            assert!(next.contains("x=a%26b"), "the link lost the caller's parameters: {next}");
            page = service.get(&next);
            seen.extend(ids(&page));
        }
        assert_eq!((seen.len(), seen), (total, all));
        assert_eq!(page.body, service.get(&link(&page, "last").unwrap()).body);
        while let Some(previous) = link(&page, "prev") {
            page = service.get(&previous);
        }
        assert_eq!(page.body, first);
    }
}

fn responses_have_caching_headers(engine: Engine) {
    let response = Service::shared(engine).get(&format!("{LIST}?v=1"));
    assert_eq!(response.header("cache-control"), "private, no-cache");
    assert_eq!(response.header("vary"), "Authorization, Accept-Encoding");
    assert!(response.header("etag").starts_with('"'), "not a strong entity tag: {response:?}");
    assert_eq!(response.header("x-request-id").len(), 36);
}

fn a_matching_entity_tag_returns_304(engine: Engine) {
    let service = Service::shared(engine);
    let path = format!("{LIST}?v=1&limit=3");
    let first = service.get(&path);
    let tag = first.header("etag");
    for (condition, status) in [
        (tag.to_owned(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"other\", {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
        (String::new(), 200),
    ] {
        let headers = [("authorization", &*service.token), ("if-none-match", &*condition)];
        let again = service.send("GET", &path, &headers, "");
        assert_eq!((again.status, again.body.is_empty()), (status, status == 304), "{condition}");
        for header in ["etag", "cache-control", "vary", "link", "x-total-count"] {
            assert_eq!(again.header(header), first.header(header), "{header}");
        }
    }
    assert_ne!(service.get(&format!("{LIST}?v=1&limit=4")).header("etag"), tag);
}

fn a_body_is_compressed_on_request(engine: Engine) {
    let service = Service::shared(engine);
    let plain = service.get(&format!("{LIST}?v=1"));
    let encoded = |encodings: &str| {
        let head = format!(
            "GET {LIST}?v=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: {encodings}"
        );
        raw(service.server.base(), format!("{head}\r\nAuthorization: {}\r\n\r\n", service.token).as_bytes())
    };
    let gzip = encoded("br, gzip");
    assert_eq!((gzip.header("content-encoding"), &gzip.body[..2]), ("gzip", &b"\x1f\x8b"[..]));
    assert!(gzip.body.len() * 2 < plain.body.len());
    assert_ne!(gzip.header("etag"), plain.header("etag"));
    let headers = [("authorization", &*service.token), ("accept-encoding", "gzip")];
    assert_eq!(
        service.send("GET", &format!("{LIST}?v=1"), &headers, "").body,
        plain.body,
        "the decompressed body differs"
    );
    for encodings in ["br", "gzip;q=0, *", "identity"] {
        let response = encoded(encodings);
        assert_eq!(
            (response.header("content-encoding"), response.header("etag")),
            ("", plain.header("etag"))
        );
    }
}

fn head_returns_the_headers_of_get(engine: Engine) {
    let service = Service::shared(engine);
    for path in [format!("{LIST}?v=1&limit=2"), format!("{LIST}?v=2"), "/nowhere".to_owned()] {
        let get = service.get(&path);
        let head = service.send("HEAD", &path, &[("authorization", &service.token)], "");
        assert_eq!((head.status, head.body), (get.status, Vec::new()), "{path}");
        for (name, value) in &get.headers {
            if !matches!(name.as_str(), "x-request-id" | "date") {
                assert_eq!(head.headers.get(name), Some(value), "{name} of {path}");
            }
        }
    }
    let length = service.send("HEAD", &format!("{LIST}?v=1"), &[("authorization", &service.token)], "");
    let list: Value = service.get(&format!("{LIST}?v=1")).json();
    assert_eq!(length.header("content-length"), list.to_string().len().to_string());
}
