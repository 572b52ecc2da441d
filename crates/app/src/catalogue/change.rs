//! Beginning and end of a change to one handoff.

use outbound_model::{AuditAction, HandoffId};
use outbound_store::{CatalogueTransaction, StoredHandoff};
use serde_json::Value;

use crate::{App, AppError, ExpectedTag, Grant, WriteHandoffs};

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
        action: AuditAction,
        id: &HandoffId,
        details: Value,
    ) -> Result<StoredHandoff, AppError> {
        transaction.audit(&self.audit_entry(grant, action, id, &details)).await?;
        let after = read_handoff(&mut *transaction, id).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(after)
    }
}

/// Reads a handoff in the transaction; an error if there is none.
pub(super) async fn read_handoff(
    transaction: &mut dyn CatalogueTransaction,
    id: &HandoffId,
) -> Result<StoredHandoff, AppError> {
    transaction.handoff(id).await?.ok_or_else(|| AppError::UnknownHandoff(id.clone()))
}
