//! Invalid requests get a status, a stable error code and a helpful message.

use serde_json::json;

use crate::support::{Engine, LIST, Service, on_both_engines, raw};

on_both_engines!(
    invalid_parameters_get_a_helpful_message,
    only_clients_that_do_not_accept_json_get_406,
    other_methods_get_405,
);

#[test]
fn oversized_requests_and_bodies_of_get_are_rejected() {
    let service = Service::shared(Engine::Sqlite);
    let long = "x".repeat(9000);
    let head = format!("Host: x\r\nConnection: close\r\nAuthorization: {}", service.token);
    for (request, expected) in [
        (format!("GET {LIST}?v=1 HTTP/1.1\r\n{head}\r\nContent-Length: 2\r\n\r\n{{}}"), (400, "body_on_get")),
        (
            format!("GET {LIST}?v=1 HTTP/1.1\r\n{head}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            (400, "body_on_get"),
        ),
        (format!("GET /{long} HTTP/1.1\r\n{head}\r\n\r\n"), (414, "uri_too_long")),
        (format!("GET {LIST}?v=1&x={long} HTTP/1.1\r\n{head}\r\n\r\n"), (414, "uri_too_long")),
    ] {
        let response = raw(service.server.base(), request.as_bytes());
        assert_eq!(response.error(), (expected.0, expected.1.to_owned()), "{request:.90}");
    }
    let large = format!("GET {LIST}?v=1 HTTP/1.1\r\n{head}\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(raw(service.server.base(), large.as_bytes()).status, 431);
}

fn invalid_parameters_get_a_helpful_message(engine: Engine) {
    let service = Service::shared(engine);
    let limit = "limit must be a whole number from 1 to 1000";
    let offset = "offset must be a whole number from 0 to 2147483647";
    for (path, status, code, sentence) in [
        (format!("{LIST}?v=1&limit=0"), 400, "bad_parameter", limit),
        (format!("{LIST}?v=1&limit=1e9"), 400, "bad_parameter", limit),
        (format!("{LIST}?v=1&limit=1001"), 400, "bad_parameter", limit),
        (format!("{LIST}?v=1&limit=5&limit=6"), 400, "bad_parameter", "limit is given twice"),
        (format!("{LIST}?v=1&offset=-1"), 400, "bad_parameter", offset),
        (format!("{LIST}?v=1&offset=2147483648"), 400, "bad_parameter", offset),
        (LIST.to_owned(), 400, "bad_parameter", "v is required"),
        (format!("{LIST}?v=2"), 400, "bad_parameter", "v must be 1"),
        (format!("{LIST}/channel/sms?v=1"), 400, "unknown_channel", "sms-twilio"),
        (format!("{LIST}/channel/WA?v=1"), 400, "unknown_channel", "wa, "),
        (LIST.replace("prmsg", "c2m") + "?v=1", 404, "unknown_app", "prmsg"),
        (format!("{LIST}/channel?v=1"), 404, "not_found", "this path does not exist"),
        (format!("{LIST}/channel/wa/more?v=1"), 404, "not_found", "this path does not exist"),
        (format!("{LIST}//?v=1"), 404, "not_found", "this path does not exist"),
        (LIST.replace("prmsg", "%ff") + "?v=1", 400, "bad_parameter", "UTF-8"),
    ] {
        let response = service.get(&path);
        let body = response.json();
        assert!(body["message"].as_str().unwrap().contains(sentence), "{path}: {body}");
        let trace = response.header("x-request-id");
        let expected = json!({"code": 0, "requestTraceId": trace, "message": body["message"], "error": code});
        assert_eq!((response.status, body), (status, expected), "{path}");
        assert_eq!(response.header("cache-control"), "no-store");
    }
}

fn only_clients_that_do_not_accept_json_get_406(engine: Engine) {
    let service = Service::shared(engine);
    for (accept, status) in [
        ("text/html", 406),
        ("application/json;q=0, text/*", 406),
        ("application/json; charset=utf-8", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/*", 200),
        ("", 200),
    ] {
        let headers = [("authorization", &*service.token), ("accept", accept)];
        let response = service.send("GET", &format!("{LIST}?v=1"), &headers, "");
        assert_eq!(response.status, status, "{accept}: {response:?}");
        if status == 406 {
            assert_eq!(response.error().1, "not_acceptable");
        }
    }
}

fn other_methods_get_405(engine: Engine) {
    let service = Service::shared(engine);
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for path in [format!("{LIST}?v=1"), format!("{LIST}/channel/wa/?v=1")] {
            let body = if matches!(method, "POST" | "PUT" | "PATCH") { "{}" } else { "" };
            let response = service.send(method, &path, &[("authorization", &service.token)], body);
            assert_eq!(response.error(), (405, "method_not_allowed".to_owned()), "{method}");
            assert!(response.text().contains("read-only"), "{response:?}");
            let mut allowed: Vec<_> = response.header("allow").split(',').map(str::trim).collect();
            allowed.sort_unstable();
            assert_eq!(allowed, ["GET", "HEAD"]);
        }
    }
    let token = service.get("/sentinel/api/account/12345678/app/token");
    assert_eq!((token.error().0, token.header("allow")), (405, "POST"));
}

#[test]
fn paths_of_the_documentation_return_the_usual_errors() {
    let service = Service::shared(Engine::Sqlite);
    for (method, path, status, code) in [
        ("POST", "/openapi.json", 405, "method_not_allowed"),
        ("DELETE", "/api/api-docs", 405, "method_not_allowed"),
        ("PUT", "/api/api-docs/index.html", 405, "method_not_allowed"),
        ("GET", "/api/api-docs/nothing.js", 404, "not_found"),
        ("GET", "/openapi.json/more", 404, "not_found"),
    ] {
        let response = service.send(method, path, &[], "");
        assert_eq!(response.error(), (status, code.to_owned()), "{method} {path}");
        assert_eq!(response.json()["requestTraceId"], response.header("x-request-id"));
        assert_eq!(response.header("allow"), if status == 405 { "GET,HEAD" } else { "" }, "{path}");
    }
}
