//! How every use case writes: in a transaction whose end this node notes at once.

use outbound_model::AccountId;
use outbound_store::AccountTransaction;

use crate::revisions::Known;
use crate::{App, AppError};

impl App {
    /// Commits, and makes this node's next read see it.
    pub(crate) async fn commit(
        &self,
        account: &AccountId,
        transaction: Box<dyn AccountTransaction>,
    ) -> Result<(), AppError> {
        let revision = transaction.commit().await?;
        self.revisions.note(account, revision, self.clock.now());
        self.webhook_work.notify_one();
        Ok(())
    }

    /// The account's revision as reads may use it.
    pub(crate) async fn known_revision(&self, account: &AccountId) -> Result<Known, AppError> {
        self.revisions.current(account).await
    }
}
