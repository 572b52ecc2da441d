//! Tags of handoffs, for optimistic concurrency control.

use std::fmt;

use outbound_store::StoredHandoff;

use crate::AppError;

/// Identifies the state of a handoff: newest version, published version and state. An entity tag without quotes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HandoffTag(String);

impl HandoffTag {
    /// The current tag of a handoff.
    pub fn of(stored: &StoredHandoff) -> Self {
        let published = stored.published_version.unwrap_or(0);
        Self(format!("{}-{published}-{}", stored.latest_version.number, stored.state()))
    }

    /// The tag as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HandoffTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Precondition of a change: the tag that the handoff or the settings must have.
#[derive(Clone, Debug)]
pub enum ExpectedTag {
    /// No precondition.
    Any,
    /// One of these tags.
    OneOf(Vec<String>),
}

impl ExpectedTag {
    /// Returns an error if the handoff has another tag.
    pub(crate) fn require(&self, stored: &StoredHandoff) -> Result<(), AppError> {
        let current = HandoffTag::of(stored);
        if self.includes(current.as_str()) {
            Ok(())
        } else {
            Err(AppError::Stale { id: stored.id.clone(), current })
        }
    }

    /// Whether this tag satisfies the precondition.
    pub(crate) fn includes(&self, current: &str) -> bool {
        match self {
            ExpectedTag::Any => true,
            ExpectedTag::OneOf(tags) => tags.iter().any(|tag| tag == current),
        }
    }
}
