//! Results and errors of an import.

use outbound_formats::FormatError;
use outbound_model::{FindingCounts, Handoff, HandoffId};
use outbound_rules::Finding;

use crate::{AppError, PublishMode};

/// Counts of an import.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportResult {
    /// Created handoffs.
    pub created: u64,
    /// Handoffs with a new version.
    pub changed: u64,
    /// Unchanged handoffs.
    pub unchanged: u64,
    /// Handoffs that were archived, because they were published and not part of the import.
    pub archived: u64,
    /// Handoffs that stay drafts although the import publishes, because they have errors or a channel of an unknown
    /// type.
    #[serde(skip_serializing_if = "is_zero")]
    pub held_back: u64,
    /// Findings of the handoffs.
    #[serde(flatten)]
    pub findings: FindingCounts,
}

impl ImportResult {
    /// The number of handoffs in the files.
    pub fn total(&self) -> u64 {
        self.created + self.changed + self.unchanged
    }

    pub(crate) fn count(&mut self, item: &ImportItem, publish: PublishMode) {
        let counter = match item.outcome {
            ImportOutcome::Created => &mut self.created,
            ImportOutcome::Changed => &mut self.changed,
            ImportOutcome::Unchanged => &mut self.unchanged,
        };
        *counter += 1;
        self.held_back += u64::from(publish == PublishMode::Valid && !item.is_published);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One handoff of an import.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// The handoff after the import, with its id in the account.
    pub handoff: Handoff,
    /// What happened to it.
    pub outcome: ImportOutcome,
    /// The number of its newest version.
    pub version: i64,
    /// The newest version before the import. Restoring it undoes the import of this handoff.
    pub before: Option<(i64, Handoff)>,
    /// Whether its newest version is published.
    pub is_published: bool,
    /// Counts of its findings, including those that involve earlier handoffs.
    pub findings: FindingCounts,
    /// Its findings that involve other handoffs.
    pub between_handoffs: Vec<Finding>,
}

/// What an import did with a handoff.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImportOutcome {
    /// It was created.
    Created,
    /// It has a new version.
    Changed,
    /// It already had the same content.
    Unchanged,
}

impl ImportOutcome {
    /// The name in API responses.
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
    /// The file has errors; these are the first twenty.
    #[error("{}", join_messages(.0))]
    File(Vec<FormatError>),
    /// One handoff cannot be stored.
    #[error("handoff {number} ({id}): {source}")]
    Handoff {
        /// Number of the handoff in the file, from 1.
        number: u64,
        /// Its id.
        id: HandoffId,
        /// The cause.
        source: Box<AppError>,
    },
    /// The files contain two different handoffs with the same id.
    #[error("handoff {number} ({id}): the files contain another handoff with this id")]
    Repeated {
        /// Number of the second one in the files, from 1.
        number: u64,
        /// The id.
        id: HandoffId,
    },
    /// There are errors, and the import is strict.
    #[error("nothing was imported: {0}; run outbound check to list them")]
    Findings(FindingCounts),
    /// Any other error.
    #[error(transparent)]
    App(#[from] AppError),
}

fn join_messages(errors: &[FormatError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
