//! Closes conversations. One without a message for a while, by default a day, counts as closed, too.

use outbound_model::{AccountId, AuditAction};
use outbound_reporting::{Address, Text, TransactionId};
use serde_json::json;

use crate::reporting::read_address;
use crate::{App, AppError, Grant, WriteCampaigns};

/// The maximum number of messages whose conversations are closed in one commit.
const BATCH: usize = 500;

impl App {
    /// Closes the open conversation of a consumer, so that campaigns send to them again. A phone number may have any
    /// international spelling. Returns `false` if there is none.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn close_conversation(
        &self,
        grant: &Grant<WriteCampaigns>,
        address: &str,
    ) -> Result<bool, AppError> {
        // An in-app id may look like a phone number.
        let written = Address::new(Text::new("address", address.trim().to_owned())?);
        let read = read_address(address)?;
        let subject = read.masked();
        let keys = [read, written].map(|one| self.consumer_key(grant.account(), &one));
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        let mut is_closed = false;
        for open in transaction.conversations(&keys).await? {
            is_closed |= transaction.close_conversation(&open).await?;
        }
        if is_closed {
            let entry = self.audit_entry(grant, AuditAction::ConversationClosed, &subject, &json!({}));
            transaction.audit(&entry).await?;
        }
        transaction.commit().await?;
        Ok(is_closed)
    }

    /// Closes the open conversations that began with replies to these messages, or have the given ids.
    pub(crate) async fn close_reported_conversations(
        &self,
        account: &AccountId,
        closed: &[(TransactionId, Text)],
    ) -> Result<(), AppError> {
        for closed in closed.chunks(BATCH) {
            let messages: Vec<_> = closed.iter().map(|(message, _)| *message).collect();
            let recipients = self.store.read_campaigns(account).recipients_of(&messages).await?;
            if recipients.is_empty() {
                continue;
            }
            let consumers: Vec<_> = recipients.iter().map(|recipient| recipient.consumer).collect();
            let mut transaction = self.store.write_campaigns(account).await?;
            for open in transaction.conversations(&consumers).await? {
                let is_reply = recipients.iter().any(|recipient| {
                    recipient.consumer == open.consumer && open.campaign.as_ref() == Some(&recipient.campaign)
                });
                if is_reply || closed.iter().any(|(_, id)| id.as_str() == open.conversation_id) {
                    transaction.close_conversation(&open).await?;
                }
            }
            transaction.commit().await?;
        }
        Ok(())
    }
}
