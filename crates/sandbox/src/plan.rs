//! What happens after a message is accepted: callbacks and replies, with their times.

use std::collections::VecDeque;

use crate::api_name::ChannelName;
use crate::fault::Fault;

/// The time from the previous event to each, in milliseconds.
const SENT_AFTER: i64 = 200;
const DELIVERED_AFTER: i64 = 600;
const READ_AFTER: i64 = 2000;
const REPLY_AFTER: i64 = 3000;

/// What a callback reports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Event {
    Sent,
    Delivered,
    Read,
    Failed(Failure),
    Reply(PhoneReply),
}

impl Event {
    /// The name in the ledger.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed(_) => "failed",
            Self::Reply(_) => "reply",
        }
    }
}

/// Why a message failed after it was accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    Undeliverable,
    MarketingLimit,
    Unreachable,
}

/// What a phone answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PhoneReply {
    Text(String),
    Button { label: String, payload: String },
}

/// An event, and the time since the previous one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Step {
    pub(crate) after: i64,
    pub(crate) event: Event,
}

/// The events after a message was accepted.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Plan {
    pub(crate) steps: VecDeque<Step>,
    /// How often each callback is sent.
    pub(crate) copies: u32,
    pub(crate) has_wrong_signature: bool,
    pub(crate) is_first_before_response: bool,
}

impl Plan {
    /// The plan for a message to `recipient`. `quick_reply` is the first button of the message that can be pressed.
    pub(crate) fn new(
        channel: ChannelName,
        recipient: &str,
        fault: Option<Fault>,
        quick_reply: Option<PhoneReply>,
    ) -> Self {
        let mut steps = usual_steps(channel, recipient);
        let mut fail_with = |failure| {
            steps.retain(|step| step.event == Event::Sent);
            steps.push_back(Step { after: DELIVERED_AFTER, event: Event::Failed(failure) });
        };
        match fault {
            Some(Fault::FailedAfterSent) => fail_with(Failure::Undeliverable),
            Some(Fault::MarketingLimit) if channel == ChannelName::WhatsApp => {
                fail_with(Failure::MarketingLimit);
            }
            Some(Fault::Unreachable) if channel == ChannelName::Sms => fail_with(Failure::Unreachable),
            Some(Fault::ReadWithoutDelivered) => steps.retain(|step| step.event != Event::Delivered),
            Some(Fault::Silent) => steps.clear(),
            Some(Fault::Reversed) => {
                steps = steps
                    .into_iter()
                    .rev()
                    .map(|Step { event, .. }| Step { after: SENT_AFTER, event })
                    .collect();
            }
            Some(Fault::StopReply) => steps.push_back(reply(PhoneReply::Text("STOP".to_owned()))),
            Some(Fault::Reply) => {
                let hello = || PhoneReply::Text("Hello".to_owned());
                steps.push_back(reply(quick_reply.unwrap_or_else(hello)));
            }
            _ => {}
        }
        Self {
            steps,
            copies: if fault == Some(Fault::Duplicate) { 2 } else { 1 },
            has_wrong_signature: fault == Some(Fault::WrongSignature),
            is_first_before_response: fault == Some(Fault::StatusBeforeResponse),
        }
    }
}

fn reply(reply: PhoneReply) -> Step {
    Step { after: REPLY_AFTER, event: Event::Reply(reply) }
}

/// RBM reports no `sent`, SMS no `read`. Phones whose number ends in 8 or 9 read nothing, unless a fault applies.
fn usual_steps(channel: ChannelName, recipient: &str) -> VecDeque<Step> {
    let reads =
        channel != ChannelName::Sms && (!recipient.ends_with(['8', '9']) || Fault::of(recipient).is_some());
    let steps = [
        (channel != ChannelName::Rcs, SENT_AFTER, Event::Sent),
        (true, DELIVERED_AFTER, Event::Delivered),
        (reads, READ_AFTER, Event::Read),
    ];
    steps
        .into_iter()
        .filter(|(applies, ..)| *applies)
        .map(|(_, after, event)| Step { after, event })
        .collect()
}
