//! Request bodies that are too large or too slow, and responses that are too slow.

use std::time::Duration;

use outbound_http::HttpLimits;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::server::{DEADLINE, SHORT, Server, get_request, rest, until};

const POST: &str = "POST /length HTTP/1.1\r\nHost: a\r\n";

#[tokio::test]
async fn rejects_a_body_over_the_limit() {
    let server = Server::with(HttpLimits { body_bytes: 10, ..HttpLimits::default() }).await;
    for (rest, status, expected) in [
        ("Connection: close\r\nContent-Length: 10\r\n\r\n0123456789", 200, "\r\n\r\n10"),
        ("Content-Length: 11\r\n\r\n", 413, "body_too_large"),
        ("Expect: 100-continue\r\nContent-Length: 11\r\n\r\n", 413, "body_too_large"),
        ("Content-Length: 99999999999999999999999\r\n\r\n", 400, "connection: close"),
        (
            "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
            200,
            "\r\n\r\n10",
        ),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n", 413, "body_too_large"),
    ] {
        let response = server.exchange(format!("{POST}{rest}")).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{rest:?}: {response}");
        assert!(response.contains(expected), "{rest:?}: {response}");
    }
}

#[tokio::test]
async fn a_client_that_keeps_sending_receives_the_rejection() {
    let server = Server::with(HttpLimits { body_bytes: 10, linger: DEADLINE, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(format!("{POST}Content-Length: 1000000\r\n\r\n").as_bytes()).await.unwrap();
    for _ in 0..10 {
        stream.write_all(&[b'x'; 1000]).await.unwrap();
        sleep(SHORT / 10).await;
    }
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn rejects_a_body_that_does_not_arrive_in_time() {
    let server = Server::with(HttpLimits { body: SHORT, ..HttpLimits::default() }).await;
    let response = server.exchange(format!("{POST}Content-Length: 10\r\n\r\n01234")).await;
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(response.contains("body_too_slow") && response.contains("connection: close"), "{response}");
}

#[tokio::test]
async fn the_request_timeout_does_not_include_the_body() {
    let server = Server::with(HttpLimits { request: SHORT, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    stream
        .write_all(format!("{POST}Connection: close\r\nContent-Length: 10\r\n\r\n").as_bytes())
        .await
        .unwrap();
    sleep(SHORT * 2).await;
    stream.write_all(b"0123456789").await.unwrap();
    assert!(rest(&mut stream).await.ends_with("\r\n\r\n10"));
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_answered_with_503() {
    let server = Server::with(HttpLimits { request: SHORT, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    let forever = Duration::from_hours(1).as_millis();
    stream.write_all(get_request(&format!("/after/{forever}")).as_bytes()).await.unwrap();
    let response = until(&mut stream, "}").await;
    assert!(response.starts_with("HTTP/1.1 503 ") && response.contains("retry-after: 1"), "{response}");
    assert!(response.contains(r#""error":"took_too_long""#), "{response}");
    stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
    until(&mut stream, "\r\n\r\nok").await;
}
