//! The publication state of a handoff (design §4.10).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;

/// The publication state of a handoff.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HandoffState {
    /// Never published, or unpublished.
    Draft,
    /// The newest version is published.
    Published,
    /// An older version is published; the newest one is not.
    Changed,
    /// Archived: no longer served.
    Archived,
}

impl HandoffState {
    /// Every state.
    pub const ALL: [HandoffState; 4] =
        [HandoffState::Draft, HandoffState::Published, HandoffState::Changed, HandoffState::Archived];

    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            HandoffState::Draft => "draft",
            HandoffState::Published => "published",
            HandoffState::Changed => "changed",
            HandoffState::Archived => "archived",
        }
    }
}

impl FromStr for HandoffState {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        HandoffState::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            let known = HandoffState::ALL.map(HandoffState::as_str).join(", ");
            Invalid::new(format!("unknown state; the states are {known}"))
        })
    }
}

impl fmt::Display for HandoffState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
