//! Options of an import.

use std::collections::HashSet;

use outbound_model::{FindingCounts, Handoff, HandoffId};

use crate::FinishRecord;

/// Which handoffs an import publishes. The others stay drafts; versions of them that are already published stay
/// published.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PublishMode {
    /// Handoffs without errors and with channels of known types only. The others are held back.
    #[default]
    Valid,
    /// All handoffs.
    All,
    /// No handoffs.
    Nothing,
}

impl PublishMode {
    /// Whether a handoff with these findings is published.
    pub(crate) fn includes(self, handoff: &Handoff, findings: FindingCounts) -> bool {
        match self {
            PublishMode::Valid => {
                findings.errors == 0
                    && handoff.channels.iter().all(|channel| channel.channel_type().is_some())
            }
            PublishMode::All => true,
            PublishMode::Nothing => false,
        }
    }
}

/// Options of an import.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions<'o> {
    /// Do everything except the commit.
    pub dry_run: bool,
    /// Import nothing if there are findings of severity error.
    pub strict: bool,
    /// The note of the new versions.
    pub note: &'o str,
    /// Which handoffs to publish.
    pub publish: PublishMode,
    /// Return [`AppError::ImportPublishes`](crate::AppError::ImportPublishes) if the import would publish and the
    /// account has four eyes. The operator imports without it, because others have approved these handoffs.
    pub enforce_four_eyes: bool,
    /// Archive published handoffs that are not in this set before importing, so that their names become available.
    pub only: Option<&'o HashSet<HandoffId>>,
    /// The record of the import, which is marked as done in the same transaction.
    pub finish: Option<FinishRecord<'o>>,
}

impl Default for ImportOptions<'_> {
    fn default() -> Self {
        Self {
            dry_run: false,
            strict: false,
            note: "import",
            publish: PublishMode::default(),
            enforce_four_eyes: false,
            only: None,
            finish: None,
        }
    }
}
