//! A webhook receiver: an HTTP server that gives prepared responses and records the messages.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use outbound_testkit::specification::message_fault;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// Longer than the time after which another server takes over deliveries of a stopped one.
const MESSAGE_TIMEOUT: Duration = Duration::from_mins(2);
/// Never respond.
pub(crate) const HOLD: &str = "";
/// Close the connection without a response.
pub(crate) const CLOSE: &str = "close";

/// A received message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Names are in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The number of the connection it arrived on, from 0.
    pub(crate) connection: usize,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> &str {
        let header = self.headers.iter().find(|(found, _)| found == name);
        header.map_or_else(|| panic!("no {name}: {self:?}"), |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The sequence number of the change in the message.
    pub(crate) fn sequence(&self) -> i64 {
        self.json()["data"]["sequence"].as_i64().unwrap_or_else(|| panic!("not a change: {self:?}"))
    }
}

/// The server; its thread ends with the test program.
pub(crate) struct Receiver {
    /// The URL for webhooks.
    pub(crate) url: String,
    messages: mpsc::Receiver<Message>,
}

impl Receiver {
    /// Sends one of `responses`, such as `500 Oops` or `302 Found\r\nLocation: …`, per request, then 204.
    /// Closes each connection after the response.
    pub(crate) fn start(responses: &[&str]) -> Self {
        Self::listen(responses, false, None)
    }

    /// Sends the same responses, and keeps connections open.
    pub(crate) fn keeping_connections(responses: &[&str]) -> Self {
        Self::listen(responses, true, None)
    }

    /// Sends 204 over TLS, and keeps connections open.
    pub(crate) fn keeping_tls_connections(tls: Arc<ServerConfig>) -> Self {
        Self::listen(&[], true, Some(tls))
    }

    fn listen(responses: &[&str], keep_alive: bool, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}/hook", listener.local_addr().unwrap());
        let responses: VecDeque<String> = responses.iter().map(|&response| response.to_owned()).collect();
        let (responses, (sender, messages)) = (Arc::new(Mutex::new(responses)), mpsc::channel());
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (responses, sender, tls) = (responses.clone(), sender.clone(), tls.clone());
                thread::spawn(move || {
                    let mut reader = BufReader::new(server_stream(stream, tls));
                    while respond(&mut reader, connection, &responses, &sender).is_some() && keep_alive {}
                });
            }
        });
        Self { url, messages }
    }

    /// Waits for the next message and checks it against the OpenAPI document.
    #[track_caller]
    pub(crate) fn next(&self) -> Message {
        let message = self.messages.recv_timeout(MESSAGE_TIMEOUT).expect("no message in time");
        assert_eq!(message.header("content-type"), "application/json");
        assert_eq!(message_fault(&message.headers, &message.json()), None, "{message:?}");
        message
    }

    /// The messages that were received already.
    pub(crate) fn received(&self) -> Vec<Message> {
        self.messages.try_iter().collect()
    }
}

/// A connection to the receiver.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

fn server_stream(stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> Box<dyn Stream> {
    match tls {
        None => Box::new(stream),
        Some(config) => Box::new(StreamOwned::new(ServerConnection::new(config).unwrap(), stream)),
    }
}

/// Reads one message and responds to it; `None` at the end of the connection.
fn respond(
    reader: &mut BufReader<Box<dyn Stream>>,
    connection: usize,
    responses: &Mutex<VecDeque<String>>,
    sender: &Sender<Message>,
) -> Option<()> {
    let message = read(reader, connection)?;
    let response = responses.lock().unwrap().pop_front().unwrap_or_else(|| "204 No Content".to_owned());
    // Sending fails if the test has ended.
    let _ = sender.send(message);
    if response == CLOSE {
        return None;
    }
    if response == HOLD {
        thread::sleep(MESSAGE_TIMEOUT);
    }
    write!(reader.get_mut(), "HTTP/1.1 {response}\r\nContent-Length: 0\r\n\r\n").ok()?;
    reader.get_mut().flush().ok()
}

fn read(reader: &mut BufReader<Box<dyn Stream>>, connection: usize) -> Option<Message> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    assert_eq!(line, "POST /hook HTTP/1.1\r\n");
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Message { headers, body: String::from_utf8(body).ok()?, connection })
}
