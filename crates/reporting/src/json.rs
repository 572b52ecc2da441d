//! Reads JSON from outside without building a tree of it.
//!
//! Values stay text until they are needed, and text is skipped without recursion. `serde_json::Value` is not used
//! for such text: behind a key that the library reserves for itself it parses a string as JSON, with a new limit of
//! nesting, so a body of 10 KB could overflow the stack.

use std::fmt;

use outbound_model::json_type_name;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::ReportingError;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The body without the byte-order mark that some programs write at its start.
pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Checks the syntax of one value. `lines_before` are the lines of the body before `json`.
pub(crate) fn read_value(json: &[u8], lines_before: usize) -> Result<&RawValue, ReportingError> {
    serde_json::from_slice(json).map_err(|error| syntax(&error, lines_before))
}

/// The elements of an array; `None` if it has more than `maximum`. Nothing is read after that many.
pub(crate) fn read_elements(json: &[u8], maximum: usize) -> Result<Option<Vec<&RawValue>>, ReportingError> {
    let mut elements = Elements { maximum, read: Vec::new(), are_too_many: false };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let result = deserializer.deserialize_seq(&mut elements).and_then(|()| deserializer.end());
    match result {
        _ if elements.are_too_many => Ok(None),
        Ok(()) => Ok(Some(elements.read)),
        Err(error) => Err(syntax(&error, 0)),
    }
}

struct Elements<'j> {
    maximum: usize,
    read: Vec<&'j RawValue>,
    are_too_many: bool,
}

impl<'j> Visitor<'j> for &mut Elements<'j> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(element) = array.next_element()? {
            if self.read.len() == self.maximum {
                self.are_too_many = true;
                return Err(de::Error::custom("too many elements"));
            }
            self.read.push(element);
        }
        Ok(())
    }
}

/// The type of a value, for error messages.
pub(crate) fn type_name(json: &RawValue) -> &'static str {
    json_type_name(&match json.get().as_bytes().first() {
        Some(b'{') => Value::Object(serde_json::Map::new()),
        Some(b'[') => Value::Array(Vec::new()),
        Some(b'"') => Value::String(String::new()),
        Some(b't' | b'f') => Value::Bool(true),
        Some(b'n') => Value::Null,
        _ => Value::from(0),
    })
}

/// The parser counts lines from the start of the value; the error, from the start of the body.
fn syntax(error: &serde_json::Error, lines_before: usize) -> ReportingError {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(&*text, |(problem, _)| problem);
    let (line, column) = (error.line() + lines_before, error.column());
    ReportingError::Syntax(format!("{problem} at line {line} column {column}"))
}
