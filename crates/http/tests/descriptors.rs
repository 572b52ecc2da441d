//! The server when the process has no file descriptors left. This is a separate test binary because the
//! limit applies to the whole process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::File;
use std::time::Duration;

use outbound_http::HttpLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

#[path = "edge/server.rs"]
#[allow(dead_code)]
mod server;

use server::{Server, get_request, until};

#[tokio::test]
async fn a_connection_waits_until_a_file_descriptor_is_free() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(100), maximum }).unwrap();
    let server = Server::with(HttpLimits::default()).await;
    let mut open: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(open.pop().is_some());
    let mut stream = server.connect().await;
    assert!(File::open("/dev/null").is_err(), "the client's socket took the last descriptor");
    stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
    assert!(timeout(Duration::from_millis(300), stream.readable()).await.is_err());
    drop(open);
    until(&mut stream, "\r\n\r\nok").await;
}
