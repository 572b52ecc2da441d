//! What the changes of one handoff share: how they begin and how they end.

use outbound_model::{AuditAction, HandoffId};
use outbound_store::{CatalogueTransaction, StoredHandoff};
use serde_json::Value;

use crate::{App, AppError, ExpectedTag, Grant, WriteHandoffs};

impl App {
    /// Locks the account and reads the handoff, which must look as `expected`.
    pub(super) async fn begin_change(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<(Box<dyn CatalogueTransaction>, StoredHandoff), AppError> {
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let stored = stored(&mut *transaction, id).await?;
        expected.met_by(&stored)?;
        Ok((transaction, stored))
    }

    /// Audits and commits a change, and returns the handoff as it is then.
    pub(super) async fn finish_change(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        action: AuditAction,
        id: &HandoffId,
        details: Value,
    ) -> Result<StoredHandoff, AppError> {
        transaction.audit(&self.audit_entry(grant, action, id, &details)).await?;
        let after = stored(&mut *transaction, id).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(after)
    }
}

/// The handoff of `id` as the transaction sees it.
pub(super) async fn stored(
    transaction: &mut dyn CatalogueTransaction,
    id: &HandoffId,
) -> Result<StoredHandoff, AppError> {
    transaction.handoff(id).await?.ok_or_else(|| AppError::UnknownHandoff(id.clone()))
}
