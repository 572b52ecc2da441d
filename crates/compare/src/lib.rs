//! Differences between two versions of a handoff: fields that were added, removed, changed or moved, and
//! within changed strings the words.
//!
//! Both versions are compared as JSON, so unknown fields and components are included. Before fields are
//! compared, channels and message components of the two versions are matched, so that an element inserted at
//! the front is one addition instead of a change of all elements after it. The functions are pure, and their
//! running time is bounded for any input.
//!
//! ```
//! use outbound_compare::{Kind, RunKind, compare};
//! use outbound_model::{Handoff, from_json_str};
//!
//! let version = |text: &str| from_json_str::<Handoff>(&format!(r#"{{"id":"H1","name":"Greeting",
//!   "lookbackPeriodDay":30,"lookbackPeriodHour":0,"routeAllWithinLookback":true,
//!   "createdAt":"2022-10-01T08:00:00.000Z","updatedAt":"2022-10-03T09:00:00.000Z","channels":[
//!     {{"type":"sms-twilio","messageComponents":[{{"type":"body","content":"{text}"}}]}}]}}"#));
//! let changes = compare(&version("Good morning, Ann")?, &version("Good evening, Ann")?)?;
//!
//! assert_eq!(changes.len(), 1);
//! assert_eq!(changes[0].kind, Kind::Changed);
//! assert_eq!(changes[0].new_path.as_deref(), Some("/channels/0/messageComponents/0/content"));
//! let words: Vec<_> = changes[0].words.iter().map(|run| (run.kind, run.text.as_str())).collect();
//! assert_eq!(words[1..3], [(RunKind::Removed, "morning"), (RunKind::Added, "evening")]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod buttons;
mod matching;
mod tree;
mod words;

use outbound_model::Handoff;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use words::{Run, RunKind, words};

/// One difference between two versions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Difference)]
pub struct Change {
    /// The kind of difference.
    pub kind: Kind,
    /// The `type` of the channel configuration that contains it; absent for the handoff's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The `type` of the message component that contains it, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// JSON pointer (RFC 6901) into the old version; absent for additions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// JSON pointer (RFC 6901) into the new version; absent for removals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_path: Option<String>,
    /// The old value; absent for additions and moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The new value; absent for removals and moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// The word-by-word difference of a changed string; empty for all other changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Run>,
}

/// The kind of difference of a field, channel or component.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DifferenceKind)]
pub enum Kind {
    /// Only the new version has it.
    Added,
    /// Only the old version has it.
    Removed,
    /// Its value differs.
    Changed,
    /// The order of a channel or component among the others differs. Changes inside it are separate entries.
    Moved,
}

/// All differences from `old` to `new`, in the order of the new version. In each list, removals come last.
///
/// Sample values are compared; those of an added or removed channel are part of that change. Id and times are
/// not compared, because the service sets them.
///
/// Fails only if a version cannot be serialized as JSON, which cannot happen for versions read from JSON.
pub fn compare(old: &Handoff, new: &Handoff) -> Result<Vec<Change>, serde_json::Error> {
    Ok(tree::changes(&old.to_file()?, &new.to_file()?))
}
