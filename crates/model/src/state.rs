//! Where a handoff stands between its author and the consumers (design §4.10).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;

/// The state of a handoff.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HandoffState {
    /// Never published, or taken back.
    Draft,
    /// Its newest version is published.
    Published,
    /// Published, with a newer version that is not.
    Changed,
    /// Set aside.
    Archived,
}

impl HandoffState {
    /// Every state.
    pub const ALL: [HandoffState; 4] =
        [HandoffState::Draft, HandoffState::Published, HandoffState::Changed, HandoffState::Archived];

    /// As it is stored and shown.
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
