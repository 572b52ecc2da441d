//! Beginning and end of a change to one handoff, and its findings.

use outbound_model::{AuditAction, HandoffId};
use outbound_rules::{Finding, RuleSettings};
use outbound_store::{CatalogueTransaction, StoredHandoff};
use serde_json::Value;

use crate::catalogue::findings::{CheckedHandoff, findings_within};
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::{App, AppError, ExpectedTag, Grant, WriteHandoffs};

/// A handoff and its findings. Those of a change are computed in its transaction, which locks the account a little longer,
/// so that nothing can fail after the commit: an error would suggest that nothing was changed.
#[derive(Clone, Debug)]
pub struct HandoffWithFindings {
    /// The stored handoff. A dry run does not change it.
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
        changed: HandoffWithFindings,
        action: AuditAction,
        details: Value,
    ) -> Result<HandoffWithFindings, AppError> {
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
) -> Result<HandoffWithFindings, AppError> {
    let rules = read_settings(transaction).await?.rules();
    with_findings_by(transaction, stored, &rules).await
}

/// Like [`with_findings`], with rules that were read in the transaction.
pub(super) async fn with_findings_by(
    transaction: &mut dyn CatalogueTransaction,
    stored: StoredHandoff,
    rules: &RuleSettings,
) -> Result<HandoffWithFindings, AppError> {
    let checked = off_thread(CheckedHandoff::work(&stored.latest, rules)).await?;
    let findings = if stored.archived_at.is_some() {
        checked.own
    } else {
        findings_within(transaction, &stored.latest, rules, checked).await?
    };
    Ok(HandoffWithFindings { stored, findings })
}
