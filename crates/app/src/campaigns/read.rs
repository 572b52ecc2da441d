//! Shows campaigns and their recipients.

use outbound_campaigns::{CampaignId, CampaignStatus, ConversationsResponse, RecipientState, SkipReason};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Address, ErrorKey, ReportingChannel, Transaction, TransactionId};
use outbound_store::{Campaign, CampaignPosition, CampaignQuery, RecipientQuery, StoredRecipient};

use super::frozen::Frozen;
use crate::{App, AppError, Grant, ReadCampaigns};

/// The maximum number of messages that one response of conversations contains. A request has at most 100 recipients,
/// each of which may be retried.
const MAX_CONVERSATIONS: u32 = 1000;

/// Which recipients are listed.
#[derive(Clone, Debug, Default)]
pub struct RecipientFilter {
    /// The name of a state; `None` for all.
    pub state: Option<String>,
    /// Only recipients with greater numbers.
    pub after: Option<u32>,
    /// The maximum number of recipients.
    pub limit: u32,
}

/// A recipient of a campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignRecipient {
    /// The number in the campaign, from 0.
    pub number: u32,
    /// The message of the current attempt in reports.
    pub transaction: TransactionId,
    /// The state.
    pub state: RecipientState,
    /// The channel that is tried, or was used.
    pub channel: ReportingChannel,
    /// The address on that channel. `None` once it is deleted.
    pub address: Option<Address>,
    /// The number of retries.
    pub retries: u32,
    /// When the message is sent, or counts as lost.
    pub due_at: Option<Timestamp>,
    /// When the state changed last.
    pub changed_at: Timestamp,
    /// The provider's id of the message.
    pub provider_id: Option<String>,
}

impl CampaignRecipient {
    /// The error of a failed message.
    pub fn error(&self) -> Option<&ErrorKey> {
        match &self.state {
            RecipientState::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Why the recipient was skipped.
    pub fn skip_reason(&self) -> Option<SkipReason> {
        match &self.state {
            RecipientState::Skipped(reason) => *reason,
            _ => None,
        }
    }
}

/// A campaign with the messages of its recipients, as `GET …/conversations` shows them.
#[derive(Clone, Debug)]
pub struct CampaignConversations {
    status: CampaignStatus,
    transactions: Vec<Transaction>,
}

impl CampaignConversations {
    /// The response.
    pub fn response(&self) -> ConversationsResponse<'_> {
        ConversationsResponse::new(self.status, &self.transactions)
    }
}

impl App {
    /// The status of a campaign and of its messages. The campaign may be one of another system, whose events were
    /// recorded.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaign_conversations(
        &self,
        grant: &Grant<ReadCampaigns>,
        id: &CampaignId,
    ) -> Result<CampaignConversations, AppError> {
        let campaign = self.store.read_campaigns(grant.account()).campaign(id).await?;
        let query = CampaignQuery { campaign_id: id.as_str(), after: None, limit: MAX_CONVERSATIONS };
        let transactions = self.store.campaign_transactions(grant.account(), &query).await?;
        let status = match campaign {
            Some(campaign) => CampaignStatus::of(campaign.control, &campaign.counts),
            None if transactions.is_empty() => return Err(AppError::UnknownCampaign(id.clone())),
            None => CampaignStatus::of_transactions(&transactions),
        };
        Ok(CampaignConversations { status, transactions })
    }

    /// Campaigns before a position, newest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaigns(
        &self,
        grant: &Grant<ReadCampaigns>,
        before: Option<&CampaignPosition>,
        limit: u32,
    ) -> Result<Vec<Campaign>, AppError> {
        let campaigns = self.store.read_campaigns(grant.account()).campaigns(before, limit).await?;
        if campaigns.is_empty() {
            self.require_account(grant.account()).await?;
        }
        Ok(campaigns)
    }

    /// One campaign.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaign(
        &self,
        grant: &Grant<ReadCampaigns>,
        id: &CampaignId,
    ) -> Result<Campaign, AppError> {
        let found = self.store.read_campaigns(grant.account()).campaign(id).await?;
        found.ok_or_else(|| AppError::UnknownCampaign(id.clone()))
    }

    /// Recipients of a campaign by their numbers.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn recipients(
        &self,
        grant: &Grant<ReadCampaigns>,
        id: &CampaignId,
        filter: &RecipientFilter,
    ) -> Result<Vec<CampaignRecipient>, AppError> {
        let campaign = self.campaign(grant, id).await?;
        let frozen = Frozen::from_json(&campaign.frozen)?;
        let RecipientFilter { state, after, limit } = filter;
        let query = RecipientQuery { campaign: id, state: state.as_deref(), after: *after, limit: *limit };
        let stored = self.store.read_campaigns(grant.account()).recipients(query).await?;
        let (app, account) = (self.clone(), grant.account().clone());
        let show = move || {
            let recipient = |stored| app.campaign_recipient(&account, (&campaign, &frozen), stored);
            stored.into_iter().map(recipient).collect()
        };
        self.compute(grant.account(), show).await?
    }

    fn campaign_recipient(
        &self,
        account: &AccountId,
        (campaign, frozen): (&Campaign, &Frozen),
        stored: StoredRecipient,
    ) -> Result<CampaignRecipient, AppError> {
        let position = stored.recipient.channel();
        let channel = frozen.channel(position).map_or(stored.lane.channel(), |channel| channel.name);
        let data = stored.sealed.as_deref();
        let data = data.map(|sealed| self.open_recipient(account, &stored.campaign, sealed)).transpose()?;
        Ok(CampaignRecipient {
            number: stored.number,
            transaction: stored.transaction,
            state: stored.recipient.state().clone(),
            channel,
            address: data.and_then(|data| data.address(channel).cloned()),
            retries: stored.recipient.retries(),
            // Until the campaign expires, a recipient waits for a person.
            due_at: stored.due_at.filter(|due_at| *due_at < campaign.expires_at),
            changed_at: stored.changed_at,
            provider_id: stored.provider_id,
        })
    }
}
