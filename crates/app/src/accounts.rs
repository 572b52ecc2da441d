//! Creates and lists the accounts of the installation, for the operator.

use outbound_model::AccountId;
use outbound_store::Account;

use crate::{App, AppError};

impl App {
    /// Creates an empty account.
    pub async fn create_account(&self, id: AccountId) -> Result<Account, AppError> {
        let account = Account { id, created_at: self.clock.now() };
        self.store.create_account(&account).await?;
        tracing::info!(account = %account.id, "created an account");
        Ok(account)
    }

    /// All accounts, ordered by id.
    pub async fn accounts(&self) -> Result<Vec<Account>, AppError> {
        Ok(self.store.accounts().await?)
    }
}
