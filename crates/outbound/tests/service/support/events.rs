//! A client of the event stream.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use outbound_testkit::specification::event_fault;
use serde_json::Value;
use ureq::Agent;

/// Reading a stream fails after this time.
const STREAM_TIMEOUT: Duration = Duration::from_mins(1);

/// An open stream of changes.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read>>,
    /// The id of the last event that was read.
    pub(crate) last: String,
}

impl Events {
    /// Opens the stream at `url`, starting after the event `last`.
    pub(crate) fn open(url: &str, token: &str, last: &str) -> Self {
        let agent: Agent = Agent::config_builder().timeout_global(Some(STREAM_TIMEOUT)).build().into();
        let request = agent.get(url).header("accept", "text/event-stream").header("authorization", token);
        let request = if last.is_empty() { request } else { request.header("last-event-id", last) };
        let response = request.call().unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let reader: Box<dyn Read> = Box::new(response.into_body().into_reader());
        Self { lines: BufReader::new(reader), last: last.to_owned() }
    }

    /// The data of the next event, checked against the OpenAPI document; `None` at the end of the stream.
    pub(crate) fn next(&mut self) -> Option<Value> {
        let mut data = None;
        loop {
            let Some(line) = self.read_line() else {
                assert_eq!(data, None, "the stream ended within an event");
                return None;
            };
            match line.split_once(": ") {
                Some(("id", id)) => id.clone_into(&mut self.last),
                Some(("data", text)) => {
                    assert_eq!(event_fault(&self.last, text), None, "{text}");
                    data = Some(serde_json::from_str(text).unwrap());
                }
                None if data.is_some() => return data,
                _ => {}
            }
        }
    }

    /// The next line, unparsed.
    pub(crate) fn line(&mut self) -> String {
        self.read_line().expect("the stream has ended")
    }

    fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.lines.read_line(&mut line).unwrap();
        (length > 0).then(|| line.trim_end().to_owned())
    }

    /// The sequence sequences of the next `count` changes.
    pub(crate) fn sequences(&mut self, count: usize) -> Vec<i64> {
        let sequence = |_| self.next().expect("the stream has ended")["sequence"].as_i64().unwrap();
        (0..count).map(sequence).collect()
    }
}
