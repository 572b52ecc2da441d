//! Publishes and unpublishes handoffs. Besides import, archiving and undo, only these change the published lists.

use outbound_model::{AuditAction, Handoff, HandoffId, HandoffState};
use outbound_rules::{Finding, RuleSettings, Severity};
use outbound_store::{Attribution, StoredHandoff};
use serde_json::json;

use crate::catalogue::findings::{CheckedHandoff, findings, findings_within};
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::{App, AppError, ExpectedTag, Grant, ReadDrafts, Right, WriteHandoffs};

/// A published handoff and its findings.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The stored handoff; unchanged after a dry run.
    pub stored: StoredHandoff,
    /// The findings of its newest version.
    pub findings: Vec<Finding>,
}

impl App {
    /// The findings of a handoff in the account. It need not be saved.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_draft(
        &self,
        grant: &Grant<ReadDrafts>,
        draft: &Handoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = self.compute(grant.account(), check_alone(draft, &rules)).await?;
        let reader = self.store.read_catalogue(grant.account());
        Ok(findings(&*reader, draft, &rules, checked).await?)
    }

    /// The findings of the newest version of a handoff. An archived handoff does not conflict with others.
    pub async fn check_stored(
        &self,
        grant: &Grant<ReadDrafts>,
        stored: &StoredHandoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = self.compute(grant.account(), check_alone(&stored.latest, &rules)).await?;
        self.findings_of_stored(grant, stored, &rules, checked).await
    }

    /// Like [`check_stored`](Self::check_stored), for the response to a change that is already committed: never
    /// returns [`AppError::Busy`].
    pub async fn check_changed(
        &self,
        grant: &Grant<WriteHandoffs>,
        stored: &StoredHandoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = off_thread(check_alone(&stored.latest, &rules)).await?;
        self.findings_of_stored(grant, stored, &rules, checked).await
    }

    async fn findings_of_stored<R: Right>(
        &self,
        grant: &Grant<R>,
        stored: &StoredHandoff,
        rules: &RuleSettings,
        checked: CheckedHandoff,
    ) -> Result<Vec<Finding>, AppError> {
        if stored.archived_at.is_some() {
            return Ok(checked.own);
        }
        let reader = self.store.read_catalogue(grant.account());
        Ok(findings(&*reader, &stored.latest, rules, checked).await?)
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
    ) -> Result<Publication, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        let settings = read_settings(&mut *transaction).await?;
        if before.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let (latest, rules) = (&before.latest, settings.rules());
        let checked = off_thread(check_alone(latest, &rules)).await?;
        let findings = findings_within(&mut *transaction, latest, &rules, checked).await?;
        if before.state() == HandoffState::Published {
            return Ok(Publication { stored: before, findings });
        }
        if settings.four_eyes && before.latest_version.saved_by == grant.principal() {
            return Err(AppError::OwnVersion(id.clone()));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(AppError::RuleViolations(findings));
        }
        if dry_run {
            return Ok(Publication { stored: before, findings });
        }
        transaction.publish(id, Attribution { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": before.latest_version.number });
        let published = self.finish_change(grant, transaction, AuditAction::HandoffPublished, id, details);
        Ok(Publication { stored: published.await?, findings })
    }

    /// Removes a handoff from the published lists. Does nothing if it is not published.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn unpublish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<StoredHandoff, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        let Some(version) = before.published_version else { return Ok(before) };
        transaction.unpublish(id, Attribution { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": version });
        self.finish_change(grant, transaction, AuditAction::HandoffUnpublished, id, details).await
    }
}

/// Checks a handoff without the others of its account, on the thread that calls the result.
fn check_alone(handoff: &Handoff, rules: &RuleSettings) -> impl FnOnce() -> CheckedHandoff + Send + 'static {
    let (handoff, rules) = (handoff.clone(), rules.clone());
    move || CheckedHandoff::of(&handoff, &rules)
}
