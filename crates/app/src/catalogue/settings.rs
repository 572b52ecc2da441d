//! Settings of an account: rules, request rate, four eyes, import defaults and campaigns.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound_auth::sha256;
use outbound_model::{AccountId, AuditAction, JobTask};
use outbound_rules::{RuleLevel, RuleSet, RuleSettings, catalogue};
use outbound_store::CatalogueTransaction;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{AccountDefaults, App, AppError, CampaignSettings, ExpectedTag, Grant, ManageRules, ReadDrafts};

/// Maximum request rate that an account can set.
const MAX_REQUESTS_PER_SECOND: u32 = 100_000;
/// Maximum permitted hosts.
const MAX_HOSTS: usize = 100;
/// Maximum length of a host name (RFC 1035 §2.3.4).
const MAX_HOST_LENGTH: usize = 253;
/// Maximum length of a label, the part between two dots.
const MAX_LABEL_LENGTH: usize = 63;

/// The settings of an account. Missing fields have defaults.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountSettings {
    /// Whose limits apply.
    pub rule_set: RuleSet,
    /// The permitted hosts of media, such as `cdn.example.com`; empty for any.
    pub permitted_media_hosts: Vec<String>,
    /// Levels of single rules, by rule name.
    pub levels: BTreeMap<String, RuleLevel>,
    /// Whether four eyes is on: users cannot publish versions that they saved themselves.
    pub four_eyes: bool,
    /// The account's budget in requests per second; 0 for no limit, `None` for the installation's budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
    /// Whether the vendor's reporting API also reports RCS and Apple Messages, whose names the vendor does not define.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub report_all_channels: bool,
    /// Default values of imported channels that the provider's file does not contain.
    #[serde(skip_serializing_if = "AccountDefaults::is_empty")]
    pub import_defaults: AccountDefaults,
    /// Settings for campaigns.
    #[serde(skip_serializing_if = "CampaignSettings::is_default")]
    pub campaigns: CampaignSettings,
}

impl AccountSettings {
    /// The settings of the rules.
    pub fn rules(&self) -> RuleSettings {
        RuleSettings {
            rule_set: self.rule_set,
            permitted_media_hosts: self.permitted_media_hosts.clone(),
            levels: self.levels.clone(),
        }
    }

    /// Replaces the settings of the rules.
    #[must_use]
    pub fn with_rules(self, rules: RuleSettings) -> Self {
        let RuleSettings { rule_set, permitted_media_hosts, levels } = rules;
        Self { rule_set, permitted_media_hosts, levels, ..self }
    }

    /// A tag that changes with the settings, for [`ExpectedTag`].
    pub fn tag(&self) -> Result<String, AppError> {
        let mut digest = sha256(serde_json::to_string(self)?.as_bytes());
        digest.truncate(12);
        Ok(URL_SAFE_NO_PAD.encode(digest))
    }

    fn check(&self) -> Result<(), AppError> {
        if let Some(rate) = self.requests_per_second.filter(|rate| *rate > MAX_REQUESTS_PER_SECOND) {
            return Err(AppError::invalid(format!(
                "requestsPerSecond is {rate}; the maximum is {MAX_REQUESTS_PER_SECOND}, and 0 means no limit"
            )));
        }
        let hosts = self.permitted_media_hosts.len();
        if hosts > MAX_HOSTS {
            return Err(AppError::invalid(format!(
                "permittedMediaHosts has {hosts} hosts; the maximum is {MAX_HOSTS}"
            )));
        }
        if let Some(host) = self.permitted_media_hosts.iter().find(|host| !is_host(host)) {
            return Err(AppError::invalid(format!(
                "'{}' is not a host name; expected a name such as cdn.example.com, without scheme, port and path",
                host.escape_debug()
            )));
        }
        self.import_defaults
            .check()
            .map_err(|invalid| AppError::invalid(format!("importDefaults: {invalid}")))?;
        self.campaigns.check()?;
        let exists = |name: &String| catalogue().any(|rule| rule.name == name);
        match self.levels.keys().find(|name| !exists(name)) {
            Some(unknown) => Err(AppError::invalid(format!(
                "there is no rule '{}'; run outbound check --list-rules to list all rules",
                unknown.escape_debug()
            ))),
            None => Ok(()),
        }
    }
}

/// Whether the text is a host name: labels of letters, digits and hyphens, separated by dots.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_permitted = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=MAX_LABEL_LENGTH).contains(&label.len())
            && label.bytes().all(is_permitted)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= MAX_HOST_LENGTH && text.split('.').all(is_label)
}

impl App {
    /// The account's settings.
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

    /// Replaces the account's settings if their current tag is `expected`.
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
        let before = read_settings(&mut *transaction).await?;
        let current = before.tag()?;
        if !expected.includes(&current) {
            return Err(AppError::StaleSettings(current));
        }
        transaction.set_settings(&text).await?;
        if settings.rules() != before.rules() {
            let now = self.clock.now();
            transaction.enqueue(&JobTask::RecountFindings, now, now).await?;
        }
        let changed = changed_fields(&serde_json::to_value(&before)?, &serde_json::to_value(settings)?);
        let entry = self.audit_entry(grant, AuditAction::SettingsChanged, &"settings", &changed);
        transaction.audit(&entry).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        self.campaign_accounts.invalidate(grant.account());
        self.rates.change(grant.account(), settings.requests_per_second, self.clock.monotonic());
        let (by, changed) = (grant.principal(), entry.details);
        tracing::info!(account = %grant.account(), by, changed, "changed the settings");
        Ok(())
    }
}

/// The fields of settings that differ, with their new values. Fields that `after` lacks have their default again:
/// `false` or `null`.
fn changed_fields(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return after.clone() };
    let changed = after.iter().filter_map(|(name, value)| match before.get(name) {
        Some(old) if old == value => None,
        Some(old) => Some((name.clone(), changed_fields(old, value))),
        None => Some((name.clone(), value.clone())),
    });
    let mut changed: Map<String, Value> = changed.collect();
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(name.as_str())) {
        changed.insert(name.clone(), if old.is_boolean() { json!(false) } else { Value::Null });
    }
    Value::Object(changed)
}

/// Reads the account's settings in a transaction. Use cases that depend on settings must read them here, because they
/// may have changed before the transaction began.
pub(crate) async fn read_settings(
    transaction: &mut dyn CatalogueTransaction,
) -> Result<AccountSettings, AppError> {
    parse_settings(transaction.settings().await?)
}

/// Parses stored settings. Without any, they are the default ones.
pub(crate) fn parse_settings(text: Option<String>) -> Result<AccountSettings, AppError> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}
