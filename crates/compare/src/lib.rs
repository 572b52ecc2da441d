//! What differs between two versions of a handoff: every field that was added, removed, changed or
//! moved, and within texts the words.
//!
//! Both versions are compared as JSON, so unknown fields and components count too. Before fields are
//! compared, channels and message components are matched with those they come from; one put in front
//! is one addition, and not a change of all behind it. Pure, and bounded
//! whatever the versions hold.
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
    /// What happened.
    pub kind: Kind,
    /// The `type` of the channel configuration that it happened in; none for the handoff's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The `type` of the message component, where it is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// JSON pointer (RFC 6901) into the old version; absent for what was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// JSON pointer into the new version; absent for what was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_path: Option<String>,
    /// The value that was there; absent for what was added or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The value that is there now; absent for what was removed or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Of a changed text, both versions word by word; empty for all else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Run>,
}

/// What happened to a field, a channel or a component.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DifferenceKind)]
pub enum Kind {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It has another value.
    Changed,
    /// A channel or component stands elsewhere among the others. What changed in it is told apart.
    Moved,
}

/// Every difference from `old` to `new`, in the order of the new version, what was removed last in
/// its list. Samples count, as files hold them, and are part of a channel that came or went; id and times are the service's and do not.
///
/// Fails only if a version cannot be written as JSON, which no version that was read does.
pub fn compare(old: &Handoff, new: &Handoff) -> Result<Vec<Change>, serde_json::Error> {
    Ok(tree::changes(&old.to_file()?, &new.to_file()?))
}
