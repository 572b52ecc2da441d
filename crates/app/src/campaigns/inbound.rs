//! Messages and preferences of consumers: opt-outs, and replies, which open conversations.

use outbound_campaigns::{KeywordKind, Keywords};
use outbound_connectors::{
    InboundContent, InboundMessage, KeywordAction, Preference, PreferenceChange, Provider,
};
use outbound_model::{AccountId, Timestamp, random_uuid};
use outbound_reporting::{Address, Event, Occurrence, ReportingChannel, Text};
use outbound_store::{CampaignTransaction, ConsumerKey, OpenConversation, StoredRecipient};

use super::claim::CONVERSATION_SECONDS;
use super::frozen::Frozen;
use super::message_id;
use crate::{App, AppError};

/// The longest lookback period.
const MAX_LOOKBACK_SECONDS: i64 = 30 * 24 * 60 * 60;
/// The maximum number of characters of a keyword that is kept.
const MAX_KEYWORD_CHARACTERS: usize = 64;

/// What a consumer wants.
#[derive(Debug)]
pub(super) struct Inbound {
    sender: Address,
    channel: ReportingChannel,
    wish: Wish,
}

#[derive(Debug)]
enum Wish {
    Stop(String),
    Start,
    Help,
    Reply,
}

impl Inbound {
    /// A provider that recognizes a keyword has acted on it. Other keywords are recognized here.
    pub(super) fn of_message(provider: Provider, message: &InboundMessage) -> Result<Self, AppError> {
        let content = match &message.content {
            InboundContent::Text(text) => text.as_str(),
            InboundContent::Button { label, .. } => label.as_str(),
            InboundContent::Other(_) => "",
        };
        let kind = match message.keyword {
            Some(KeywordAction::Stop) => Some(KeywordKind::Stop),
            Some(KeywordAction::Start) => Some(KeywordKind::Start),
            Some(KeywordAction::Help) => Some(KeywordKind::Help),
            None => Keywords::default().kind(content),
        };
        let wish = match kind {
            Some(KeywordKind::Stop) => Wish::Stop(content.chars().take(MAX_KEYWORD_CHARACTERS).collect()),
            Some(KeywordKind::Start) => Wish::Start,
            Some(KeywordKind::Help) => Wish::Help,
            None => Wish::Reply,
        };
        let channel = channel(provider, &message.recipient);
        Ok(Self { sender: address(message.sender.as_str())?, channel, wish })
    }

    pub(super) fn of_preference(provider: Provider, change: &PreferenceChange) -> Result<Self, AppError> {
        let wish = match change.preference {
            Preference::Stop => Wish::Stop(String::new()),
            Preference::Resume => Wish::Start,
        };
        let channel = channel(provider, &change.sender);
        Ok(Self { sender: address(change.consumer.as_str())?, channel, wish })
    }
}

fn address(number: &str) -> Result<Address, AppError> {
    Ok(Address::new(Text::new("address", number.to_owned())?))
}

fn channel(provider: Provider, recipient: &str) -> ReportingChannel {
    match provider {
        Provider::Meta => ReportingChannel::WhatsApp,
        Provider::Twilio if recipient.starts_with("whatsapp:") => ReportingChannel::WhatsApp,
        Provider::Twilio | Provider::Relay => ReportingChannel::Sms,
        Provider::Rbm => ReportingChannel::GoogleRcs,
    }
}

impl App {
    /// Records what a consumer wants, in one commit. A repeated callback changes nothing.
    pub(super) async fn record_inbound(
        &self,
        account: &AccountId,
        inbound: &Inbound,
    ) -> Result<(), AppError> {
        let now = self.clock.now();
        let key = self.consumer_key(account, &inbound.sender);
        let since = now.plus_seconds(-MAX_LOOKBACK_SECONDS);
        let last = self.store.read_campaigns(account).last_sent(&key, since).await?;
        let mut transaction = self.store.write_campaigns(account).await?;
        let occurrence = match &inbound.wish {
            Wish::Help => return Ok(()),
            Wish::Stop(keyword) => {
                let keyword = Some(keyword.as_str()).filter(|keyword| !keyword.is_empty());
                let opt_out = self.opt_out(account, &inbound.sender, now, ("consumer", keyword))?;
                transaction.add_opt_out(&opt_out).await?.then_some(Occurrence::OptOut)
            }
            Wish::Start if transaction.remove_opt_out(&key).await? => Some(Occurrence::OptIn),
            // Without an opt-out, it is the answer to a question.
            Wish::Start | Wish::Reply => {
                self.open_conversation(&mut *transaction, inbound.channel, (key, last.as_ref()), now).await?
            }
        };
        if let (Some(occurrence), Some(last)) = (occurrence, &last) {
            let event = event(last, occurrence, now)?;
            transaction.add_events(&self.seal_events(account, &[event])?).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Adds a message to the open conversation of a consumer, or opens one. A reply within the lookback period of the
    /// handoff goes to the skill of the campaign; then this returns the event of the message that was replied to.
    async fn open_conversation(
        &self,
        transaction: &mut dyn CampaignTransaction,
        channel: ReportingChannel,
        (consumer, last): (ConsumerKey, Option<&StoredRecipient>),
        now: Timestamp,
    ) -> Result<Option<Occurrence>, AppError> {
        let open = transaction.conversations(&[consumer]).await?.into_iter().next();
        let oldest = now.plus_seconds(-CONVERSATION_SECONDS);
        if let Some(open) = open.filter(|open| open.last_message_at > oldest) {
            let conversation = OpenConversation { last_message_at: now, ..open };
            transaction.save_conversation(&conversation).await?;
            return Ok(None);
        }
        let conversation_id = random_uuid(&*self.generator).to_string();
        let mut conversation = OpenConversation {
            consumer,
            channel,
            conversation_id: conversation_id.clone(),
            campaign: None,
            skill: String::new(),
            opened_at: now,
            last_message_at: now,
        };
        let mut occurrence = None;
        if let Some(last) = last
            && let Some(campaign) = transaction.campaigns(&[&last.campaign]).await?.into_iter().next()
        {
            let hours = Frozen::from_json(&campaign.frozen)?.lookback_hours;
            if last.changed_at.plus_seconds(i64::from(hours) * 3600) >= now {
                conversation.campaign = Some(last.campaign.clone());
                conversation.skill = campaign.skill;
                occurrence =
                    Some(Occurrence::ConversationCreated(Text::new("conversationId", conversation_id)?));
            }
        }
        transaction.save_conversation(&conversation).await?;
        Ok(occurrence)
    }
}

fn event(recipient: &StoredRecipient, occurrence: Occurrence, time: Timestamp) -> Result<Event, AppError> {
    let id = message_id(&recipient.campaign, (recipient.number, recipient.recipient.retries()));
    let message_id = Text::new("messageId", id)?;
    Ok(Event { message_id, attempted_at: recipient.transaction.attempted_at(), time, occurrence })
}
