//! Graceful shutdown: open requests finish, everything else is closed.

use outbound_http::HttpLimits;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::server::{DEADLINE, SHORT, Server, get_request, rest, until};

#[tokio::test]
async fn open_requests_finish_and_idle_connections_close() {
    let mut server = Server::with(HttpLimits::default()).await;
    let (mut silent, mut idle, mut busy) =
        (server.connect().await, server.connect().await, server.connect().await);
    idle.write_all(get_request("/ok").as_bytes()).await.unwrap();
    until(&mut idle, "\r\n\r\nok").await;
    busy.write_all(get_request("/after/900").as_bytes()).await.unwrap();
    sleep(SHORT).await;
    server.stop();
    assert_eq!((rest(&mut silent).await, rest(&mut idle).await), (String::new(), String::new()));
    assert!(TcpStream::connect(server.address).await.is_err(), "a new connection was accepted");
    assert!(!server.ended.is_finished(), "ended before the open request");
    assert!(rest(&mut busy).await.ends_with("at last"));
    timeout(DEADLINE, server.ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn requests_that_outlast_the_drain_time_are_aborted() {
    let mut server = Server::with(HttpLimits { drain: SHORT, ..HttpLimits::default() }).await;
    let mut busy = server.connect().await;
    busy.write_all(get_request("/after/9000").as_bytes()).await.unwrap();
    sleep(SHORT).await;
    server.stop();
    assert_eq!(rest(&mut busy).await, "");
    timeout(DEADLINE, server.ended).await.unwrap().unwrap();
}
