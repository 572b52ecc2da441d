//! Publishes and unpublishes handoffs. Besides import, archiving and undo, only these change the published lists.

use outbound_model::{AuditAction, Handoff, HandoffId, HandoffState};
use outbound_rules::{Finding, Severity};
use outbound_store::{Attribution, StoredHandoff};
use serde_json::json;

use crate::catalogue::change::{HandoffWithFindings, read_handoff, with_findings, with_findings_by};
use crate::catalogue::findings::{CheckedHandoff, findings};
use crate::catalogue::settings::read_settings;
use crate::{App, AppError, ExpectedTag, Grant, ReadDrafts, WriteHandoffs};

impl App {
    /// The findings of a handoff in the account. It need not be saved.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_draft(
        &self,
        grant: &Grant<ReadDrafts>,
        draft: &Handoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = self.compute(grant.account(), CheckedHandoff::work(draft, &rules)).await?;
        let reader = self.store.read_catalogue(grant.account());
        Ok(findings(&*reader, draft, &rules, checked).await?)
    }

    /// The findings of the newest version of a handoff. An archived handoff does not conflict with others.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_stored(
        &self,
        grant: &Grant<ReadDrafts>,
        stored: &StoredHandoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = self.compute(grant.account(), CheckedHandoff::work(&stored.latest, &rules)).await?;
        if stored.archived_at.is_some() {
            return Ok(checked.own);
        }
        let reader = self.store.read_catalogue(grant.account());
        Ok(findings(&*reader, &stored.latest, &rules, checked).await?)
    }

    /// Publishes the newest version. Returns [`AppError::RuleViolations`] if it has findings of severity error, and
    /// [`AppError::OwnVersion`] if four eyes requires another person to publish it. Does nothing if the version is
    /// already published. A dry run does everything except the commit.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn publish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
        dry_run: bool,
    ) -> Result<HandoffWithFindings, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        if before.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let settings = read_settings(&mut *transaction).await?;
        let checked = with_findings_by(&mut *transaction, before, &settings.rules()).await?;
        let HandoffWithFindings { stored: before, findings } = checked;
        if before.state() == HandoffState::Published {
            return Ok(HandoffWithFindings { stored: before, findings });
        }
        if settings.four_eyes && before.latest_version.saved_by == grant.principal() {
            return Err(AppError::OwnVersion(id.clone()));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(AppError::RuleViolations(findings));
        }
        if dry_run {
            return Ok(HandoffWithFindings { stored: before, findings });
        }
        transaction.publish(id, Attribution { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": before.latest_version.number });
        let changed = HandoffWithFindings { stored: read_handoff(&mut *transaction, id).await?, findings };
        self.finish_change(grant, transaction, changed, AuditAction::HandoffPublished, details).await
    }

    /// Removes a handoff from the published lists. Does nothing if it is not published.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn unpublish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<HandoffWithFindings, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        let Some(version) = before.published_version else {
            return with_findings(&mut *transaction, before).await;
        };
        transaction.unpublish(id, Attribution { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": version });
        let after = read_handoff(&mut *transaction, id).await?;
        let changed = with_findings(&mut *transaction, after).await?;
        self.finish_change(grant, transaction, changed, AuditAction::HandoffUnpublished, details).await
    }
}
