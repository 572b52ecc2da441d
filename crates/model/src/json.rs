//! Lossless reading of JSON into the model, with the exact location of each error.
//!
//! serde's derived `Deserialize` loses the location of an error inside tagged objects and drops unknown
//! fields. The macros of [`crate::json_macros`] read an object field by field, keep unknown fields and
//! track the location.

use std::fmt;

use serde_json::{Map, Value};

/// A JSON object that keeps the order of its fields.
pub type Object = Map<String, Value>;

/// Valid JSON that does not have the expected structure.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {problem}", if pointer.is_empty() { "the value" } else { pointer })]
pub struct ShapeError {
    /// JSON pointer (RFC 6901) to the wrong value; empty for the value itself.
    pub pointer: String,
    /// What is wrong, as a phrase: `expected text, found a number`.
    pub problem: String,
}

/// Error when reading a JSON string into the model.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not valid JSON. The message names line and column.
    #[error("not valid JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// JSON of another structure.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// Reads one value of the model from a JSON string.
pub fn from_json_str<T: FromJson>(text: &str) -> Result<T, ReadError> {
    let value = serde_json::from_str(text)?;
    Ok(T::from_json(value, At::ROOT)?)
}

/// A location in a JSON document: a linked list of steps, formatted only when an error is reported.
#[derive(Clone, Copy, Debug)]
pub struct At<'p> {
    parent: Option<&'p At<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl At<'_> {
    /// The root of the document.
    pub const ROOT: At<'static> = At { parent: None, step: Step::Root };

    /// The field `key` of this location.
    pub fn key<'c>(&'c self, key: &'c str) -> At<'c> {
        At { parent: Some(self), step: Step::Key(key) }
    }

    /// The element `index` of this location, from 0.
    pub fn index(&self, index: usize) -> At<'_> {
        At { parent: Some(self), step: Step::Index(index) }
    }

    /// A [`ShapeError`] at this location.
    pub fn problem(&self, problem: impl Into<String>) -> ShapeError {
        ShapeError { pointer: self.to_string(), problem: problem.into() }
    }

    fn expected(&self, what: &str, found: &Value) -> ShapeError {
        self.problem(format!("expected {what}, found {}", json_type_name(found)))
    }
}

impl fmt::Display for At<'_> {
    /// As a JSON pointer (RFC 6901).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}

/// The JSON type of a value, as error messages name it: `a string`, `an array`.
pub fn json_type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A type that can be read from a JSON value at a known location.
pub trait FromJson: Sized {
    /// Reads `value`, which is located at `at`.
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError>;

    /// The value of an absent field; an error unless the field is optional.
    fn when_absent(at: At<'_>) -> Result<Self, ShapeError> {
        Err(at.problem("is missing"))
    }

    /// Whether the field is omitted when the object is written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// For serde's `skip_serializing_if`.
pub(crate) fn is_absent<T: FromJson>(value: &T) -> bool {
    value.is_absent()
}

/// Removes a required or optional field from an object and reads it.
pub(crate) fn take<T: FromJson>(object: &mut Object, key: &str, at: &At<'_>) -> Result<T, ShapeError> {
    let at = at.key(key);
    match object.shift_remove(key) {
        Some(value) => T::from_json(value, at),
        None => T::when_absent(at),
    }
}

impl<T: FromJson> FromJson for Option<T> {
    /// `null` is read as absent, because the contract never uses it.
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        if value.is_null() { Ok(None) } else { T::from_json(value, at).map(Some) }
    }

    fn when_absent(_: At<'_>) -> Result<Self, ShapeError> {
        Ok(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        match value {
            Value::Array(items) => {
                items.into_iter().enumerate().map(|(i, item)| T::from_json(item, at.index(i))).collect()
            }
            other => Err(at.expected("an array", &other)),
        }
    }
}

impl FromJson for Object {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        match value {
            Value::Object(object) => Ok(object),
            other => Err(at.expected("an object", &other)),
        }
    }
}

impl FromJson for String {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(at.expected("a string", &other)),
        }
    }
}

impl FromJson for bool {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        value.as_bool().ok_or_else(|| at.expected("true or false", &value))
    }
}

impl FromJson for i64 {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        value.as_i64().ok_or_else(|| at.expected("a whole number", &value))
    }
}

/// The `type` of a tagged object.
pub(crate) fn tag(tag: Option<Value>, at: At<'_>) -> Result<String, ShapeError> {
    match tag {
        Some(value) => String::from_json(value, at.key("type")),
        None => Err(at.key("type").problem("is missing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_errors_name_their_location() {
        let error = from_json_str::<crate::Channel>(
            r#"{"type":"sms-twilio","messageComponents":[{"type":"body"},{"type":"body","content":5}]}"#,
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "/messageComponents/1/content: expected a string, found a number"
        );
    }

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(At::ROOT.key("a/b").index(3).key("~").to_string(), "/a~1b/3/~0");
    }
}
