//! A request body with many events: a JSON array, or one event a line (NDJSON).
//!
//! Each event has its own result. Only an array that is not valid JSON is rejected as a whole, because its
//! events cannot be separated.

use std::fmt;

use serde_json::value::RawValue;

use crate::error::ReportingError;
use crate::event::{Event, Incoming};
use crate::json::{read_elements, read_value, without_byte_order_mark};
use crate::window::Window;

/// The maximum number of events in one body.
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// The maximum length of an event in bytes. An event fits even if all its fields have their longest values.
/// Longer ones are not parsed, so memory is bounded whatever a body contains.
pub const MAX_EVENT_BYTES: usize = 16 * 1024;

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

impl Position {
    /// The number of the element or line.
    pub fn number(self) -> usize {
        match self {
            Self::Element(number) | Self::Line(number) => number,
        }
    }
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
    /// Reads a body. It is an array if its first character is `[`. A byte-order mark at its start is ignored.
    pub fn read(body: &[u8], window: Window) -> Result<Self, ReportingError> {
        let body = without_byte_order_mark(body);
        let items = if body.trim_ascii_start().first() == Some(&b'[') {
            read_array(body, window)?
        } else {
            read_lines(body, window)?
        };
        Ok(Self { items })
    }
}

const TOO_MANY: ReportingError = ReportingError::TooManyEvents { maximum: MAX_BATCH_EVENTS };

fn read_array(body: &[u8], window: Window) -> Result<Vec<Item>, ReportingError> {
    let elements = read_elements(body, MAX_BATCH_EVENTS)?.ok_or(TOO_MANY)?;
    let numbered = (1..).map(Position::Element).zip(elements);
    Ok(numbered.map(|(position, element)| Item { position, event: read_event(element, window) }).collect())
}

fn read_lines(body: &[u8], window: Window) -> Result<Vec<Item>, ReportingError> {
    let lines = body.split(|byte| *byte == b'\n').enumerate();
    let lines: Vec<_> =
        lines.filter(|(_, line)| !line.trim_ascii().is_empty()).take(MAX_BATCH_EVENTS + 1).collect();
    if lines.len() > MAX_BATCH_EVENTS {
        return Err(TOO_MANY);
    }
    let items = lines.into_iter().map(|(lines_before, line)| Item {
        position: Position::Line(lines_before + 1),
        event: read_line(line, lines_before, window),
    });
    Ok(items.collect())
}

fn read_line(line: &[u8], lines_before: usize, window: Window) -> Result<Incoming, ReportingError> {
    if line.len() > MAX_EVENT_BYTES {
        return Err(ReportingError::EventTooLong { maximum: MAX_EVENT_BYTES });
    }
    read_event(read_value(line, lines_before)?, window)
}

fn read_event(json: &RawValue, window: Window) -> Result<Incoming, ReportingError> {
    if json.get().len() > MAX_EVENT_BYTES {
        return Err(ReportingError::EventTooLong { maximum: MAX_EVENT_BYTES });
    }
    Event::read(json, window)
}
