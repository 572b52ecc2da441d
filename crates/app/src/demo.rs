//! Demo data for an empty installation: one account with the published examples of the vendor's documentation
//! and some drafts.
//!
//! Some of the vendor's examples violate provider rules. In the demo account these rules have the level warning,
//! so that the only errors a user sees are in their own handoffs.

use outbound_auth::Secret;
use outbound_formats::liveperson;
use outbound_model::{AccountId, Handoff, Role, Scope, examples, from_json_str};
use outbound_rules::{RuleLevel, Severity, check_account};

use crate::catalogue::own_findings;
use crate::credentials::word_password;
use crate::{
    AccountSettings, App, AppError, ExpectedTag, Grant, ImportError, ImportOptions, ManageCredentials,
    NewApiKey, NewClient, NewUser, PublishMode, WriteHandoffs,
};

/// The account that the documented examples use.
pub const DEMO_ACCOUNT: &str = "12345678";

/// Drafts without findings, in several languages and channels.
const DRAFTS: &str = include_str!("../demo/handoffs.json");
/// Note of the examples' versions.
const NOTE: &str = "documented example; rules that it violates are warnings in the demo (see Settings)";

/// The demo account and its credentials.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The account.
    pub account: AccountId,
    /// A client that may read and write.
    pub client: NewClient,
    /// An API key, which may read.
    pub api_key: NewApiKey,
    /// The login name of an administrator.
    pub username: String,
    /// Its password.
    pub password: Secret,
}

impl App {
    /// Creates the demo account, its handoffs and credentials. `None` if any account exists.
    pub async fn fill_with_demo(&self) -> Result<Option<Demo>, AppError> {
        if !self.accounts().await?.is_empty() {
            return Ok(None);
        }
        let account: AccountId = DEMO_ACCOUNT.parse()?;
        self.create_account(account.clone()).await?;
        let write: Grant<WriteHandoffs> = self.operator(&account);
        let settings = settings()?;
        self.change_settings(&self.operator(&account), &settings, &ExpectedTag::Any).await?;
        for (text, note, publish) in
            [(examples::HANDOFFS, NOTE, PublishMode::All), (DRAFTS, "demo", PublishMode::Nothing)]
        {
            let handoffs = liveperson::read(text.as_bytes(), self.file_defaults());
            let options = ImportOptions { note, publish, ..ImportOptions::default() };
            let imported = self.import(&write, handoffs, options, |_, _| ()).await;
            imported.map_err(|error| match error {
                ImportError::App(error) => error,
                other => AppError::Internal(Box::new(other)),
            })?;
        }
        let manage: Grant<ManageCredentials> = self.operator(&account);
        let client = self.create_client(&manage, "demo", Scope::ALL.into_iter().collect()).await?;
        let api_key = self.create_api_key(&manage, "demo").await?;
        let password = word_password(&*self.generator);
        let new = NewUser { name: "demo".parse()?, role: Role::Administrator, password: password.clone() };
        let username = self.create_user(&manage, new).await?.name.to_string();
        Ok(Some(Demo { account, client, api_key, username, password }))
    }
}

impl App {
    /// Records the messages of a new demo account, which takes some seconds.
    pub async fn record_demo_messages(&self, demo: &Demo) -> Result<(), AppError> {
        let handoffs: Vec<Handoff> =
            from_json_str(examples::HANDOFFS).map_err(|error| AppError::Internal(Box::new(error)))?;
        self.record_demo_traffic(&demo.account, &handoffs).await
    }
}

/// Settings in which every rule that a documented example violates has the level warning.
fn settings() -> Result<AccountSettings, AppError> {
    let examples: Vec<Handoff> =
        from_json_str(examples::HANDOFFS).map_err(|error| AppError::Internal(Box::new(error)))?;
    let mut settings = AccountSettings::default();
    let rules = settings.rules();
    let between_handoffs = check_account(&examples, &rules).into_iter().map(|found| found.finding);
    let within_handoffs = examples.iter().flat_map(|example| own_findings(example, &rules));
    for finding in
        within_handoffs.chain(between_handoffs).filter(|finding| finding.severity == Severity::Error)
    {
        settings.levels.insert(finding.name.to_owned(), RuleLevel::Warning);
    }
    Ok(settings)
}
