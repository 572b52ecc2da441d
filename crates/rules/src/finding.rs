//! Findings: which rule a handoff violates, where, and how to fix it.

use std::ops::Range;

use outbound_model::{At, FindingCounts};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::source::{Provider, Source};
use crate::{Rule, Severity};

/// A violation of a rule by a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// The rule's id in docs/rules.md, such as `WA-26`.
    pub rule: &'static str,
    /// The rule's name in the catalogue, such as `starts-with-placeholder`.
    pub name: &'static str,
    /// The severity for this account.
    pub severity: Severity,
    /// The channel configuration; absent if the finding is about the handoff itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelRef>,
    /// JSON pointer (RFC 6901) into the served handoff. For a missing field it points to the object that lacks
    /// the field.
    pub pointer: String,
    /// The field that is missing in the object at `pointer`, if it is a single field. Not part of the JSON.
    #[serde(skip)]
    pub missing: Option<&'static str>,
    /// The affected bytes of the string at `pointer`; absent for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub range: Option<Range<usize>>,
    /// What is wrong, as a sentence for the author of the message.
    pub message: String,
    /// Automatic fix, if it is unambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The provider that defines the rule.
    pub provider: Provider,
    /// The page that states the rule.
    pub source: &'static Source,
}

/// A channel configuration of a handoff.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct ChannelRef {
    /// The index in `channels`, from 0.
    pub index: usize,
    /// The type, such as `wa`. Unknown types are copied unchanged.
    pub r#type: String,
}

/// An automatic change that resolves a finding.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Fix {
    /// JSON pointer to the value to change. Its last field may not exist yet.
    pub pointer: String,
    /// The bytes of the string to replace; absent for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub range: Option<Range<usize>>,
    /// The new value; `null` removes the field.
    #[schema(value_type = Value)]
    pub value: Value,
}

impl Fix {
    /// Applies the change to a handoff's JSON. Returns `false` and changes nothing if that is not possible.
    pub fn apply(&self, handoff: &mut Value) -> bool {
        if let Some(range) = &self.range {
            let (Some(Value::String(text)), Some(new)) =
                (handoff.pointer_mut(&self.pointer), self.value.as_str())
            else {
                return false;
            };
            let is_valid = text.get(range.clone()).is_some();
            if is_valid {
                text.replace_range(range.clone(), new);
            }
            return is_valid;
        }
        let Some((parent, key)) = self.pointer.rsplit_once('/') else { return false };
        match handoff.pointer_mut(parent) {
            Some(Value::Object(object)) if self.value.is_null() => object.shift_remove(key).is_some(),
            Some(Value::Object(object)) => {
                object.insert(key.to_owned(), self.value.clone());
                true
            }
            Some(Value::Array(items)) => match key.parse().ok().and_then(|i: usize| items.get_mut(i)) {
                Some(item) => {
                    *item = self.value.clone();
                    true
                }
                None => false,
            },
            _ => false,
        }
    }
}

/// How many findings there are of each severity.
pub fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for finding in findings {
        match finding.severity {
            Severity::Error => counts.errors += 1,
            Severity::Warning => counts.warnings += 1,
        }
    }
    counts
}

/// A finding before it is known whether its rule is enabled. Strings are only built for enabled rules.
pub(crate) struct Found<'p> {
    pub(crate) rule: &'static Rule,
    pub(crate) at: At<'p>,
    pub(crate) missing: Option<&'static str>,
    pub(crate) range: Option<Range<usize>>,
    pub(crate) message: Option<String>,
    pub(crate) fix: Option<Fix>,
}

impl Rule {
    /// Creates a finding of this rule at `at`. The message is the rule's summary unless [`Found::say`] sets one.
    pub(crate) fn at<'p>(&'static self, at: &At<'p>) -> Found<'p> {
        Found { rule: self, at: *at, missing: None, range: None, message: None, fix: None }
    }
}

impl Found<'_> {
    /// Sets the field that the object at this location lacks.
    pub(crate) fn lacks(mut self, field: &'static str) -> Self {
        self.missing = Some(field);
        self
    }

    /// Limits the finding to these bytes of the string.
    pub(crate) fn range(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    /// Sets the message.
    pub(crate) fn say(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Sets a fix that replaces the located value, or its range, with `value`.
    pub(crate) fn fix(mut self, value: impl Into<Value>) -> Self {
        self.fix = Some(Fix { pointer: self.at.to_string(), range: self.range.clone(), value: value.into() });
        self
    }

    /// Sets a fix that replaces the whole value at `at` with `value`; `null` removes it.
    pub(crate) fn fix_at(mut self, at: &At<'_>, value: impl Into<Value>) -> Self {
        self.fix = Some(Fix { pointer: at.to_string(), range: None, value: value.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fixes_of_missing_locations_change_nothing() {
        let handoff = json!({"name": "é", "channels": ["a"]});
        for (pointer, range, value) in [
            ("/name", Some(0..1), json!("x")),
            ("/name", Some(0..9), json!("x")),
            ("/channels", Some(0..1), json!("x")),
            ("/channels/1", None, json!("x")),
            ("/absent/name", None, json!("x")),
            ("/colour", None, json!(null)),
            ("", None, json!("x")),
        ] {
            let mut changed = handoff.clone();
            assert!(!Fix { pointer: pointer.to_owned(), range, value }.apply(&mut changed), "{pointer}");
            assert_eq!(changed, handoff, "{pointer}");
        }
    }
}
