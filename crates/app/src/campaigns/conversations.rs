//! Closes conversations. One without a message for a day counts as closed, too.

use outbound_reporting::{Address, Text};

use crate::{App, AppError, Grant, WriteCampaigns};

impl App {
    /// Closes the open conversation of a consumer, so that campaigns send to them again. Returns `false` if there is
    /// none.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn close_conversation(
        &self,
        grant: &Grant<WriteCampaigns>,
        address: &str,
    ) -> Result<bool, AppError> {
        let address = Address::new(Text::new("address", address.to_owned())?);
        let key = self.consumer_key(grant.account(), &address);
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        let Some(open) = transaction.conversations(&[key]).await?.into_iter().next() else {
            return Ok(false);
        };
        transaction.close_conversation(&open).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
