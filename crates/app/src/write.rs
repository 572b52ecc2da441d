//! What the use cases that write share: a transaction whose end this node notes at once.

use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::revisions::KnownRevision;
use crate::{App, AppError};

/// The longest name of a client or an API key, in characters.
const MAX_NAME: usize = 100;

/// A name that people give to a credential, without what cannot be stored or shown.
pub(crate) fn credential_name(name: &str) -> Result<&str, AppError> {
    if name.trim().is_empty() || name.chars().nth(MAX_NAME).is_some() || name.chars().any(char::is_control) {
        return Err(AppError::invalid(format!(
            "a name has 1 to {MAX_NAME} characters, none of them a control character"
        )));
    }
    Ok(name)
}

impl App {
    /// Commits a transaction on the account's catalogue or credentials, and makes this node's next read see
    /// it.
    pub(crate) async fn commit(
        &self,
        account: &AccountId,
        commit: impl Future<Output = Result<i64, StoreError>>,
    ) -> Result<(), AppError> {
        let began = self.clock.monotonic();
        let revision = commit.await?;
        self.revisions.note(account, revision, began);
        self.job_work.notify_one();
        Ok(())
    }

    /// That there is such an account; only for those who may know.
    pub(crate) async fn known(&self, account: &AccountId) -> Result<(), AppError> {
        match self.store.revision(account).await? {
            Some(_) => Ok(()),
            None => Err(AppError::UnknownAccount(account.clone())),
        }
    }

    /// The account's revision as reads may use it.
    pub(crate) async fn current_revision(&self, account: &AccountId) -> Result<KnownRevision, AppError> {
        self.revisions.current(account).await
    }
}
