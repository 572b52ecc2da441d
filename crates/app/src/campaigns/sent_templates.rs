//! The WhatsApp templates that messages of campaigns were sent with.

use std::collections::HashMap;

use outbound_model::{AccountId, Channel, WhatsApp};
use outbound_reporting::TransactionId;

use super::frozen::Frozen;
use crate::{App, AppError};

impl App {
    /// The templates of messages. Messages that are not of a campaign, or have been retried since, are missing.
    pub(crate) async fn sent_templates(
        &self,
        account: &AccountId,
        messages: &[TransactionId],
    ) -> Result<HashMap<TransactionId, WhatsApp>, AppError> {
        let reader = self.store.read_campaigns(account);
        let recipients =
            if messages.is_empty() { Vec::new() } else { reader.recipients_of(messages).await? };
        let mut campaigns = HashMap::new();
        for recipient in &recipients {
            if !campaigns.contains_key(&recipient.campaign)
                && let Some(campaign) = reader.campaign(&recipient.campaign).await?
            {
                let template = template(Frozen::from_json(&campaign.frozen)?);
                campaigns.insert(recipient.campaign.clone(), template);
            }
        }
        let found = recipients.into_iter().filter_map(|recipient| {
            Some((recipient.transaction, campaigns.get(&recipient.campaign)?.clone()?))
        });
        Ok(found.collect())
    }
}

fn template(frozen: Frozen) -> Option<WhatsApp> {
    frozen.channels.into_iter().find_map(|channel| match channel.channel {
        Channel::WhatsApp(wa) => Some(wa),
        _ => None,
    })
}
