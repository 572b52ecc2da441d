//! The fields of a provider's object, taken one by one; what is left was not understood.

use outbound_model::{At, FromJson, Object, ShapeError};
use serde_json::Value;

/// An object and its place in the element.
pub(crate) struct Fields<'p> {
    object: Object,
    pub(crate) at: At<'p>,
}

impl<'p> Fields<'p> {
    /// Of the object at `at`.
    pub(crate) fn of(value: Value, at: At<'p>) -> Result<Self, ShapeError> {
        Ok(Self { object: Object::from_json(value, at)?, at })
    }

    /// Of one that may be missing.
    pub(crate) fn some(object: Option<Object>, at: At<'p>) -> Self {
        Self { object: object.unwrap_or_default(), at }
    }

    /// Takes a field out; an optional one may be missing or `null`.
    pub(crate) fn take<T: FromJson>(&mut self, key: &str) -> Result<T, ShapeError> {
        let at = self.at.key(key);
        match self.object.shift_remove(key) {
            Some(value) => T::from_json(value, at),
            None => T::when_absent(at),
        }
    }

    /// Takes a field out if it is a text.
    pub(crate) fn take_text(&mut self, key: &str) -> Option<String> {
        let text = self.object.get(key)?.as_str()?.to_owned();
        self.object.shift_remove(key);
        Some(text)
    }

    /// Puts a field back.
    pub(crate) fn put(&mut self, key: &str, value: Value) {
        self.object.insert(key.to_owned(), value);
    }

    /// Takes an array out.
    pub(crate) fn list(&mut self, key: &str) -> Result<Vec<Value>, ShapeError> {
        Ok(self.take::<Vec<Item>>(key)?.into_iter().map(|item| item.0).collect())
    }

    /// The same for one that may be missing.
    pub(crate) fn some_list(&mut self, key: &str) -> Result<Vec<Value>, ShapeError> {
        Ok(self.take::<Option<Vec<Item>>>(key)?.unwrap_or_default().into_iter().map(|item| item.0).collect())
    }

    /// Samples: a text, an array of texts, or an array of arrays of texts. Meta writes all three.
    pub(crate) fn samples(&mut self, key: &str) -> Result<Vec<String>, ShapeError> {
        let mut texts = Vec::new();
        if let Some(value) = self.object.shift_remove(key) {
            flatten(value, self.at.key(key), &mut texts)?;
        }
        Ok(texts)
    }

    /// What was not taken.
    pub(crate) fn rest(self) -> Object {
        self.object
    }
}

/// Any value.
struct Item(Value);

impl FromJson for Item {
    fn from_json(value: Value, _: At<'_>) -> Result<Self, ShapeError> {
        Ok(Self(value))
    }
}

fn flatten(value: Value, at: At<'_>, texts: &mut Vec<String>) -> Result<(), ShapeError> {
    match value {
        Value::Array(items) => {
            items.into_iter().enumerate().try_for_each(|(i, item)| flatten(item, at.index(i), texts))
        }
        Value::Number(number) => {
            texts.push(number.to_string());
            Ok(())
        }
        Value::Null => Ok(()),
        other => String::from_json(other, at).map(|text| texts.push(text)),
    }
}
