//! Replies of phones.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use super::{MAX_PHONES, Simulator};
use crate::api_name::{ApiName, ChannelName};
use crate::error::SandboxError;
use crate::keyword::Keyword;
use crate::ledger::{Direction, LedgerEntry, LedgerFilter, SubmissionResult, kept_content};
use crate::phone::address;
use crate::plan::{Event, PhoneReply, Step};
use crate::queue::{Conversation, Job};
use crate::receiver::CallbackRequest;

/// The maximum length of a reply.
const MAX_REPLY_CHARACTERS: usize = 4096;
/// How often the callback of a reply is repeated if it fails.
const RETRIES: u32 = 3;

/// A reply that a phone sends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    api: ApiName,
    phone: String,
    to: ReplyTo,
    content: PhoneReply,
}

/// What a phone replies to.
#[derive(Clone, Debug, Eq, PartialEq)]
enum ReplyTo {
    /// The last message that it got through the API.
    LastMessage,
    /// The last message of a sender. It may be none.
    Sender(String),
    /// The message with this number in the ledger.
    Message(u64),
}

impl Reply {
    /// A text message. `number` is the phone's, in E.164.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Reply`]
    pub fn text(api: ApiName, number: &str, text: &str) -> Result<Self, SandboxError> {
        Self::new(api, number, PhoneReply::Text(checked("text", text)?))
    }

    /// A press of a button. `number` is the phone's, in E.164; `payload` is what the button was sent with.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Reply`]
    pub fn button(api: ApiName, number: &str, label: &str, payload: &str) -> Result<Self, SandboxError> {
        let (label, payload) = (checked("label", label)?, checked("payload", payload)?);
        Self::new(api, number, PhoneReply::Button { label, payload })
    }

    fn new(api: ApiName, number: &str, content: PhoneReply) -> Result<Self, SandboxError> {
        let expected = "a number in E.164, such as +16001234567";
        let phone = address(api, number).ok_or(SandboxError::Reply { field: "phone", expected })?;
        Ok(Self { api, phone, to: ReplyTo::LastMessage, content })
    }

    /// To this sender, instead of that of the last message to the phone.
    #[must_use]
    pub fn to_sender(mut self, sender: impl Into<String>) -> Self {
        self.to = ReplyTo::Sender(sender.into());
        self
    }

    /// To the message with this number in the ledger, instead of the last one.
    #[must_use]
    pub fn to_message(mut self, sequence: u64) -> Self {
        self.to = ReplyTo::Message(sequence);
        self
    }
}

fn checked(field: &'static str, text: &str) -> Result<String, SandboxError> {
    let is_valid = !text.is_empty() && text.chars().nth(MAX_REPLY_CHARACTERS).is_none();
    let invalid = SandboxError::Reply { field, expected: "1 to 4096 characters" };
    if is_valid { Ok(text.to_owned()) } else { Err(invalid) }
}

impl Simulator {
    /// Sends a reply now.
    pub(crate) fn reply(&self, reply: Reply) -> Result<(), SandboxError> {
        let Reply { api, phone, to, content } = reply;
        let filter = LedgerFilter { api: Some(api), phone: Some(phone.clone()), ..LedgerFilter::default() };
        let is_to = |entry: &&LedgerEntry| {
            let is_chosen = match &to {
                ReplyTo::LastMessage => true,
                ReplyTo::Sender(sender) => *sender == entry.sender,
                ReplyTo::Message(sequence) => *sequence == entry.sequence,
            };
            is_chosen && entry.result == SubmissionResult::Accepted && entry.direction == Direction::Message
        };
        let last = self.lock().ledger.read(&filter).rfind(is_to).cloned();
        let sender = match (&last, to) {
            (Some(message), _) => message.sender.clone(),
            (None, ReplyTo::Sender(sender)) => sender,
            (None, _) => return Err(SandboxError::NoConversation),
        };
        let named = last.as_ref().and_then(|message| message.reply_url.clone());
        let reply_url = named.or_else(|| self.config.callback_url(api, &sender).cloned());
        if reply_url.is_none() {
            return Err(SandboxError::NoCallbackAddress);
        }
        let usual_channel = match api {
            ApiName::Meta => ChannelName::WhatsApp,
            ApiName::Twilio => ChannelName::Sms,
            ApiName::Rbm => ChannelName::Rcs,
            ApiName::Relay => ChannelName::InApp,
        };
        let conversation = Conversation {
            sequence: last.as_ref().map(|message| message.sequence),
            api,
            channel: last.as_ref().map_or(usual_channel, |message| message.channel),
            sender,
            phone,
            message_id: last.as_ref().and_then(|message| message.message_id.clone()),
            provider_id: last.and_then(|message| message.provider_id),
            reply_id: self.random(),
            status_url: None,
            reply_url,
            retries: RETRIES,
            copies: 1,
            has_wrong_signature: false,
        };
        let steps = VecDeque::from([Step { after: 0, event: Event::Reply(content) }]);
        self.start_job(Job { conversation: Arc::new(conversation), steps, due: self.now(), failures: 0 })
    }

    /// The callback about a reply; `None` if its sender has no address. The first attempt adds it to the ledger.
    pub(super) fn reply_request(
        &self,
        conversation: &Conversation,
        reply: &PhoneReply,
        is_first_attempt: bool,
    ) -> Option<CallbackRequest> {
        let url = conversation.reply_url.clone()?;
        let (request, id, content) = self.callback_builder(conversation).reply(url, reply);
        if is_first_attempt {
            self.record_reply(conversation, reply, id, &content);
        }
        Some(request)
    }

    fn record_reply(&self, conversation: &Conversation, reply: &PhoneReply, id: String, content: &Value) {
        let mut state = self.lock();
        state.ledger.add(LedgerEntry {
            sequence: 0,
            direction: Direction::Reply,
            api: conversation.api,
            channel: conversation.channel,
            sender: conversation.phone.clone(),
            recipient: conversation.sender.clone(),
            message_id: None,
            provider_id: Some(id),
            at: self.now(),
            result: SubmissionResult::Accepted,
            error_code: None,
            repeats: 0,
            status: None,
            content: kept_content(&content.to_string()),
            callbacks: Vec::new(),
            reply_url: None,
        });
        if conversation.api == ApiName::Twilio {
            let opted_out = &mut state.phones.opted_out;
            let key = (conversation.sender.clone(), conversation.phone.clone());
            match Keyword::of(reply) {
                Some(Keyword::Stop) if opted_out.len() < MAX_PHONES => _ = opted_out.insert(key),
                Some(Keyword::Start) => _ = opted_out.remove(&key),
                _ => {}
            }
        }
    }
}
