//! What an import did, or why it did nothing.

use outbound_formats::FormatError;
use outbound_model::{FindingCounts, Handoff, HandoffId};
use outbound_rules::Finding;

use crate::{AppError, PublishMode};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportResult {
    /// Handoffs that were not there.
    pub created: u64,
    /// Handoffs that were there and now have a new version.
    pub changed: u64,
    /// Handoffs that were there just so.
    pub unchanged: u64,
    /// Handoffs that were published and are now archived, as only others shall be.
    pub archived: u64,
    /// Handoffs whose newest version stays a draft, although the import publishes: it has errors or a
    /// channel of an unknown type.
    #[serde(skip_serializing_if = "is_zero")]
    pub held_back: u64,
    /// Rules that the handoffs break.
    #[serde(flatten)]
    pub findings: FindingCounts,
}

impl ImportResult {
    /// How many handoffs the files held.
    pub fn total(&self) -> u64 {
        self.created + self.changed + self.unchanged
    }

    pub(crate) fn count(&mut self, one: &ImportItem, publish: PublishMode) {
        let counter = match one.outcome {
            ImportOutcome::Created => &mut self.created,
            ImportOutcome::Changed => &mut self.changed,
            ImportOutcome::Unchanged => &mut self.unchanged,
        };
        *counter += 1;
        self.held_back += u64::from(publish == PublishMode::Valid && !one.is_published);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A handoff as an import left it.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// What it is now, with the id that it has in the account.
    pub handoff: Handoff,
    /// What happened.
    pub outcome: ImportOutcome,
    /// The number of its newest version.
    pub version: i64,
    /// The newest version before the import: restoring it undoes an update.
    pub before: Option<(i64, Handoff)>,
    /// Whether that newest version is served.
    pub is_published: bool,
    /// What it breaks, by itself and beside the handoffs before it.
    pub findings: FindingCounts,
    /// What of that it breaks beside others.
    pub beside: Vec<Finding>,
}

/// What an import made of a handoff.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImportOutcome {
    /// It was not there.
    Created,
    /// It was there and has a new version.
    Changed,
    /// It was there just so.
    Unchanged,
}

impl ImportOutcome {
    /// The word for it in answers to programs.
    pub fn as_str(self) -> &'static str {
        match self {
            ImportOutcome::Created => "create",
            ImportOutcome::Changed => "change",
            ImportOutcome::Unchanged => "same",
        }
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has mistakes; the first twenty of them.
    #[error("{}", mistakes(.0))]
    File(Vec<FormatError>),
    /// One handoff cannot be stored.
    #[error("handoff {number} ({id}): {source}")]
    Handoff {
        /// Which handoff of the file, from 1.
        number: u64,
        /// Its id.
        id: HandoffId,
        /// Why.
        source: Box<AppError>,
    },
    /// One handoff stands in the files twice, and not the same: which counts is not for us to say.
    #[error("handoff {number} ({id}): the files hold another handoff with this id")]
    Repeated {
        /// Which handoff of the files, from 1: the second of the two.
        number: u64,
        /// Its id.
        id: HandoffId,
    },
    /// Rules are broken, and the import is strict.
    #[error("nothing is imported: {0}; outbound check tells them")]
    Findings(FindingCounts),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

fn mistakes(errors: &[FormatError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
