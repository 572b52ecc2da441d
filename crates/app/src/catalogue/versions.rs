//! Lists and restores versions of a handoff.

use outbound_model::{AuditAction, Handoff, HandoffId};
use outbound_store::VersionRecord;

use crate::catalogue::drafts::Save;
use crate::{App, AppError, ExpectedTag, Grant, HandoffWithFindings, ReadDrafts, WriteHandoffs};

impl App {
    /// Up to `count` versions, newest first; with `before`, only those with lower numbers.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn versions(
        &self,
        grant: &Grant<ReadDrafts>,
        id: &HandoffId,
        before: Option<i64>,
        count: u32,
    ) -> Result<Vec<VersionRecord>, AppError> {
        let reader = self.store.read_catalogue(grant.account());
        let versions = reader.versions(id, before.unwrap_or(i64::MAX), count).await?;
        // Every handoff has a first version. Without results, there is no such handoff, or `before` is too low.
        if versions.is_empty() && reader.handoff(id).await?.is_none() {
            return Err(AppError::UnknownHandoff(id.clone()));
        }
        Ok(versions)
    }

    /// One version of a handoff.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn version(
        &self,
        grant: &Grant<ReadDrafts>,
        id: &HandoffId,
        number: i64,
    ) -> Result<(VersionRecord, Handoff), AppError> {
        let reader = self.store.read_catalogue(grant.account());
        if let Some(version) = reader.version(id, number).await? {
            return Ok(version);
        }
        match reader.handoff(id).await? {
            Some(_) => Err(AppError::UnknownVersion { id: id.clone(), number }),
            None => Err(AppError::UnknownHandoff(id.clone())),
        }
    }

    /// Saves version `number` again as a new version. Returns an error if the handoff is archived.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn restore_version(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        number: i64,
        expected: &ExpectedTag,
    ) -> Result<HandoffWithFindings, AppError> {
        // Versions are immutable, so this one can be read before the transaction.
        let version = self.store.read_catalogue(grant.account()).version(id, number).await?;
        let (transaction, before) = self.begin_change(grant, id, expected).await?;
        if before.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let (_, draft) = version.ok_or_else(|| AppError::UnknownVersion { id: id.clone(), number })?;
        let note = format!("restores version {number}");
        let (at, action) = (self.clock.now(), AuditAction::HandoffSaved);
        let published = before.published_version;
        let save = Save { draft, published, at, note: Some(&note), action };
        self.save(grant, transaction, save).await
    }
}
