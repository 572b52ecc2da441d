//! Request heads that are too slow, too large, malformed or ambiguous.

use std::time::Instant;

use outbound_http::HttpLimits;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use crate::server::{DEADLINE, SHORT, Server, get_request, rest, until};

fn limits() -> HttpLimits {
    HttpLimits { head: SHORT, head_bytes: 8 * 1024, target_bytes: 1024, ..HttpLimits::default() }
}

/// Asserts an error response without a body that closes the connection.
fn assert_rejected(response: &str, status: &str) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{response:?}"));
    assert_eq!(head.lines().next(), Some(&*format!("HTTP/1.1 {status}")), "{response}");
    assert!(head.contains("\r\nconnection: close\r\n"), "{response}");
    assert!(head.contains("\r\ncontent-length: 0"), "{response}");
    assert_eq!(body, "", "{response}");
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::with(limits()).await;
    let start = Instant::now();
    assert_eq!(server.exchange("").await, "");
    assert!(start.elapsed() >= SHORT);
}

#[tokio::test]
async fn a_slow_head_is_rejected() {
    let server = Server::with(limits()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /ok HTTP/1.1\r\nHost: localhost\r\n").await.unwrap();
    let start = Instant::now();
    while timeout(SHORT / 10, stream.readable()).await.is_err() {
        assert!(start.elapsed() < DEADLINE);
        stream.write_all(b"a: b\r\n").await.unwrap();
    }
    assert_rejected(&rest(&mut stream).await, "408 Request Timeout");
}

#[tokio::test]
async fn the_timeout_of_a_later_head_starts_with_its_first_byte() {
    let server = Server::with(limits()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
        until(&mut stream, "\r\n\r\nok").await;
        sleep(SHORT * 2).await;
    }
    stream.write_all(b"GET").await.unwrap();
    assert_rejected(&rest(&mut stream).await, "408 Request Timeout");
}

/// hyper's own timeout may expire first for a head that starts late.
#[tokio::test]
async fn a_head_that_starts_late_is_rejected_by_the_idle_timeout() {
    let server = Server::with(HttpLimits { idle: SHORT, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
    until(&mut stream, "\r\n\r\nok").await;
    stream.write_all(b"GET").await.unwrap();
    assert_rejected(&rest(&mut stream).await, "408 Request Timeout");
}

#[tokio::test]
async fn rejects_a_head_over_the_limit() {
    let server = Server::with(limits()).await;
    let start = "GET /ok HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ";
    let head = |length: usize| format!("{start}{}\r\n\r\n", "x".repeat(length - start.len() - 4));
    let response = server.exchange(head(8192)).await;
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    for length in [8193, 1_000_000] {
        let response = server.exchange(head(length)).await;
        assert_rejected(&response, "431 Request Header Fields Too Large");
    }
}

#[tokio::test]
async fn malformed_heads_are_rejected_and_counted() {
    let server = Server::with(limits()).await;
    let many_headers = format!("GET /ok HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(200));
    let (malformed, large) = ("400 Bad Request", "431 Request Header Fields Too Large");
    for (request, status) in [
        ("nonsense\r\n\r\n", malformed),
        ("\x16\x03\x01\x02\0\x01\0\x01", malformed),
        ("GET /ok HTTP/3.0\r\nHost: a\r\n\r\n", malformed),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", malformed),
        ("GET /ok HTTP/1.1\r\nHost : a\r\n\r\n", malformed),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", malformed),
        ("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", malformed),
        ("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", malformed),
        (&many_headers, large),
    ] {
        assert_rejected(&server.exchange(request).await, status);
    }
    assert_eq!(
        server.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await,
        "",
        "HTTP/2 is closed, not answered"
    );
    let metrics = server.metrics();
    for counted in [r#"{reason="malformed_head"} 9"#, r#"{reason="head_too_large"} 1"#] {
        let line = format!("outbound_http_connections_broken_total{counted}");
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
}

/// The first response is complete, and the rejection is sent once.
#[tokio::test]
async fn malformed_pipelined_bytes_are_rejected_after_the_first_response() {
    let server = Server::with(limits()).await;
    for path in ["/ok", "/nowhere", "/after/50", "/large"] {
        let responses = server.exchange(format!("{}nonsense\r\n\r\n", get_request(path))).await;
        let rejected = responses.rfind("HTTP/1.1 400 ").unwrap();
        assert!(rejected > 0, "{path}: {responses}");
        assert_rejected(&responses[rejected..], "400 Bad Request");
    }
}

#[tokio::test]
async fn a_client_that_closes_within_a_head_gets_no_response() {
    let server = Server::with(HttpLimits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /ok HTTP/1.1\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn ambiguous_requests_are_rejected() {
    let server = Server::with(limits()).await;
    let long = "x".repeat(1024);
    for (request, status, code) in [
        ("GET /ok HTTP/1.1\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost:\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.0\r\n\r\n", 200, "ok"),
        ("GET /ok HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"),
        ("GET /ok HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n", 200, "ok"),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 400, "body_on_get"),
        ("GET /ok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "body_on_get"),
        (&format!("GET /{long} HTTP/1.0\r\n\r\n"), 414, "uri_too_long"),
    ] {
        let response = server.exchange(request).await;
        let http_1_1 = format!("HTTP/1.1 {status}");
        let http_1_0 = format!("HTTP/1.0 {status}");
        assert!(
            response.starts_with(&http_1_1) || response.starts_with(&http_1_0),
            "{request:?}: {response}"
        );
        assert!(response.contains(code), "{request:?}: {response}");
    }
}
