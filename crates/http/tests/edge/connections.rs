//! Limits of connections: idle time, number and stalled reads; pipelining.

use std::time::Instant;

use outbound_http::HttpLimits;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use crate::server::{LARGE, SHORT, Server, get_request, rest, until};

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Server::with(HttpLimits { idle: SHORT, ..HttpLimits::default() }).await;
    let start = Instant::now();
    assert!(server.exchange(get_request("/ok")).await.ends_with("\r\n\r\nok"));
    assert!(start.elapsed() >= SHORT);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::with(HttpLimits::default()).await;
    let last = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let requests = [&get_request("/after/50"), &get_request("/ok"), last].concat();
    let responses = server.exchange(requests).await;
    let positions = ["at last", "\r\n\r\nok", "not_found"].map(|text| responses.find(text).unwrap());
    assert!(positions.is_sorted(), "{responses}");
}

#[tokio::test]
async fn connections_over_the_limit_wait_for_one_to_end() {
    let server = Server::with(HttpLimits { connections: 2, ..HttpLimits::default() }).await;
    let (first, _second) = (server.connect().await, server.connect().await);
    // The server must accept both before the third connects.
    sleep(SHORT).await;
    let mut third = server.connect().await;
    third.write_all(get_request("/ok").as_bytes()).await.unwrap();
    assert!(timeout(SHORT, third.readable()).await.is_err(), "answered over the limit");
    drop(first);
    until(&mut third, "\r\n\r\nok").await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_disconnected() {
    let server = Server::with(HttpLimits { stall: SHORT, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(get_request("/large").as_bytes()).await.unwrap();
    sleep(SHORT * 4).await;
    assert!(rest(&mut stream).await.len() < LARGE);
}
