//! Heads that are late, too large or ambiguous.

use std::time::Instant;

use outbound_http::Limits;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::server::{PATIENCE, SHORT, Server, get_request, rest, until};

fn limits() -> Limits {
    Limits { head: SHORT, head_bytes: 8 * 1024, target_bytes: 1024, ..Limits::default() }
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::with(limits()).await;
    let start = Instant::now();
    assert_eq!(server.talk("").await, "");
    assert!(start.elapsed() >= SHORT);
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let server = Server::with(limits()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /ok HTTP/1.1\r\nHost: localhost\r\n").await.unwrap();
    let start = Instant::now();
    while stream.write_all(b"a: b\r\n").await.is_ok() {
        assert!(start.elapsed() < PATIENCE);
        sleep(SHORT / 10).await;
    }
}

#[tokio::test]
async fn the_time_of_a_later_head_begins_with_its_first_byte() {
    let server = Server::with(limits()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
        until(&mut stream, "\r\n\r\nok").await;
        sleep(SHORT * 2).await;
    }
    stream.write_all(b"GET").await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn a_head_may_be_so_long_and_no_longer() {
    let server = Server::with(limits()).await;
    let start = "GET /ok HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ";
    for (length, status) in [(8192, "200 OK"), (8193, "431 "), (1_000_000, "431 ")] {
        let head = format!("{start}{}\r\n\r\n", "x".repeat(length - start.len() - 4));
        let answer = server.talk(head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{length}: {answer}");
    }
}

#[tokio::test]
async fn what_servers_understand_differently_is_refused() {
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
        ("GET /ok HTTP/1.1\r\nHost : a\r\n\r\n", 400, ""),
        ("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, ""),
        ("nonsense\r\n\r\n", 400, ""),
    ] {
        let answer = server.talk(request).await;
        let lines = format!("HTTP/1.1 {status}");
        let old = format!("HTTP/1.0 {status}");
        assert!(answer.starts_with(&lines) || answer.starts_with(&old), "{request:?}: {answer}");
        assert!(answer.contains(code), "{request:?}: {answer}");
    }
}
