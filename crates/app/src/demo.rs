//! Fills an empty installation with something to look at: one account with the documented examples, which
//! are published, and with drafts of ours, which the API does not serve.
//!
//! Some of the vendor's own examples break rules of the providers. In this account those rules count as
//! warnings, so that what is an error in it is somebody's own.

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
/// The note of the examples' versions.
const NOTE: &str = "documented example; what it breaks counts as a warning in the demo (see Settings)";

/// What the demo made.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Its account.
    pub account: AccountId,
    /// A client that may read and write.
    pub client: NewClient,
    /// An API key, which reads.
    pub api_key: NewApiKey,
    /// The login name of an administrator.
    pub username: String,
    /// Its password.
    pub password: Secret,
}

impl App {
    /// Makes the demo account, its handoffs and its credentials; `None` where there is any account.
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

/// The account's settings: each rule that a documented example breaks counts as a warning.
fn settings() -> Result<AccountSettings, AppError> {
    let examples: Vec<Handoff> =
        from_json_str(examples::HANDOFFS).map_err(|error| AppError::Internal(Box::new(error)))?;
    let mut settings = AccountSettings::default();
    let rules = settings.rules();
    let together = check_account(&examples, &rules).into_iter().map(|found| found.finding);
    let alone = examples.iter().flat_map(|example| own_findings(example, &rules));
    for finding in alone.chain(together).filter(|finding| finding.severity == Severity::Error) {
        settings.levels.insert(finding.name.to_owned(), RuleLevel::Warning);
    }
    Ok(settings)
}
