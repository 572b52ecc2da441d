//! What an account decides for itself: its rules, its limits, and who may publish.

use std::collections::BTreeMap;

use outbound_model::{AccountId, AuditAction};
use outbound_rules::{Level, Limits, Settings};
use outbound_store::AccountReader;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{App, AppError, Grant, ManageRules, ReadHandoffs};

/// The most requests a second that an account may allow itself.
const MAX_REQUESTS_PER_SECOND: u32 = 100_000;

/// An account's decisions; what it never decided has its default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountSettings {
    /// Whose limits count.
    pub rule_set: Limits,
    /// The hosts that media may come from, such as `cdn.example.com`; any when the list is empty.
    pub permitted_media_hosts: Vec<String>,
    /// What single rules count as, by their name in the catalogue.
    pub levels: BTreeMap<String, Level>,
    /// Whether nobody may publish a version that they saved themselves.
    pub four_eyes: bool,
    /// The account's budget of requests a second; the installation's where there is none, and no
    /// limit with 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
}

impl AccountSettings {
    /// The part that the rules go by.
    pub fn rules(&self) -> Settings {
        Settings {
            rule_set: self.rule_set,
            permitted_media_hosts: self.permitted_media_hosts.clone(),
            levels: self.levels.clone(),
        }
    }

    /// The same with other rules.
    #[must_use]
    pub fn with_rules(self, rules: Settings) -> Self {
        let Settings { rule_set, permitted_media_hosts, levels } = rules;
        Self { rule_set, permitted_media_hosts, levels, ..self }
    }
}

impl App {
    /// The account's settings; the defaults where it has decided nothing.
    pub async fn settings(&self, grant: &Grant<ReadHandoffs>) -> Result<AccountSettings, AppError> {
        self.account_settings(grant.account()).await
    }

    pub(crate) async fn account_settings(&self, account: &AccountId) -> Result<AccountSettings, AppError> {
        let reader = self.store.read(account);
        if let Some(text) = reader.settings().await? {
            return Ok(serde_json::from_str(&text)?);
        }
        known(&*reader, account).await.map(|()| AccountSettings::default())
    }

    /// Replaces the account's settings.
    pub async fn change_settings(
        &self,
        grant: &Grant<ManageRules>,
        settings: &AccountSettings,
    ) -> Result<(), AppError> {
        if settings.requests_per_second.is_some_and(|rate| rate > MAX_REQUESTS_PER_SECOND) {
            return Err(AppError::invalid(format!(
                "requestsPerSecond is at most {MAX_REQUESTS_PER_SECOND}, or 0 for no limit"
            )));
        }
        let text = serde_json::to_string(settings)?;
        let mut transaction = self.store.write(grant.account()).await?;
        transaction.set_settings(&text).await?;
        let entry = self.audit_entry(grant, AuditAction::SettingsChanged, &"settings", &json!(settings));
        transaction.audit(&entry).await?;
        self.commit(grant.account(), transaction).await?;
        tracing::info!(account = %grant.account(), by = grant.principal(), ?settings, "changed the settings");
        Ok(())
    }
}

/// That there is such an account; only for those who may know.
pub(crate) async fn known(reader: &dyn AccountReader, account: &AccountId) -> Result<(), AppError> {
    match reader.revision().await? {
        Some(_) => Ok(()),
        None => Err(AppError::UnknownAccount(account.clone())),
    }
}
