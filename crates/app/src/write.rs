//! Helpers of the use cases that write.

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::revisions::KnownRevision;
use crate::{App, AppError};

/// Maximum length of the name of a client or an API key, in characters.
const MAX_NAME_LENGTH: usize = 100;

/// Checks the display name of a client or an API key.
pub(crate) fn validate_credential_name(name: &str) -> Result<&str, AppError> {
    if name.trim().is_empty()
        || name.chars().nth(MAX_NAME_LENGTH).is_some()
        || name.chars().any(char::is_control)
    {
        return Err(AppError::invalid(format!(
            "a name must have 1 to {MAX_NAME_LENGTH} characters and no control characters"
        )));
    }
    Ok(name)
}

impl App {
    /// Commits a transaction on the account's catalogue or credentials. The next read on this node sees it.
    pub(crate) async fn commit(
        &self,
        account: &AccountId,
        commit: impl Future<Output = Result<i64, StoreError>>,
    ) -> Result<(), AppError> {
        let began = self.clock.monotonic();
        let revision = commit.await?;
        self.revisions.record(account, revision, began);
        self.job_work.notify_one();
        Ok(())
    }

    /// Returns an error if the account does not exist. Only for callers that may learn this.
    pub(crate) async fn require_account(&self, account: &AccountId) -> Result<(), AppError> {
        match self.store.revision(account).await? {
            Some(_) => Ok(()),
            None => Err(AppError::UnknownAccount(account.clone())),
        }
    }

    /// The account's revision, for use by a read.
    pub(crate) async fn current_revision(&self, account: &AccountId) -> Result<KnownRevision, AppError> {
        self.revisions.current(account).await
    }
}
