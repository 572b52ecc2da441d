//! Publishes handoffs and takes them back: the only ways, besides an import and archiving, in which
//! what is served changes.

use outbound_model::{AuditAction, Handoff, HandoffId};
use outbound_rules::{Finding, Severity};
use outbound_store::{Act, StoredHandoff};
use serde_json::json;

use crate::catalogue::drafts::{is_served, stored};
use crate::catalogue::findings::findings;
use crate::catalogue::settings::settings_of;
use crate::compute::off_thread;
use crate::{App, AppError, Expected, Grant, ReadDrafts, WriteHandoffs};

/// A handoff after it was published, and the advice that did not keep it from that.
#[derive(Clone, Debug)]
pub struct Publication {
    /// As it is stored now, or after a dry run, still.
    pub stored: StoredHandoff,
    /// What its newest version breaks.
    pub findings: Vec<Finding>,
}

impl App {
    /// What a handoff breaks, saved or not.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_draft(
        &self,
        grant: &Grant<ReadDrafts>,
        draft: &Handoff,
    ) -> Result<Vec<Finding>, AppError> {
        let settings = self.account_settings(grant.account()).await?;
        let draft = draft.clone();
        self.compute(move || findings(&draft, &settings.rules())).await
    }

    /// Publishes the newest version, unless it breaks a rule that counts as an error
    /// ([`AppError::Broken`]) or the account wants another person to ([`AppError::OwnVersion`]). What
    /// is published already stays so. A dry run does all but keep it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn publish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &Expected,
        dry_run: bool,
    ) -> Result<Publication, AppError> {
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let settings = settings_of(&mut *transaction).await?;
        let before = stored(&mut *transaction, id).await?;
        expected.met_by(&before)?;
        if before.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let (latest, rules) = (before.latest.clone(), settings.rules());
        let findings = off_thread(move || findings(&latest, &rules)).await?;
        if is_served(&before) {
            return Ok(Publication { stored: before, findings });
        }
        if settings.four_eyes && before.latest_version.saved_by == grant.principal() {
            return Err(AppError::OwnVersion(id.clone()));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(AppError::Broken(findings));
        }
        if dry_run {
            return Ok(Publication { stored: before, findings });
        }
        transaction.publish(id, Act { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": before.latest_version.number });
        transaction.audit(&self.audit_entry(grant, AuditAction::HandoffPublished, id, &details)).await?;
        let stored = stored(&mut *transaction, id).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(Publication { stored, findings })
    }

    /// Takes a handoff off the published lists; one that is not on them stays as it is.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn unpublish(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &Expected,
    ) -> Result<StoredHandoff, AppError> {
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let before = stored(&mut *transaction, id).await?;
        expected.met_by(&before)?;
        let Some(version) = before.published_version else { return Ok(before) };
        transaction.unpublish(id, Act { at: self.clock.now(), by: grant.principal() }).await?;
        let details = json!({ "name": before.latest.name, "version": version });
        transaction.audit(&self.audit_entry(grant, AuditAction::HandoffUnpublished, id, &details)).await?;
        let after = stored(&mut *transaction, id).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(after)
    }
}
