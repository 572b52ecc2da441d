//! Limits of connections: idle time, number and stalled reads; pipelining.

use std::time::Instant;

use outbound_http::HttpLimits;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use crate::server::{DEADLINE, LARGE, SHORT, Server, get_request, rest, until};

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
    let limits = HttpLimits { connections: 2, ..HttpLimits::default() };
    // A trusted proxy may use all connections.
    let server = Server::start(limits, None, "127.0.0.0/8", None).await;
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
async fn one_network_cannot_use_all_connections() {
    let server = Server::with(HttpLimits { connections: 8, ..HttpLimits::default() }).await;
    let mut flood = Vec::new();
    for _ in 0..20 {
        flood.push(server.connect().await);
    }
    let mut other = server.connect_from("127.0.0.2").await;
    other.write_all(get_request("/ok").as_bytes()).await.unwrap();
    until(&mut other, "\r\n\r\nok").await;
    // A quarter of the connections stays open, the others are closed.
    for refused in &mut flood[2..] {
        assert_eq!(rest(refused).await, "");
    }
    for admitted in &mut flood[..2] {
        admitted.write_all(get_request("/ok").as_bytes()).await.unwrap();
        until(admitted, "\r\n\r\nok").await;
    }
    let counted = r#"outbound_http_connections_broken_total{reason="network_limit"} 18"#;
    assert!(server.metrics().contains(counted), "{}", server.metrics());
}

#[tokio::test]
async fn a_network_may_connect_again_after_a_connection_has_ended() {
    let server = Server::with(HttpLimits { connections: 4, ..HttpLimits::default() }).await;
    drop(server.connect().await);
    let request = "GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let admitted = async {
        // The server may notice the end of the first connection late.
        while !server.exchange(request).await.ends_with("\r\n\r\nok") {}
    };
    timeout(DEADLINE, admitted).await.expect("no connection was admitted");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_disconnected() {
    let server = Server::with(HttpLimits { stall: SHORT, ..HttpLimits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(get_request("/large").as_bytes()).await.unwrap();
    sleep(SHORT * 4).await;
    assert!(rest(&mut stream).await.len() < LARGE);
}
