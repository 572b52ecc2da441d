//! What an account decides about its rules.

use outbound_model::AccountId;
use outbound_rules::Settings;

use crate::{App, AppError, Grant, ManageRules, ReadHandoffs};

impl App {
    /// The account's settings; the defaults where it has decided nothing.
    pub async fn settings(&self, grant: &Grant<ReadHandoffs>) -> Result<Settings, AppError> {
        self.rule_settings(grant.account()).await
    }

    pub(crate) async fn rule_settings(&self, account: &AccountId) -> Result<Settings, AppError> {
        let reader = self.store.read(account);
        if let Some(text) = reader.settings().await? {
            return Ok(serde_json::from_str(&text)?);
        }
        match reader.revision().await? {
            Some(_) => Ok(Settings::default()),
            None => Err(AppError::UnknownAccount(account.clone())),
        }
    }

    /// Replaces the account's settings.
    pub async fn change_settings(
        &self,
        grant: &Grant<ManageRules>,
        settings: &Settings,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write(grant.account()).await?;
        transaction.set_settings(&serde_json::to_string(settings)?).await?;
        self.commit(grant.account(), transaction).await?;
        tracing::info!(account = %grant.account(), by = grant.principal(), ?settings, "changed the rules");
        Ok(())
    }
}
