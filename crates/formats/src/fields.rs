//! Reads the fields of a provider's object one by one. The remaining fields are unknown.

use outbound_model::{At, FromJson, Object, ShapeError};
use serde_json::Value;

/// An object and its location in the element.
pub(crate) struct FieldReader<'p> {
    object: Object,
    pub(crate) at: At<'p>,
}

impl<'p> FieldReader<'p> {
    /// For the object at `at`.
    pub(crate) fn of(value: Value, at: At<'p>) -> Result<Self, ShapeError> {
        Ok(Self { object: Object::from_json(value, at)?, at })
    }

    /// For an optional object at `at`.
    pub(crate) fn some(object: Option<Object>, at: At<'p>) -> Self {
        Self { object: object.unwrap_or_default(), at }
    }

    /// Removes and returns a field. Optional fields may be missing or `null`.
    pub(crate) fn take<T: FromJson>(&mut self, key: &str) -> Result<T, ShapeError> {
        let at = self.at.key(key);
        match self.object.shift_remove(key) {
            Some(value) => T::from_json(value, at),
            None => T::when_absent(at),
        }
    }

    /// Removes and returns a field if it is a string.
    pub(crate) fn take_text(&mut self, key: &str) -> Option<String> {
        let text = self.object.get(key)?.as_str()?.to_owned();
        self.object.shift_remove(key);
        Some(text)
    }

    /// Adds a field.
    pub(crate) fn put(&mut self, key: &str, value: Value) {
        self.object.insert(key.to_owned(), value);
    }

    /// Removes and returns an array.
    pub(crate) fn list(&mut self, key: &str) -> Result<Vec<Value>, ShapeError> {
        Ok(self.take::<Vec<Item>>(key)?.into_iter().map(|item| item.0).collect())
    }

    /// Removes and returns an optional array.
    pub(crate) fn some_list(&mut self, key: &str) -> Result<Vec<Value>, ShapeError> {
        Ok(self.take::<Option<Vec<Item>>>(key)?.unwrap_or_default().into_iter().map(|item| item.0).collect())
    }

    /// Removes and returns sample values: a string, an array of strings, or an array of arrays of strings. Meta
    /// uses all three.
    pub(crate) fn samples(&mut self, key: &str) -> Result<Vec<String>, ShapeError> {
        let mut samples = Vec::new();
        if let Some(value) = self.object.shift_remove(key) {
            flatten(value, self.at.key(key), &mut samples)?;
        }
        Ok(samples)
    }

    /// The remaining fields.
    pub(crate) fn rest(self) -> Object {
        self.object
    }
}

/// Any JSON value.
struct Item(Value);

impl FromJson for Item {
    fn from_json(value: Value, _: At<'_>) -> Result<Self, ShapeError> {
        Ok(Self(value))
    }
}

fn flatten(value: Value, at: At<'_>, samples: &mut Vec<String>) -> Result<(), ShapeError> {
    match value {
        Value::Array(items) => {
            items.into_iter().enumerate().try_for_each(|(i, item)| flatten(item, at.index(i), samples))
        }
        Value::Number(number) => {
            samples.push(number.to_string());
            Ok(())
        }
        Value::Null => Ok(()),
        other => String::from_json(other, at).map(|sample| samples.push(sample)),
    }
}
