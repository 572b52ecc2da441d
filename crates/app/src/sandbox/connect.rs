//! The connection of a demo to the sandbox inside its server.

use outbound_auth::Secret;
use outbound_model::AccountId;

use crate::{App, AppError, DEMO_ACCOUNT, Grant, ManageCredentials, NewConnection};

/// The name of the connection.
const NAME: &str = "Sandbox of the demo";

impl App {
    /// Connects the demo account to a sandbox. Its address and secret are new in each process, so the connection is
    /// replaced. Returns the account; `None` if it is not a demo: it was not just created (`is_new`), and no earlier
    /// process connected it.
    pub async fn connect_demo(
        &self,
        is_new: bool,
        base_url: &str,
        secret: &Secret,
    ) -> Result<Option<AccountId>, AppError> {
        let account: AccountId = DEMO_ACCOUNT.parse()?;
        if !self.accounts().await?.iter().any(|known| known.id == account) {
            return Ok(None);
        }
        let grant: Grant<ManageCredentials> = self.operator(&account);
        let connections = self.connections(&grant).await?;
        let old: Vec<_> = connections.into_iter().filter(|connection| connection.name == NAME).collect();
        if !is_new && old.is_empty() {
            return Ok(None);
        }
        for connection in old {
            self.delete_connection(&grant, &connection.id).await?;
        }
        let new = NewConnection {
            name: NAME.to_owned(),
            base_url: base_url.to_owned(),
            secret: Some(secret.clone()),
        };
        self.create_connection(&grant, new).await?;
        Ok(Some(account))
    }
}
