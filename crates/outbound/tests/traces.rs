//! That a collector gets a span for each request, and nothing secret in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use outbound_testkit::Server;

/// Takes one export: its request line and its body.
fn collect(listener: &TcpListener) -> (String, Vec<u8>) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty());
    let first = lines.next().unwrap();
    let length = lines.find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    lines.for_each(drop);
    let mut body = vec![0; length.unwrap()];
    reader.read_exact(&mut body).unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    (first, body)
}

#[test]
fn a_collector_gets_the_spans_of_requests() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = thread::spawn(move || collect(&listener));
    let exe = Path::new(env!("CARGO_BIN_EXE_outbound"));
    let mut server = Server::start(exe, &["--otlp-endpoint", &endpoint]).unwrap();
    ureq::get(format!("{}/readyz?access_token=planted-value", server.base())).call().unwrap();
    assert!(server.stop().unwrap().success());
    let (first, body) = collector.join().unwrap();
    assert_eq!(first, "POST /v1/traces HTTP/1.1");
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("/readyz") && text.contains("http.response.status_code"), "{text}");
    assert!(!text.contains("planted-value"), "{text}");
}
