//! Beginning and end of a change to one handoff.

use outbound_model::{AuditAction, Handoff, HandoffId};
use outbound_rules::{Finding, RuleSettings};
use outbound_store::{CatalogueTransaction, StoredHandoff};
use serde_json::Value;

use crate::catalogue::findings::{CheckedHandoff, findings_within};
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::{App, AppError, ExpectedTag, Grant, WriteHandoffs};

/// A handoff after a change, and its findings. They are computed in the transaction of the change, so that nothing can
/// fail after the commit: an error would suggest that nothing was changed.
#[derive(Clone, Debug)]
pub struct ChangedHandoff {
    /// The stored handoff; unchanged after a dry run.
    pub stored: StoredHandoff,
    /// The findings of its newest version.
    pub findings: Vec<Finding>,
}

impl App {
    /// Begins a transaction, which locks the account, and reads the handoff. Its tag must be `expected`.
    pub(super) async fn begin_change(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<(Box<dyn CatalogueTransaction>, StoredHandoff), AppError> {
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let handoff = read_handoff(&mut *transaction, id).await?;
        expected.require(&handoff)?;
        Ok((transaction, handoff))
    }

    /// Adds an audit entry, commits the change, and returns the changed handoff.
    pub(super) async fn finish_change(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        changed: ChangedHandoff,
        action: AuditAction,
        details: Value,
    ) -> Result<ChangedHandoff, AppError> {
        transaction.audit(&self.audit_entry(grant, action, &changed.stored.id, &details)).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(changed)
    }
}

/// Reads a handoff in the transaction; an error if there is none.
pub(super) async fn read_handoff(
    transaction: &mut dyn CatalogueTransaction,
    id: &HandoffId,
) -> Result<StoredHandoff, AppError> {
    transaction.handoff(id).await?.ok_or_else(|| AppError::UnknownHandoff(id.clone()))
}

/// Computes the findings of a handoff that was read in the transaction. An archived one does not conflict with others.
pub(super) async fn with_findings(
    transaction: &mut dyn CatalogueTransaction,
    stored: StoredHandoff,
) -> Result<ChangedHandoff, AppError> {
    let rules = read_settings(transaction).await?.rules();
    let checked = off_thread(check_alone(&stored.latest, &rules)).await?;
    let findings = if stored.archived_at.is_some() {
        checked.own
    } else {
        findings_within(transaction, &stored.latest, &rules, checked).await?
    };
    Ok(ChangedHandoff { stored, findings })
}

/// Checks a handoff without the others of its account, on the thread that calls the result.
pub(super) fn check_alone(
    handoff: &Handoff,
    rules: &RuleSettings,
) -> impl FnOnce() -> CheckedHandoff + Send + 'static {
    let (handoff, rules) = (handoff.clone(), rules.clone());
    move || CheckedHandoff::of(&handoff, &rules)
}
