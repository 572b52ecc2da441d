//! A receiver of webhooks: a small HTTP server that answers what it is told to and keeps what came.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use outbound_testkit::specification::message_fault;
use serde_json::Value;

/// Longer than a server that died keeps others waiting.
const DEADLINE: Duration = Duration::from_mins(2);
/// An answer that never comes.
pub(crate) const HOLD: &str = "";
/// The end of the connection instead of an answer.
pub(crate) const CLOSE: &str = "close";

/// A message as it came.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The number of the connection on which it came, from 0.
    pub(crate) connection: usize,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map_or_else(|| panic!("no {name}: {self:?}"), |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The number of the change that it tells.
    pub(crate) fn sequence(&self) -> i64 {
        self.json()["data"]["sequence"].as_i64().unwrap_or_else(|| panic!("no change: {self:?}"))
    }
}

/// The server; its thread ends with the test program.
pub(crate) struct Receiver {
    /// Where it is.
    pub(crate) url: String,
    messages: mpsc::Receiver<Message>,
}

impl Receiver {
    /// Gives `answers`, such as `500 Oops` or `302 Found\r\nLocation: …`, one each; then 204. Closes each
    /// connection after its answer.
    pub(crate) fn start(answers: &[&str]) -> Self {
        Self::listen(answers, false)
    }

    /// Gives the same answers, and keeps connections open.
    pub(crate) fn keeping_connections(answers: &[&str]) -> Self {
        Self::listen(answers, true)
    }

    fn listen(answers: &[&str], keeps: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers: VecDeque<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        let (answers, (sender, messages)) = (Arc::new(Mutex::new(answers)), mpsc::channel());
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (answers, sender) = (answers.clone(), sender.clone());
                thread::spawn(move || {
                    let mut reader = BufReader::new(&stream);
                    while answer(&mut reader, connection, &answers, &sender).is_some() && keeps {}
                });
            }
        });
        Self { url, messages }
    }

    /// The next message; waits for it. It must be as the OpenAPI document says.
    #[track_caller]
    pub(crate) fn next(&self) -> Message {
        let message = self.messages.recv_timeout(DEADLINE).expect("no message came");
        assert_eq!(message.header("content-type"), "application/json");
        assert_eq!(message_fault(&message.headers, &message.json()), None, "{message:?}");
        message
    }

    /// Those that came already.
    pub(crate) fn came(&self) -> Vec<Message> {
        self.messages.try_iter().collect()
    }
}

/// Answers one message; `None` at the end of the connection.
fn answer(
    reader: &mut BufReader<&TcpStream>,
    connection: usize,
    answers: &Mutex<VecDeque<String>>,
    sender: &Sender<Message>,
) -> Option<()> {
    let message = read(reader, connection)?;
    let answer = answers.lock().unwrap().pop_front().unwrap_or_else(|| "204 No Content".to_owned());
    // The test may be over.
    let _ = sender.send(message);
    if answer == CLOSE {
        return None;
    }
    if answer == HOLD {
        thread::sleep(DEADLINE);
    }
    write!(reader.get_mut(), "HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").ok()
}

fn read(reader: &mut BufReader<&TcpStream>, connection: usize) -> Option<Message> {
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
