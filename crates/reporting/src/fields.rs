//! Reads the fields of a JSON object, with errors that name the field. `null` counts as absent.

use std::collections::BTreeMap;

use outbound_model::Timestamp;
use serde_json::value::RawValue;

use crate::error::{ReportingError, shown};
use crate::json::type_name;
use crate::text::Text;
use crate::window::read_millis;

/// The fields of an object. Of two with the same name, the last one counts.
pub(crate) struct Fields<'j>(BTreeMap<String, &'j RawValue>);

impl<'j> Fields<'j> {
    /// Reads `json`, which is called `name` in errors.
    pub(crate) fn new(name: &'static str, json: &'j RawValue) -> Result<Self, ReportingError> {
        if !json.get().starts_with('{') {
            return Err(wrong_type(name, "an object", json));
        }
        // The syntax was checked before, so only the names can be wrong.
        serde_json::from_str(json.get()).map(Self).map_err(|_| ReportingError::HalfSurrogate { field: name })
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A field.
    pub(crate) fn get(&self, field: &str) -> Option<&'j RawValue> {
        self.0.get(field).copied().filter(|json| json.get() != "null")
    }

    /// An optional string.
    pub(crate) fn string(&self, field: &'static str) -> Result<Option<String>, ReportingError> {
        self.get(field).map(|json| read_string(field, json)).transpose()
    }

    /// A required string.
    pub(crate) fn required(&self, field: &'static str) -> Result<String, ReportingError> {
        self.string(field)?.ok_or(ReportingError::Missing { field })
    }

    /// An optional [`Text`]. Empty strings count as absent, because the vendor's API writes them so.
    pub(crate) fn text(&self, field: &'static str) -> Result<Option<Text>, ReportingError> {
        match self.string(field)? {
            Some(text) if !text.is_empty() => Text::new(field, text).map(Some),
            _ => Ok(None),
        }
    }

    /// A required [`Text`].
    pub(crate) fn required_text(&self, field: &'static str) -> Result<Text, ReportingError> {
        Text::new(field, self.required(field)?)
    }

    /// An optional whole number.
    pub(crate) fn integer(&self, field: &'static str) -> Result<Option<i64>, ReportingError> {
        self.get(field).map(|json| read_integer(field, "a number", json)).transpose()
    }

    /// An optional string, or a whole number as a string.
    pub(crate) fn string_or_integer(&self, field: &'static str) -> Result<Option<String>, ReportingError> {
        let Some(json) = self.get(field) else { return Ok(None) };
        if is_string(json) {
            return read_string(field, json).map(Some);
        }
        Ok(Some(read_integer(field, "a string or a whole number", json)?.to_string()))
    }

    /// An optional time: milliseconds since 1970, or RFC 3339.
    pub(crate) fn time(&self, field: &'static str) -> Result<Option<Timestamp>, ReportingError> {
        let not_a_time = |found: &str| ReportingError::NotATime { field, found: shown(found) };
        let Some(json) = self.get(field) else { return Ok(None) };
        if is_string(json) {
            let text = read_string(field, json)?;
            return text.parse().map(Some).map_err(|_| not_a_time(&format!("`{text}`")));
        }
        if !is_number(json) {
            return Err(wrong_type(field, "a time", json));
        }
        let millis = json.get().parse().map_err(|_| not_a_time(json.get()))?;
        read_millis(field, millis).map(Some)
    }
}

/// The string `json`, the value of `field` or one of its values.
pub(crate) fn read_string(field: &'static str, json: &RawValue) -> Result<String, ReportingError> {
    if !is_string(json) {
        return Err(wrong_type(field, "a string", json));
    }
    serde_json::from_str(json.get()).map_err(|_| ReportingError::HalfSurrogate { field })
}

fn read_integer(field: &'static str, expected: &'static str, json: &RawValue) -> Result<i64, ReportingError> {
    if !is_number(json) {
        return Err(wrong_type(field, expected, json));
    }
    json.get().parse().map_err(|_| ReportingError::invalid(field, json.get(), "a whole number"))
}

fn is_string(json: &RawValue) -> bool {
    json.get().starts_with('"')
}

fn is_number(json: &RawValue) -> bool {
    json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

pub(crate) fn wrong_type(field: &'static str, expected: &'static str, found: &RawValue) -> ReportingError {
    ReportingError::WrongType { field, expected, found: type_name(found) }
}
