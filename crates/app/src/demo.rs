//! Fills an empty installation with something to look at: one account with the documented examples.

use outbound_auth::{Secret, random_secret};
use outbound_formats::liveperson;
use outbound_model::{AccountId, Role, Scope, examples};

use crate::{
    App, AppError, Grant, ImportError, ImportOptions, ManageCredentials, NewApiKey, NewClient, NewUser,
    WriteHandoffs,
};

/// The account that the documented examples use.
pub const DEMO_ACCOUNT: &str = "12345678";

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
        let handoffs = liveperson::read(examples::HANDOFFS.as_bytes(), self.new_handoffs());
        let imported = self.import(&write, handoffs, ImportOptions::default(), |_, _| ()).await;
        imported.map_err(|error| match error {
            ImportError::App(error) => error,
            other => AppError::Internal(Box::new(other)),
        })?;
        let manage: Grant<ManageCredentials> = self.operator(&account);
        let client = self.create_client(&manage, "demo", Scope::ALL.into_iter().collect()).await?;
        let api_key = self.create_api_key(&manage, "demo").await?;
        let password = random_secret(&*self.generator);
        let new = NewUser { name: "demo".parse()?, role: Role::Administrator, password: password.clone() };
        let username = self.create_user(&manage, new).await?.name.to_string();
        Ok(Some(Demo { account, client, api_key, username, password }))
    }
}
