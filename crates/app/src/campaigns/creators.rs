//! Names of those who created campaigns.

use std::collections::HashMap;

use outbound_model::{AccountId, ClientId};
use outbound_store::Campaign;

use crate::{App, AppError, Grant, LaunchCampaigns, ReadCampaigns};

impl App {
    /// The names of the clients among those who created campaigns ([`Campaign::created_by`](crate::Campaign::created_by)),
    /// by their ids. Users and the command line are recorded with their names.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn creator_names<'c>(
        &self,
        grant: &Grant<ReadCampaigns>,
        creators: impl IntoIterator<Item = &'c str> + Send,
    ) -> Result<HashMap<String, String>, AppError> {
        self.client_names(grant.account(), creators).await
    }

    /// The name of who created a campaign that the caller decided about.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn creator_name(
        &self,
        grant: &Grant<LaunchCampaigns>,
        campaign: &Campaign,
    ) -> Result<String, AppError> {
        let creator = &campaign.created_by;
        let mut names = self.client_names(grant.account(), [creator.as_str()]).await?;
        Ok(names.remove(creator).unwrap_or_else(|| creator.clone()))
    }

    async fn client_names<'c>(
        &self,
        account: &AccountId,
        creators: impl IntoIterator<Item = &'c str> + Send,
    ) -> Result<HashMap<String, String>, AppError> {
        let is_client = |creator: &str| creator.parse::<ClientId>().is_ok();
        let has_clients = creators.into_iter().any(is_client);
        if !has_clients {
            return Ok(HashMap::new());
        }
        let clients = self.store.read_credentials(account).clients().await?;
        Ok(clients.into_iter().map(|client| (client.id.to_string(), client.name)).collect())
    }
}
