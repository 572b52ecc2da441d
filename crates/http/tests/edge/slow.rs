//! Ordinary requests while a thousand connections send slowly.

use std::time::{Duration, Instant};

use outbound_http::HttpLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt;

use crate::server::{Server, get_request, until};

const SLOW: usize = 1000;
const OTHERS: usize = 200;

/// Both ends of each connection need a descriptor in this process.
fn allow_descriptors() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_slow_connections_do_not_block_other_requests() {
    allow_descriptors();
    let server = Server::with(HttpLimits::default()).await;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut stream = server.connect().await;
        stream.write_all(b"GET /ok HTTP/1.1\r\n").await.unwrap();
        slow.push(stream);
    }
    let mut times = Vec::new();
    for _ in 0..OTHERS {
        for stream in slow.iter_mut().take(20) {
            stream.write_all(b"a: b\r\n").await.unwrap();
        }
        let start = Instant::now();
        let mut stream = server.connect().await;
        stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
        until(&mut stream, "\r\n\r\nok").await;
        times.push(start.elapsed());
        slow.rotate_left(20);
    }
    times.sort();
    let p99 = times[OTHERS * 99 / 100];
    println!("p99 with {SLOW} slow connections: {p99:?}");
    assert!(p99 < Duration::from_secs(5), "{p99:?}");
}
