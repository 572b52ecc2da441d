//! A finding: which rule a handoff breaks, where, and what to do about it.

use std::ops::Range;

use outbound_model::At;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::source::{Provider, Source};
use crate::{Rule, Severity};

/// A rule that a handoff breaks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// The rule's id in docs/rules.md, such as `WA-26`.
    pub rule: &'static str,
    /// The rule's name in the catalogue, such as `starts-with-placeholder`.
    pub name: &'static str,
    /// How bad it is for this account.
    pub severity: Severity,
    /// The channel configuration; `None` for the handoff itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelRef>,
    /// JSON pointer (RFC 6901) into the handoff as it is served. Of a field that is missing, to the
    /// object that lacks it.
    pub pointer: String,
    /// The field that is missing in the object at `pointer`, where it is one field. Not written as JSON.
    #[serde(skip)]
    pub missing: Option<&'static str>,
    /// The bytes of the text at `pointer` that are meant; `None` for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub range: Option<Range<usize>>,
    /// What is wrong, as a sentence for the person who writes the message.
    pub message: String,
    /// What would mend it, where that needs no thought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Whose rule it is.
    pub provider: Provider,
    /// The page that states it.
    pub source: &'static Source,
}

/// A channel configuration of a handoff.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct ChannelRef {
    /// Its place in `channels`, from 0.
    pub index: usize,
    /// Its type, such as `wa`; of a channel that the contract does not name, what it says itself.
    pub r#type: String,
}

/// A mechanical change that removes a finding.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Fix {
    /// JSON pointer to the value to change; the last field of it may not exist yet.
    pub pointer: String,
    /// The bytes of the text there to replace; `None` for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<outbound_model::ByteRange>)]
    pub range: Option<Range<usize>>,
    /// What to put there; `null` to leave the field out.
    #[schema(value_type = Value)]
    pub value: Value,
}

impl Fix {
    /// Makes the change in a handoff's JSON; whether that was possible.
    pub fn apply(&self, handoff: &mut Value) -> bool {
        if let Some(range) = &self.range {
            let (Some(Value::String(text)), Some(new)) =
                (handoff.pointer_mut(&self.pointer), self.value.as_str())
            else {
                return false;
            };
            let possible = text.get(range.clone()).is_some();
            if possible {
                text.replace_range(range.clone(), new);
            }
            return possible;
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

/// A finding in the making: nothing is spelled out until it is known to be wanted.
pub(crate) struct Found<'p> {
    pub(crate) rule: &'static Rule,
    pub(crate) at: At<'p>,
    pub(crate) missing: Option<&'static str>,
    pub(crate) range: Option<Range<usize>>,
    pub(crate) message: Option<String>,
    pub(crate) fix: Option<Fix>,
}

impl Rule {
    /// This rule is broken at `at`. Its sentence is the message until [`Found::say`].
    pub(crate) fn at<'p>(&'static self, at: &At<'p>) -> Found<'p> {
        Found { rule: self, at: *at, missing: None, range: None, message: None, fix: None }
    }
}

impl Found<'_> {
    /// The object there lacks this field.
    pub(crate) fn lacks(mut self, field: &'static str) -> Self {
        self.missing = Some(field);
        self
    }

    /// Only these bytes of the text are meant.
    pub(crate) fn range(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    /// What is wrong in this case.
    pub(crate) fn say(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The same place, range and all, should read `value`.
    pub(crate) fn fix(mut self, value: impl Into<Value>) -> Self {
        self.fix = Some(Fix { pointer: self.at.to_string(), range: self.range.clone(), value: value.into() });
        self
    }

    /// The whole value at `at` should be `value`, `null` for none.
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
    fn a_fix_of_a_place_that_is_gone_changes_nothing() {
        let handoff = json!({"name": "é", "channels": ["a"]});
        for (pointer, range, value) in [
            ("/name", Some(0..1), json!("x")),
            ("/name", Some(0..9), json!("x")),
            ("/channels", Some(0..1), json!("x")),
            ("/channels/1", None, json!("x")),
            ("/nobody/name", None, json!("x")),
            ("/colour", None, json!(null)),
            ("", None, json!("x")),
        ] {
            let mut changed = handoff.clone();
            assert!(!Fix { pointer: pointer.to_owned(), range, value }.apply(&mut changed), "{pointer}");
            assert_eq!(changed, handoff, "{pointer}");
        }
    }
}
