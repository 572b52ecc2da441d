//! What can happen to a handoff, as the feed of changes tells it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;

/// A kind of change.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
pub enum ChangeKind {
    /// A version was saved; what is served has not changed by it.
    #[serde(rename = "handoff.saved")]
    Saved,
    /// A version was published: it is served from now on.
    #[serde(rename = "handoff.published")]
    Published,
    /// It is not served any more.
    #[serde(rename = "handoff.unpublished")]
    Unpublished,
    /// It was set aside, and is not served any more if it was.
    #[serde(rename = "handoff.archived")]
    Archived,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [ChangeKind; 4] =
        [ChangeKind::Saved, ChangeKind::Published, ChangeKind::Unpublished, ChangeKind::Archived];

    /// As it is stored and sent.
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
