//! What an account decides for itself: its rules, its limits, and who may publish.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound_auth::sha256;
use outbound_model::{AccountId, AuditAction, JobTask};
use outbound_rules::{RuleLevel, RuleSet, RuleSettings, catalogue};
use outbound_store::CatalogueTransaction;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{AccountDefaults, App, AppError, ExpectedTag, Grant, ManageRules, ReadDrafts};

/// The most requests a second that an account may allow itself.
const MAX_REQUESTS_PER_SECOND: u32 = 100_000;
/// The most hosts that it may permit.
const MAX_HOSTS: usize = 100;
/// The longest name of a host (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// The longest part between two dots of it.
const MAX_LABEL: usize = 63;

/// An account's decisions; what it never decided has its default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountSettings {
    /// Whose limits count.
    pub rule_set: RuleSet,
    /// The hosts that media may come from, such as `cdn.example.com`; any when the list is empty.
    pub permitted_media_hosts: Vec<String>,
    /// What single rules count as, by their name in the catalogue.
    pub levels: BTreeMap<String, RuleLevel>,
    /// Whether nobody may publish a version that they saved themselves.
    pub four_eyes: bool,
    /// The account's budget of requests a second; the installation's where there is none, and no
    /// limit with 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
    /// What the channels of imported handoffs get where a provider's file says nothing.
    #[serde(skip_serializing_if = "AccountDefaults::is_empty")]
    pub import_defaults: AccountDefaults,
}

impl AccountSettings {
    /// The part that the rules go by.
    pub fn rules(&self) -> RuleSettings {
        RuleSettings {
            rule_set: self.rule_set,
            permitted_media_hosts: self.permitted_media_hosts.clone(),
            levels: self.levels.clone(),
        }
    }

    /// The same with other rules.
    #[must_use]
    pub fn with_rules(self, rules: RuleSettings) -> Self {
        let RuleSettings { rule_set, permitted_media_hosts, levels } = rules;
        Self { rule_set, permitted_media_hosts, levels, ..self }
    }

    /// A short text that is another one for other settings: whoever changes them may say which they saw.
    pub fn tag(&self) -> Result<String, AppError> {
        let mut digest = sha256(serde_json::to_string(self)?.as_bytes());
        digest.truncate(12);
        Ok(URL_SAFE_NO_PAD.encode(digest))
    }

    fn check(&self) -> Result<(), AppError> {
        if self.requests_per_second.is_some_and(|rate| rate > MAX_REQUESTS_PER_SECOND) {
            return Err(AppError::invalid(format!(
                "requestsPerSecond is at most {MAX_REQUESTS_PER_SECOND}, or 0 for no limit"
            )));
        }
        if self.permitted_media_hosts.len() > MAX_HOSTS {
            return Err(AppError::invalid(format!("at most {MAX_HOSTS} hosts are permitted")));
        }
        if let Some(host) = self.permitted_media_hosts.iter().find(|host| !is_host(host)) {
            return Err(AppError::invalid(format!(
                "'{}' is no host: write a name such as cdn.example.com, without scheme, port and path",
                host.escape_debug()
            )));
        }
        self.import_defaults
            .check()
            .map_err(|invalid| AppError::invalid(format!("importDefaults: {invalid}")))?;
        let known = |name: &String| catalogue().any(|rule| rule.name == name);
        match self.levels.keys().find(|name| !known(name)) {
            Some(unknown) => Err(AppError::invalid(format!(
                "there is no rule '{}'; outbound check --list-rules lists them",
                unknown.escape_debug()
            ))),
            None => Ok(()),
        }
    }
}

/// Whether the text is a name as an address has it: letters, digits and hyphens between dots.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(legal)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= MAX_HOST && text.split('.').all(label)
}

impl App {
    /// The account's settings; the defaults where it has decided nothing.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn settings(&self, grant: &Grant<ReadDrafts>) -> Result<AccountSettings, AppError> {
        self.account_settings(grant.account()).await
    }

    pub(crate) async fn account_settings(&self, account: &AccountId) -> Result<AccountSettings, AppError> {
        match self.store.read_catalogue(account).settings().await? {
            Some(text) => Ok(serde_json::from_str(&text)?),
            None => Err(AppError::UnknownAccount(account.clone())),
        }
    }

    /// Replaces the account's settings, if they are still as `expected`: by their tag.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn change_settings(
        &self,
        grant: &Grant<ManageRules>,
        settings: &AccountSettings,
        expected: &ExpectedTag,
    ) -> Result<(), AppError> {
        settings.check()?;
        let text = serde_json::to_string(settings)?;
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let before = settings_of(&mut *transaction).await?;
        let current = before.tag()?;
        if !expected.includes(&current) {
            return Err(AppError::StaleSettings(current));
        }
        transaction.set_settings(&text).await?;
        if settings.rules() != before.rules() {
            transaction.enqueue(&JobTask::RecountFindings, self.clock.now()).await?;
        }
        let entry = self.audit_entry(grant, AuditAction::SettingsChanged, &"settings", &json!(settings));
        transaction.audit(&entry).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        self.rates.note(grant.account(), settings.requests_per_second, self.clock.monotonic());
        tracing::info!(account = %grant.account(), by = grant.principal(), ?settings, "changed the settings");
        Ok(())
    }
}

/// The account's settings as the transaction sees them. A use case that acts by them reads them here: what
/// was read before the transaction began may have been changed since.
pub(crate) async fn settings_of(
    transaction: &mut dyn CatalogueTransaction,
) -> Result<AccountSettings, AppError> {
    let text = transaction.settings().await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}
