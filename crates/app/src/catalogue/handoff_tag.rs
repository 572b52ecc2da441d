//! The tag of a handoff, by which a change of it says what its author saw.

use std::fmt;

use outbound_store::StoredHandoff;

use crate::AppError;

/// What a handoff looks like at one moment, as a short text: whoever changes it must have seen it
/// like that. An entity tag without its quotes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HandoffTag(String);

impl HandoffTag {
    /// The present one of a handoff.
    pub fn of(stored: &StoredHandoff) -> Self {
        let published = stored.published_version.unwrap_or(0);
        Self(format!("{}-{published}-{}", stored.latest_version.number, stored.state()))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HandoffTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a handoff must look like for a change to happen.
#[derive(Clone, Debug)]
pub enum ExpectedTag {
    /// Whatever.
    Any,
    /// As one of these tags says.
    OneOf(Vec<String>),
}

impl ExpectedTag {
    pub(crate) fn met_by(&self, stored: &StoredHandoff) -> Result<(), AppError> {
        let current = HandoffTag::of(stored);
        let stale = || AppError::Stale { id: stored.id.clone(), current: current.clone() };
        self.includes(current.as_str()).then_some(()).ok_or_else(stale)
    }

    /// Whether this tag will do.
    pub(crate) fn includes(&self, current: &str) -> bool {
        match self {
            ExpectedTag::Any => true,
            ExpectedTag::OneOf(tags) => tags.iter().any(|tag| tag == current),
        }
    }
}
