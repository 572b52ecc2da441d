//! How an import is done, and what it publishes.

use std::collections::HashSet;

use outbound_model::{FindingCounts, Handoff, HandoffId};

use crate::FinishRecord;

/// Which handoffs an import publishes. The others stay drafts; a version of theirs that is published
/// already stays published.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PublishMode {
    /// Those without errors whose channels are all of known types. The others are held back.
    #[default]
    Valid,
    /// All, as they are.
    All,
    /// None.
    Nothing,
}

impl PublishMode {
    /// Whether a handoff that has these findings is published.
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

/// How an import is done.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions<'o> {
    /// Do everything but keep nothing.
    pub dry_run: bool,
    /// Keep nothing if a rule is broken that counts as an error.
    pub strict: bool,
    /// The note of each version.
    pub note: &'o str,
    /// What of it is published.
    pub publish: PublishMode,
    /// Publish nothing where the account wants another person to publish than the one who saves
    /// ([`AppError::ImportPublishes`](crate::AppError::ImportPublishes)). The operator, who copies what
    /// others decided, need not heed it.
    pub enforce_four_eyes: bool,
    /// Archive first what is published and none of these: their names may be taken anew.
    pub only: Option<&'o HashSet<HandoffId>>,
    /// The row of the import, to be marked as done by its commit.
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
