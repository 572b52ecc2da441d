//! Reads server-sent events as they come.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use outbound_testkit::specification::event_fault;
use serde_json::Value;
use ureq::Agent;

/// A whole stream is read within this time, or fails.
const DEADLINE: Duration = Duration::from_mins(1);

/// An open stream of changes.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read>>,
    /// The id of the last event.
    pub(crate) last: String,
}

impl Events {
    /// Of `url`, from the event behind `last`.
    pub(crate) fn open(url: &str, token: &str, last: &str) -> Self {
        let agent: Agent = Agent::config_builder().timeout_global(Some(DEADLINE)).build().into();
        let request = agent.get(url).header("accept", "text/event-stream").header("authorization", token);
        let request = if last.is_empty() { request } else { request.header("last-event-id", last) };
        let answer = request.call().unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let reader: Box<dyn Read> = Box::new(answer.into_body().into_reader());
        Self { lines: BufReader::new(reader), last: last.to_owned() }
    }

    /// The data of the next event, which is as the OpenAPI document says; `None` where the stream ends as it
    /// should.
    pub(crate) fn next(&mut self) -> Option<Value> {
        let mut data = None;
        loop {
            let Some(line) = self.read_line() else {
                assert_eq!(data, None, "the stream ends within an event");
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

    /// The next line as it came.
    pub(crate) fn line(&mut self) -> String {
        self.read_line().expect("the stream has ended")
    }

    fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.lines.read_line(&mut line).unwrap();
        (length > 0).then(|| line.trim_end().to_owned())
    }

    /// The numbers of the next `count` changes.
    pub(crate) fn numbers(&mut self, count: usize) -> Vec<i64> {
        let number = |_| self.next().expect("the stream has ended")["sequence"].as_i64().unwrap();
        (0..count).map(number).collect()
    }
}
