//! Messages and preferences of consumers: opt-outs, and replies, which open conversations.

use outbound_campaigns::{KeywordKind, Keywords, may_answer};
use outbound_connectors::{
    InboundContent, InboundMessage, KeywordAction, Preference, PreferenceChange, Provider,
};
use outbound_model::{AccountId, ChangeDetails, ChangeKind, Timestamp, random_uuid};
use outbound_reporting::{Address, Occurrence, ReportingChannel, Text};
use outbound_store::{
    CampaignTransaction, ConsumerKey, InboundKey, LaneId, NewChange, OpenConversation, StoredRecipient,
};

use super::account::CampaignAccount;
use super::event_of;
use super::feed::{CONSUMER, about, save_opt_out};
use super::frozen::Frozen;
use super::settings::CampaignSettings;
use crate::{App, AppError};

/// The longest lookback period.
const MAX_LOOKBACK_SECONDS: i64 = 30 * 24 * 60 * 60;
/// The maximum number of characters of a keyword that is kept.
const MAX_KEYWORD_CHARACTERS: usize = 64;

/// What a consumer wants.
#[derive(Debug)]
pub(super) struct Inbound {
    sender: Address,
    /// Our sender.
    lane: LaneId,
    /// The provider's id of the message; `None` for a preference.
    message: Option<String>,
    /// The provider, and what only repetitions of this message have in common, if there is such a thing.
    id: Option<(Provider, String)>,
    wish: Wish,
}

#[derive(Debug)]
enum Wish {
    Stop(String),
    /// Whether it is a reply if the consumer has not opted out.
    Start {
        may_answer: bool,
    },
    /// Whether it has to be answered.
    Help {
        is_open: bool,
    },
    Reply,
}

impl Inbound {
    /// A provider that recognizes a keyword has acted on it. Other keywords are recognized here.
    pub(super) fn of_message(
        provider: Provider,
        message: &InboundMessage,
        keywords: &Keywords,
    ) -> Result<Self, AppError> {
        let content = match &message.content {
            InboundContent::Text(text) => text.as_str(),
            InboundContent::Button { label, .. } => label.as_str(),
            InboundContent::Other(_) => "",
        };
        let kind = match message.keyword {
            Some(KeywordAction::Stop) => Some(KeywordKind::Stop),
            Some(KeywordAction::Start) => Some(KeywordKind::Start),
            Some(KeywordAction::Help) => Some(KeywordKind::Help),
            None => keywords.kind(content),
        };
        let wish = match kind {
            Some(KeywordKind::Stop) => Wish::Stop(kept_keyword(content)),
            Some(KeywordKind::Start) => {
                let is_button = matches!(message.content, InboundContent::Button { .. });
                Wish::Start { may_answer: message.keyword.is_none() && (is_button || may_answer(content)) }
            }
            // A provider that recognized it has answered. A relay sends rendered messages only, and can answer by itself.
            Some(KeywordKind::Help) => {
                Wish::Help { is_open: message.keyword.is_none() && provider != Provider::Relay }
            }
            None => Wish::Reply,
        };
        let lane = lane(provider, &message.recipient);
        let id = message.provider_id.as_str().to_owned();
        let sender = address(message.sender.as_str())?;
        Ok(Self { sender, lane, message: Some(id.clone()), id: Some((provider, id)), wish })
    }

    pub(super) fn of_preference(provider: Provider, change: &PreferenceChange) -> Result<Self, AppError> {
        let wish = match change.preference {
            Preference::Stop => Wish::Stop(String::new()),
            Preference::Resume => Wish::Start { may_answer: false },
        };
        let lane = lane(provider, &change.sender);
        // Preferences have no ids.
        let name = match change.preference {
            Preference::Stop => "stop",
            Preference::Resume => "resume",
        };
        let id = change.time.map(|time| (provider, format!("{name} at {}", time.millis())));
        Ok(Self { sender: address(change.consumer.as_str())?, lane, message: None, id, wish })
    }
}

fn address(number: &str) -> Result<Address, AppError> {
    Ok(Address::new(Text::new("address", number.to_owned())?))
}

/// The lane of the sender that a consumer wrote to. The relay names the channel only, so its lanes have no sender.
fn lane(provider: Provider, recipient: &str) -> LaneId {
    let number = recipient.strip_prefix("whatsapp:");
    let channel = match provider {
        Provider::Meta => ReportingChannel::WhatsApp,
        Provider::Twilio if number.is_some() => ReportingChannel::WhatsApp,
        Provider::Twilio => ReportingChannel::Sms,
        Provider::Relay => {
            let channel = ReportingChannel::from_name(recipient).unwrap_or(ReportingChannel::InApp);
            return LaneId::new(channel, "");
        }
        Provider::Rbm => ReportingChannel::GoogleRcs,
    };
    LaneId::new(channel, number.unwrap_or(recipient))
}

