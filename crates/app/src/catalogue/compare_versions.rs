//! Compares two versions of a handoff.

use std::str::FromStr;

use outbound_compare::{Change, compare};
use outbound_model::{Handoff, HandoffId, Invalid};
use outbound_store::{StoredHandoff, VersionRecord};

use crate::{App, AppError, Grant, ReadDrafts};

/// Selects a version of a handoff.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VersionSelector {
    /// The version with this number.
    Number(i64),
    /// The newest version.
    Latest,
    /// The published version.
    Published,
}

impl FromStr for VersionSelector {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text {
            "latest" => Ok(VersionSelector::Latest),
            "published" => Ok(VersionSelector::Published),
            number if digits => number
                .parse()
                .map(VersionSelector::Number)
                .map_err(|_| Invalid::new("the version number is too large")),
            _ => Err(Invalid::new("expected a version number, latest or published")),
        }
    }
}

/// The differences between two versions.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The old version.
    pub from: VersionRecord,
    /// The new version.
    pub to: VersionRecord,
    /// All differences, in the order of the new version.
    pub changes: Vec<Change>,
}

impl App {
    /// Compares two versions of a handoff. Returns [`AppError::NotPublished`] if the published version is selected and
    /// there is none.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn compare_versions(
        &self,
        grant: &Grant<ReadDrafts>,
        id: &HandoffId,
        from: VersionSelector,
        to: VersionSelector,
    ) -> Result<Comparison, AppError> {
        let stored = self.draft(grant, id).await?;
        let (from, old) = self.select_version(grant, &stored, from).await?;
        let (to, new) = self.select_version(grant, &stored, to).await?;
        let changes = self.compute(grant.account(), move || compare(&old, &new)).await??;
        Ok(Comparison { from, to, changes })
    }

    async fn select_version(
        &self,
        grant: &Grant<ReadDrafts>,
        stored: &StoredHandoff,
        selector: VersionSelector,
    ) -> Result<(VersionRecord, Handoff), AppError> {
        let number = match selector {
            VersionSelector::Number(number) => number,
            VersionSelector::Latest => return Ok((stored.latest_version.clone(), stored.latest.clone())),
            VersionSelector::Published => {
                stored.published_version.ok_or_else(|| AppError::NotPublished(stored.id.clone()))?
            }
        };
        self.version(grant, &stored.id, number).await
    }
}
