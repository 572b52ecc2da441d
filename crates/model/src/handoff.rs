//! The handoff: one outbound message configuration of a brand, with one configuration per channel.

use serde_json::Value;

use crate::json_macros::{from_json_text, json_object};
use crate::text_types::{is_id, is_name, text_type};
use crate::{Channel, Extension, Object, Timestamp, fold};

json_object! {
    /// An outbound message configuration (handoff), as the configuration API serves it.
    pub struct Handoff {
        /// The configuration's id: `H` and 15 digits.
        id as "id": HandoffId,
        /// The configuration's name, unique in the account.
        name as "name": HandoffName,
        /// Days of the lookback period, 0 to 30.
        lookback_period_day as "lookbackPeriodDay": i64,
        /// Hours of the lookback period, 0 to 23, in addition to the days.
        lookback_period_hour as "lookbackPeriodHour": i64,
        /// Whether reopened conversations within the lookback period are routed too.
        route_all_within_lookback as "routeAllWithinLookback": bool,
        /// When the handoff was created, UTC.
        created_at as "createdAt": Timestamp,
        /// When it was last changed, UTC.
        updated_at as "updatedAt": Timestamp,
        /// The configuration of each channel.
        channels as "channels": Vec<Channel>,
        ;
        /// Outbound's own fields. Files contain them; the documented endpoints never return them.
        extension as (Extension::KEY): Option<Extension>,
    }
}

impl Handoff {
    /// The handoff as written to files: the served fields and the extension.
    ///
    /// ```
    /// use outbound_model::{Handoff, from_json_str};
    ///
    /// let text = r#"{"id":"H1","name":"Greeting","lookbackPeriodDay":30,"lookbackPeriodHour":0,
    ///   "routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z",
    ///   "updatedAt":"2022-10-03T09:00:00.000Z","channels":[],
    ///   "x-outbound":{"samples":{"0":{"1":"Ann"}}}}"#;
    /// let handoff: Handoff = from_json_str(text)?;
    /// assert!(serde_json::to_value(&handoff)?.get("x-outbound").is_none());
    /// assert_eq!(handoff.to_file()?["x-outbound"]["samples"]["0"]["1"], "Ann");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_file(&self) -> Result<Object, serde_json::Error> {
        let mut object = match serde_json::to_value(self)? {
            Value::Object(object) => object,
            _ => Object::new(),
        };
        if let Some(extension) = &self.extension {
            object.insert(Extension::KEY.to_owned(), serde_json::to_value(extension)?);
        }
        Ok(object)
    }
}

text_type! {
    /// A handoff id. Generated ids are `H` and 15 digits; imported ids may be any 1 to 64 letters, digits, `_`
    /// or `-`.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "H072047293477861")]
    HandoffId,
    valid: |text| is_id(text, 64, b"_-"),
    invalid: "expected an id of 1 to 64 letters, digits, '_' or '-'"
}

impl HandoffId {
    /// Derives an id from a random number: `H` and its last 15 decimal digits.
    pub fn from_random(number: u64) -> Self {
        Self(format!("H{:015}", number % 1_000_000_000_000_000))
    }
}

from_json_text!(HandoffId);

text_type! {
    /// A handoff name: 1 to 255 characters, not only whitespace, without control characters.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "Cinema ticket")]
    HandoffName,
    valid: |text| is_name(text, 255),
    invalid: "expected a name of 1 to 255 characters without control characters"
}

impl HandoffName {
    /// The comparison key: lower case in NFC. Names with equal keys are the same name.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

from_json_text!(HandoffName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_composition() {
        let key = |text: &str| text.parse::<HandoffName>().unwrap().key();
        assert_eq!(key("Café"), key("CAFE\u{301}"));
        assert_ne!(key("Cafe"), key("Café"));
    }

    #[test]
    fn a_random_id_has_h_and_fifteen_digits() {
        assert_eq!(HandoffId::from_random(7).as_str(), "H000000000000007");
        assert_eq!(HandoffId::from_random(u64::MAX).as_str().len(), 16);
    }
}