impl App {
    /// Records what a consumer wants, in one commit. A repeated callback changes nothing.
    pub(super) async fn record_inbound(
        &self,
        account: &AccountId,
        known: &CampaignAccount,
        inbound: &Inbound,
    ) -> Result<(), AppError> {
        let now = self.clock.now();
        let key = self.consumer_key(account, &inbound.sender);
        let since = now.plus_seconds(-MAX_LOOKBACK_SECONDS);
        let last = self.store.read_campaigns(account).last_sent(&key, since).await?;
        let mut details = last.as_ref().map(about).unwrap_or_default();
        details.channel = Some(inbound.lane.channel().to_string());
        let mut transaction = self.store.write_campaigns(account).await?;
        if !self.is_new(&mut *transaction, account, inbound, now).await? {
            return Ok(());
        }
        let occurrence = match &inbound.wish {
            Wish::Help { is_open } => {
                let text = known.settings.help_answer().filter(|_| *is_open);
                if let (Some(text), Some(message)) = (text, &inbound.message) {
                    let answer = (message.as_str(), inbound.lane.clone());
                    let to = (&inbound.sender, text);
                    self.add_answer(&mut *transaction, account, answer, to, now).await?;
                }
                None
            }
            Wish::Stop(keyword) => {
                let keyword = Some(keyword.as_str()).filter(|keyword| !keyword.is_empty());
                let opt_out = self.opt_out(account, &inbound.sender, now, ("consumer", keyword))?;
                let is_new = save_opt_out(&mut *transaction, &opt_out, CONSUMER, details.clone()).await?;
                is_new.then_some(Occurrence::OptOut)
            }
            Wish::Start { .. } if transaction.remove_opt_out(&key).await? => Some(Occurrence::OptIn),
            // Addressed to this service: no person has to reply. A conversation would keep campaigns from the consumer.
            Wish::Start { may_answer: false } => None,
            Wish::Start { may_answer: true } | Wish::Reply => {
                let oldest = now.plus_seconds(-known.conversation_seconds());
                let channel = inbound.lane.channel();
                let consumer = (key, channel, last.as_ref());
                let (conversation, occurrence) = self
                    .open_conversation(&mut *transaction, consumer, &known.settings, (now, oldest))
                    .await?;
                details.conversation = Some(conversation.conversation_id);
                details.skill = Some(conversation.skill).filter(|skill| !skill.is_empty());
                occurrence
            }
        };
        if let (Some(occurrence), Some(last)) = (occurrence, &last) {
            let event = event_of(last, occurrence, now)?;
            transaction.add_events(&self.seal_events(account, &[event])?).await?;
        }
        if let Some(message) = inbound.message.as_ref().filter(|_| known.records(ChangeKind::MessageReceived))
        {
            transaction.add_changes(&[received(message, details, now)]).await?;
        }
        transaction.commit().await?;
        self.campaign_work.notify_one();
        Ok(())
    }

    /// Whether a message was not received before. From now on, it was. What has no id counts as new.
    async fn is_new(
        &self,
        transaction: &mut dyn CampaignTransaction,
        account: &AccountId,
        inbound: &Inbound,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let Some((provider, id)) = &inbound.id else { return Ok(true) };
        let parts = [provider.as_str(), inbound.sender.reveal(), id];
        let key = InboundKey(self.reporting_key.inbound(account, parts));
        Ok(transaction.add_inbound(&key, now).await?)
    }

    /// Adds a message to the open conversation of a consumer, or opens one. A reply within the lookback period of the
    /// handoff goes to the skill of the campaign; then this also returns the event of the message that was replied to.
    /// Later replies go to the default skill of the account.
    async fn open_conversation(
        &self,
        transaction: &mut dyn CampaignTransaction,
        (consumer, channel, last): (ConsumerKey, ReportingChannel, Option<&StoredRecipient>),
        settings: &CampaignSettings,
        (now, oldest): (Timestamp, Timestamp),
    ) -> Result<(OpenConversation, Option<Occurrence>), AppError> {
        let open = transaction.conversations(&[consumer]).await?.into_iter().next();
        if let Some(open) = open.filter(|open| open.last_message_at > oldest) {
            let conversation = OpenConversation { last_message_at: now, ..open };
            transaction.save_conversation(&conversation).await?;
            return Ok((conversation, None));
        }
        let conversation_id = random_uuid(&*self.generator).to_string();
        let mut conversation = OpenConversation {
            consumer,
            channel,
            conversation_id: conversation_id.clone(),
            campaign: None,
            skill: settings.default_skill.clone(),
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
        Ok((conversation, occurrence))
    }
}

/// The change that a message of a consumer is. `id` is the provider's.
fn received(id: &str, details: ChangeDetails, at: Timestamp) -> NewChange {
    let key = Some(format!("received/{id}"));
    NewChange { at, by: CONSUMER.to_owned(), kind: ChangeKind::MessageReceived, key, details }
}

/// The keyword as it is stored and shown. PostgreSQL stores no NUL, and control characters would act on terminals.
fn kept_keyword(content: &str) -> String {
    content.chars().filter(|c| !c.is_control()).take(MAX_KEYWORD_CHARACTERS).collect()
}
