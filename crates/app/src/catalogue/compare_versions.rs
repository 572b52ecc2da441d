//! Compares two versions of a handoff.

use std::str::FromStr;

use outbound_compare::{Change, compare};
use outbound_model::{Handoff, HandoffId, Invalid};
use outbound_store::{StoredHandoff, VersionRecord};

use crate::{App, AppError, Grant, ReadDrafts};

/// Which version of a handoff is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VersionSelector {
    /// The one of this number.
    Number(i64),
    /// The newest one.
    Latest,
    /// The one that is served.
    Published,
}

impl FromStr for VersionSelector {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text {
            "latest" => Ok(VersionSelector::Latest),
            "published" => Ok(VersionSelector::Published),
            number if digits => {
                number.parse().map(VersionSelector::Number).map_err(|_| Invalid::new("no such number"))
            }
            _ => Err(Invalid::new("expected the number of a version, latest or published")),
        }
    }
}

/// What differs between two versions.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The old one.
    pub from: VersionRecord,
    /// The new one.
    pub to: VersionRecord,
    /// Every difference, in the order of the new one.
    pub changes: Vec<Change>,
}

impl App {
    /// Compares two versions of a handoff; [`AppError::NotPublished`] where the published one is meant
    /// and there is none.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn compare_versions(
        &self,
        grant: &Grant<ReadDrafts>,
        id: &HandoffId,
        from: VersionSelector,
        to: VersionSelector,
    ) -> Result<Comparison, AppError> {
        let stored = self.draft(grant, id).await?;
        let (from, old) = self.one_of(grant, &stored, from).await?;
        let (to, new) = self.one_of(grant, &stored, to).await?;
        let changes = self.compute(grant.account(), move || compare(&old, &new)).await??;
        Ok(Comparison { from, to, changes })
    }

    async fn one_of(
        &self,
        grant: &Grant<ReadDrafts>,
        stored: &StoredHandoff,
        which: VersionSelector,
    ) -> Result<(VersionRecord, Handoff), AppError> {
        let number = match which {
            VersionSelector::Number(number) => number,
            VersionSelector::Latest => return Ok((stored.latest_version.clone(), stored.latest.clone())),
            VersionSelector::Published => {
                stored.published_version.ok_or_else(|| AppError::NotPublished(stored.id.clone()))?
            }
        };
        self.version(grant, &stored.id, number).await
    }
}
