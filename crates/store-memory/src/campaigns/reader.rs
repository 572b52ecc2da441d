//! Reads the committed campaigns of one account.

use async_trait::async_trait;
use outbound_campaigns::CampaignId;
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::TransactionId;
use outbound_store::{
    AcceptedRequest, Campaign, CampaignPosition, CampaignReader, Connection, ConsumerKey, Lane, OptOut,
    RecipientQuery, StoreError, StoredRecipient,
};

use super::limited;
use crate::MemoryStore;
use crate::state::AccountState;

pub(super) struct Reader {
    pub(super) store: MemoryStore,
    pub(super) account: AccountId,
}

impl Reader {
    async fn read<T>(&self, read: impl FnOnce(&AccountState) -> T) -> Result<T, StoreError> {
        self.store.read(|state| read(state.account(&self.account))).await
    }
}

#[async_trait]
impl CampaignReader for Reader {
    async fn campaign(&self, id: &CampaignId) -> Result<Option<Campaign>, StoreError> {
        self.read(|rows| rows.campaigns.committed(id).map(|row| row.campaign.clone())).await
    }

    async fn campaigns(
        &self,
        before: Option<&CampaignPosition>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let read = |rows: &AccountState| {
            let position = |campaign: &Campaign| (campaign.created_at, campaign.ids.proactive.clone());
            let before = before.map(|before| (before.created_at, before.id.clone()));
            let mut found: Vec<_> = rows.campaigns.all_committed().map(|(_, row)| &row.campaign).collect();
            found.retain(|campaign| before.as_ref().is_none_or(|before| position(campaign) < *before));
            found.sort_by_key(|campaign| position(campaign));
            found.into_iter().rev().take(limited(limit)).cloned().collect()
        };
        self.read(read).await
    }

    async fn recipients(&self, query: RecipientQuery<'_>) -> Result<Vec<StoredRecipient>, StoreError> {
        let RecipientQuery { campaign, state, after, limit } = query;
        let read = |rows: &AccountState| {
            let found = rows.recipients.all_committed().map(|(_, recipient)| recipient);
            found
                .filter(|one| one.campaign == *campaign && after.is_none_or(|after| one.number > after))
                .filter(|one| state.is_none_or(|state| one.recipient.state().as_str() == state))
                .take(limited(limit))
                .cloned()
                .collect()
        };
        self.read(read).await
    }

    async fn accepted_request(&self, key: &str) -> Result<Option<AcceptedRequest>, StoreError> {
        let read = |rows: &AccountState| {
            let mut requests = rows.campaigns.all_committed().filter_map(|(_, row)| row.request.as_ref());
            requests.find(|(known, _)| known == key).map(|(_, request)| request.clone())
        };
        self.read(read).await
    }

    async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        let read = |rows: &AccountState| {
            let mut lanes: Vec<Lane> = rows.lanes.all_committed().map(|(_, lane)| lane.clone()).collect();
            lanes.sort_by_key(|lane| lane.id.to_string());
            lanes
        };
        self.read(read).await
    }

    async fn opt_outs(&self, after: Option<&ConsumerKey>, limit: u32) -> Result<Vec<OptOut>, StoreError> {
        let read = |rows: &AccountState| {
            let opt_outs = rows.opt_outs.all_committed().map(|(_, opt_out)| opt_out);
            let later = opt_outs.filter(|one| after.is_none_or(|after| one.consumer > *after));
            later.take(limited(limit)).cloned().collect()
        };
        self.read(read).await
    }

    async fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        self.read(|rows| rows.connections.all_committed().map(|(_, one)| one.clone()).collect()).await
    }

    async fn recipients_of(
        &self,
        transactions: &[TransactionId],
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let read = |rows: &AccountState| {
            let recipients = rows.recipients.all_committed().map(|(_, recipient)| recipient);
            recipients.filter(|one| transactions.contains(&one.transaction)).cloned().collect()
        };
        self.read(read).await
    }

    async fn last_sent(
        &self,
        consumer: &ConsumerKey,
        since: Timestamp,
    ) -> Result<Option<StoredRecipient>, StoreError> {
        let read = |rows: &AccountState| {
            let recipients = rows.recipients.all_committed().map(|(_, recipient)| recipient);
            let sent = recipients
                .filter(|one| one.consumer == *consumer && one.changed_at >= since)
                .filter(|one| one.recipient.state().as_str() == "sent");
            sent.max_by_key(|one| one.changed_at).cloned()
        };
        self.read(read).await
    }
}
