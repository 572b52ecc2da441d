//! A request body with many events: a JSON array, or one event a line (NDJSON).
//!
//! Each event has its own result. Only an array that is not valid JSON is rejected as a whole, because its
//! events cannot be separated.

use std::fmt;

use serde_json::value::RawValue;

use crate::error::ReportingError;
use crate::event::{Event, Incoming};
use crate::window::Window;

/// The maximum number of events in one body.
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// The results of reading a body.
#[derive(Debug)]
pub struct Batch {
    /// One result for each event, in the order of the body.
    pub items: Vec<Item>,
}

/// The result of reading one event.
#[derive(Debug)]
pub struct Item {
    /// Where the event is.
    pub position: Position,
    /// The event, or why it was not accepted.
    pub event: Result<Incoming, ReportingError>,
}

/// Where an event is in its body, from 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Position {
    /// The element of an array.
    Element(usize),
    /// The line of an NDJSON body.
    Line(usize),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element(number) => write!(f, "event {number}"),
            Self::Line(number) => write!(f, "line {number}"),
        }
    }
}

impl Batch {
    /// Reads a body. It is an array if its first character is `[`.
    pub fn read(body: &[u8], window: Window) -> Result<Self, ReportingError> {
        let items = if body.trim_ascii_start().first() == Some(&b'[') {
            read_array(body, window)?
        } else {
            read_lines(body, window)?
        };
        Ok(Self { items })
    }
}

fn read_array(body: &[u8], window: Window) -> Result<Vec<Item>, ReportingError> {
    let elements: Vec<&RawValue> = serde_json::from_slice(body).map_err(|e| syntax(&e))?;
    if elements.len() > MAX_BATCH_EVENTS {
        return Err(ReportingError::TooManyEvents { maximum: MAX_BATCH_EVENTS });
    }
    let numbered = (1..).map(Position::Element).zip(elements);
    Ok(numbered.map(|(position, element)| read_item(position, element.get().as_bytes(), window)).collect())
}

fn read_lines(body: &[u8], window: Window) -> Result<Vec<Item>, ReportingError> {
    let numbered = (1..).map(Position::Line).zip(body.split(|byte| *byte == b'\n'));
    let lines: Vec<_> = numbered
        .map(|(position, line)| (position, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .take(MAX_BATCH_EVENTS + 1)
        .collect();
    if lines.len() > MAX_BATCH_EVENTS {
        return Err(ReportingError::TooManyEvents { maximum: MAX_BATCH_EVENTS });
    }
    Ok(lines.into_iter().map(|(position, line)| read_item(position, line, window)).collect())
}

fn read_item(position: Position, json: &[u8], window: Window) -> Item {
    let event = serde_json::from_slice(json).map_err(|e| syntax(&e)).and_then(|v| Event::read(v, window));
    Item { position, event }
}

fn syntax(error: &serde_json::Error) -> ReportingError {
    ReportingError::Syntax(error.to_string())
}
