//! Publishes handoffs and takes them back: the only ways, besides an import and archiving, in which
//! what is served changes.

use outbound_model::{AuditAction, Handoff, HandoffId, HandoffState};
use outbound_rules::{Finding, RuleSettings, Severity};
use outbound_store::{Attribution, StoredHandoff};
use serde_json::json;

use crate::catalogue::findings::{Checked, findings, findings_within};
use crate::catalogue::settings::settings_of;
use crate::compute::off_thread;
use crate::{App, AppError, ExpectedTag, Grant, ReadDrafts, WriteHandoffs};

/// A handoff after it was published, and its warnings.
#[derive(Clone, Debug)]
pub struct Publication {
    /// As it is stored now, or after a dry run, still.
    pub stored: StoredHandoff,
    /// What its newest version breaks.
    pub findings: Vec<Finding>,
}

impl App {
    /// What a handoff breaks in the account, saved or not: it collides with those that were made before it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_draft(
        &self,
        grant: &Grant<ReadDrafts>,
        draft: &Handoff,
    ) -> Result<Vec<Finding>, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        let checked = self.checked(grant, draft, &rules).await?;
        let reader = self.store.read_catalogue(grant.account());
        Ok(findings(&*reader, draft, &rules, checked).await?)
    }

    /// What the newest version of a handoff breaks. An archived one collides with none.
    pub async fn check_stored(
        &self,
        grant: &Grant<ReadDrafts>,
        stored: &StoredHandoff,
    ) -> Result<Vec<Finding>, AppError> {
        if stored.archived_at.is_none() {
            return self.check_draft(grant, &stored.latest).await;
        }
        let rules = self.account_settings(grant.account()).await?.rules();
        Ok(self.checked(grant, &stored.latest, &rules).await?.own)
    }

    async fn checked(
        &self,
        grant: &Grant<ReadDrafts>,
        handoff: &Handoff,
        rules: &RuleSettings,
    ) -> Result<Checked, AppError> {
        let (handoff, rules) = (handoff.clone(), rules.clone());
        self.compute(grant.account(), move || Checked::of(&handoff, &rules)).await
    }

    /// Publishes the newest version, unless it breaks a rule that counts as an error
    /// ([`AppError::RuleViolations`]) or the account wants another person to ([`AppError::OwnVersion`]). What
    /// is published already stays so. A dry run does all but keep it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn publish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
        dry_run: bool,
    ) -> Result<Publication, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        let settings = settings_of(&mut *transaction).await?;
        if before.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let (latest, rules) = (before.latest.clone(), settings.rules());
        let checked = off_thread(move || Checked::of(&latest, &rules)).await?;
        let (latest, rules) = (&before.latest, settings.rules());
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

    /// Takes a handoff off the published lists; one that is not on them stays as it is.
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
