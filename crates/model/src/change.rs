//! Kinds of changes in the change feed.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;

/// A kind of change to a handoff.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
pub enum ChangeKind {
    /// A version was saved. The published version did not change.
    #[serde(rename = "handoff.saved")]
    Saved,
    /// A version was published and is now served.
    #[serde(rename = "handoff.published")]
    Published,
    /// The handoff was unpublished and is no longer served.
    #[serde(rename = "handoff.unpublished")]
    Unpublished,
    /// The handoff was archived. If it was published, it is no longer served.
    #[serde(rename = "handoff.archived")]
    Archived,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [ChangeKind; 4] =
        [ChangeKind::Saved, ChangeKind::Published, ChangeKind::Unpublished, ChangeKind::Archived];

    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Saved => "handoff.saved",
            ChangeKind::Published => "handoff.published",
            ChangeKind::Unpublished => "handoff.unpublished",
            ChangeKind::Archived => "handoff.archived",
        }
    }
}

impl FromStr for ChangeKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = ChangeKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let known = ChangeKind::ALL.map(ChangeKind::as_str).join(", ");
            Invalid::new(format!("unknown kind of change; the kinds are {known}"))
        })
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
