//! Reads JSON objects field by field, with errors that name the field. `null` counts as absent.
//!
//! Values stay unparsed until they are needed. `serde_json::Value` is not used for request bodies: behind a key
//! that the library reserves for itself it parses strings as JSON again, with a new limit of nesting.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::error::CampaignError;

/// The fields of an object. Of two with the same name, the last one counts.
pub(crate) struct Fields<'j> {
    /// The path of the object in errors; empty for the request itself.
    path: String,
    fields: BTreeMap<String, &'j RawValue>,
}

impl<'j> Fields<'j> {
    /// Reads the body of a request.
    pub(crate) fn of_body(body: &'j [u8]) -> Result<Self, CampaignError> {
        let json: &RawValue =
            serde_json::from_slice(body).map_err(|error| CampaignError::Syntax(error.to_string()))?;
        let fields = read_object(json).ok_or_else(|| invalid("The request", "an object"))?;
        Ok(Self { path: String::new(), fields })
    }

    /// Reads the object `json`, which errors call `path`.
    pub(crate) fn of_value(path: String, json: &'j RawValue) -> Result<Self, CampaignError> {
        match read_object(json) {
            Some(fields) => Ok(Self { path, fields }),
            None => Err(CampaignError::Invalid { field: path, expected: "an object" }),
        }
    }

    /// The path of a field in errors.
    pub(crate) fn path(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// All names and values, including null.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'j RawValue)> {
        self.fields.iter().map(|(name, json)| (name.as_str(), *json))
    }

    /// A field, even if it is null.
    pub(crate) fn get_or_null(&self, field: &str) -> Option<&'j RawValue> {
        self.fields.get(field).copied()
    }

    /// A field that is not null.
    pub(crate) fn get(&self, field: &str) -> Option<&'j RawValue> {
        self.get_or_null(field).filter(|json| json.get() != "null")
    }

    /// A required field.
    pub(crate) fn required(&self, field: &'static str) -> Result<&'j RawValue, CampaignError> {
        self.get(field).ok_or(CampaignError::FieldMissing { name: field })
    }

    /// An optional object.
    pub(crate) fn object(&self, field: &'static str) -> Result<Option<Fields<'j>>, CampaignError> {
        self.get(field).map(|json| Fields::of_value(self.path(field), json)).transpose()
    }

    /// An optional array.
    pub(crate) fn array(&self, field: &'static str) -> Result<Option<Vec<&'j RawValue>>, CampaignError> {
        let Some(json) = self.get(field) else { return Ok(None) };
        let elements = json.get().starts_with('[').then(|| serde_json::from_str(json.get()).ok()).flatten();
        elements.map(Some).ok_or_else(|| self.invalid(field, "an array"))
    }

    /// An optional string. Empty strings count as absent.
    pub(crate) fn string(&self, field: &'static str) -> Result<Option<String>, CampaignError> {
        let Some(json) = self.get(field) else { return Ok(None) };
        let string = read_string(json).ok_or_else(|| self.invalid(field, "a string"))?;
        Ok(Some(string).filter(|string| !string.is_empty()))
    }

    /// An optional string of at most `maximum` characters, without control characters.
    pub(crate) fn short_string(
        &self,
        field: &'static str,
        maximum: usize,
    ) -> Result<Option<String>, CampaignError> {
        match self.string(field)? {
            Some(string) if is_longer(&string, maximum) => {
                Err(CampaignError::TooLong { field: self.path(field), maximum })
            }
            Some(string) if string.chars().any(char::is_control) => {
                Err(self.invalid(field, "text without control characters"))
            }
            string => Ok(string),
        }
    }

    /// A required string of at most `maximum` characters, which is not blank.
    pub(crate) fn required_string(
        &self,
        field: &'static str,
        maximum: usize,
    ) -> Result<String, CampaignError> {
        let string = self.short_string(field, maximum)?.filter(|string| !string.trim().is_empty());
        string.ok_or(CampaignError::FieldMissing { name: field })
    }

    pub(crate) fn invalid(&self, field: &str, expected: &'static str) -> CampaignError {
        CampaignError::Invalid { field: self.path(field), expected }
    }
}

pub(crate) fn invalid(field: &str, expected: &'static str) -> CampaignError {
    CampaignError::Invalid { field: field.to_owned(), expected }
}

/// Whether `string` has more than `maximum` characters.
pub(crate) fn is_longer(string: &str, maximum: usize) -> bool {
    string.len() > maximum && string.chars().nth(maximum).is_some()
}

/// The string `json`; `None` for another type and for half of a surrogate pair.
pub(crate) fn read_string(json: &RawValue) -> Option<String> {
    if json.get().starts_with('"') { serde_json::from_str(json.get()).ok() } else { None }
}

/// Whether `json` is a number.
pub(crate) fn is_number(json: &RawValue) -> bool {
    json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

fn read_object(json: &RawValue) -> Option<BTreeMap<String, &RawValue>> {
    if json.get().starts_with('{') { serde_json::from_str(json.get()).ok() } else { None }
}
