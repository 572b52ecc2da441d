//! Reads JSON of providers leniently: a field of another type counts as absent, so that one bad field rejects
//! neither its entry nor its batch.
//!
//! `serde_json::Value` is not used, because it can overflow the stack (see `json.rs` of the reporting crate).

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Reads an object; `None` if `json` is anything else. Without the check, an array would be read as the fields of
/// the object in their order.
pub(crate) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Option<T> {
    let is_object = json.trim_ascii_start().starts_with(b"{");
    if is_object { serde_json::from_slice(json).ok() } else { None }
}

/// For `deserialize_with`: the value of a field, or `None` if it has another type.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// For `deserialize_with`: the elements of an array; none if the field is no array.
pub(crate) fn elements<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<&'de RawValue>, D::Error> {
    Ok(lenient(deserializer)?.unwrap_or_default())
}

/// For `deserialize_with`: a string or a number, as text.
pub(crate) fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?.get();
    let number = || raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()).then(|| raw.to_owned());
    Ok(serde_json::from_str(raw).ok().or_else(number))
}
