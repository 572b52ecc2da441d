//! Reads the fields of a JSON object, with errors that name the field. `null` counts as absent.

use outbound_model::{Object, Timestamp, json_type_name};
use serde_json::Value;

use crate::error::{ReportingError, shown};
use crate::text::Text;
use crate::window::read_millis;

/// The fields of an object.
pub(crate) struct Fields(Object);

impl Fields {
    /// Reads `value`, which is called `name` in errors.
    pub(crate) fn new(name: &'static str, value: Value) -> Result<Self, ReportingError> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            other => Err(wrong_type(name, "an object", &other)),
        }
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Removes a field.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.0.get_mut(field).map(Value::take).filter(|value| !value.is_null())
    }

    /// An optional string.
    pub(crate) fn string(&mut self, field: &'static str) -> Result<Option<String>, ReportingError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(field, "a string", &other)),
        }
    }

    /// A required string.
    pub(crate) fn required(&mut self, field: &'static str) -> Result<String, ReportingError> {
        self.string(field)?.ok_or(ReportingError::Missing { field })
    }

    /// An optional [`Text`]. Empty strings count as absent, because the vendor's API writes them so.
    pub(crate) fn text(&mut self, field: &'static str) -> Result<Option<Text>, ReportingError> {
        match self.string(field)? {
            Some(text) if !text.is_empty() => Text::new(field, text).map(Some),
            _ => Ok(None),
        }
    }

    /// A required [`Text`].
    pub(crate) fn required_text(&mut self, field: &'static str) -> Result<Text, ReportingError> {
        Text::new(field, self.required(field)?)
    }

    /// An optional whole number.
    pub(crate) fn integer(&mut self, field: &'static str) -> Result<Option<i64>, ReportingError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Number(number)) => match number.as_i64() {
                Some(integer) => Ok(Some(integer)),
                None => Err(ReportingError::invalid(field, &number.to_string(), "a whole number")),
            },
            Some(other) => Err(wrong_type(field, "a number", &other)),
        }
    }

    /// An optional time: milliseconds since 1970, or RFC 3339.
    pub(crate) fn time(&mut self, field: &'static str) -> Result<Option<Timestamp>, ReportingError> {
        let not_a_time = |found: &str| ReportingError::NotATime { field, found: shown(found) };
        match self.take(field) {
            None => Ok(None),
            Some(Value::Number(number)) => {
                let millis = number.as_i64().ok_or_else(|| not_a_time(&number.to_string()))?;
                read_millis(field, millis).map(Some)
            }
            Some(Value::String(text)) => text.parse().map(Some).map_err(|_| not_a_time(&format!("`{text}`"))),
            Some(other) => Err(wrong_type(field, "a time", &other)),
        }
    }
}

pub(crate) fn wrong_type(field: &'static str, expected: &'static str, found: &Value) -> ReportingError {
    ReportingError::WrongType { field, expected, found: json_type_name(found) }
}
