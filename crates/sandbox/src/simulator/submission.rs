//! What happens to a request that sends a message.

use std::sync::Arc;

use outbound_model::Timestamp;
use url::Url;

use super::{MAX_PHONES, Simulator, State};
use crate::api_name::{ApiName, ChannelName};
use crate::error::SandboxError;
use crate::fault::Fault;
use crate::ledger::{Direction, LedgerEntry, SubmissionResult, kept_content};
use crate::plan::{PhoneReply, Plan};
use crate::queue::{Conversation, Job};

/// The number of requests that [`Fault::ThrottledTwice`] refuses.
const THROTTLED_REQUESTS: u32 = 2;

/// A valid request to send a message.
pub(crate) struct Submission {
    pub(crate) api: ApiName,
    pub(crate) channel: ChannelName,
    pub(crate) sender: String,
    pub(crate) phone: String,
    /// The id that the client gave the message.
    pub(crate) message_id: Option<String>,
    /// The API's id, if it is accepted.
    pub(crate) provider_id: String,
    /// The content of the request as JSON.
    pub(crate) content: String,
    pub(crate) quick_reply: Option<PhoneReply>,
    /// The address of status callbacks.
    pub(crate) status_url: Option<Url>,
    /// The address of callbacks about replies.
    pub(crate) reply_url: Option<Url>,
    pub(crate) retries: u32,
    /// Whether a repeated `message_id` is ignored.
    pub(crate) is_idempotent: bool,
}

/// The result of a request.
pub(crate) enum Submitted {
    /// Accepted, with its entry of the ledger. The connection is closed without a response if `is_dropped`.
    Accepted {
        entry: Box<LedgerEntry>,
        is_dropped: bool,
    },
    Refused(Refusal),
    /// Refused for its rate, with the seconds to wait.
    Throttled {
        retry_after: u32,
    },
    /// Not accepted; the connection is closed without a response.
    Lost,
}

/// Why a message is refused. Each API has its own code for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    MarketingStopped,
    OptedOut,
    NoRcs,
    TemplatePaused,
    ServerError,
    NotAuthenticated,
}

impl Refusal {
    /// The refusal of an API that a fault causes.
    fn of(fault: Fault, api: ApiName) -> Option<Self> {
        match (fault, api) {
            (Fault::MarketingStopped, ApiName::Meta) => Some(Self::MarketingStopped),
            (Fault::OptedOut, ApiName::Twilio) => Some(Self::OptedOut),
            (Fault::NoRcs, ApiName::Rbm) => Some(Self::NoRcs),
            (Fault::TemplatePaused, ApiName::Meta) => Some(Self::TemplatePaused),
            (Fault::ServerError, _) => Some(Self::ServerError),
            (Fault::NotAuthenticated, _) => Some(Self::NotAuthenticated),
            _ => None,
        }
    }
}

impl Simulator {
    /// Accepts or refuses a message. `code_of` returns the API's code of a refusal, for the ledger.
    pub(crate) async fn submit(
        self: &Arc<Self>,
        submission: Submission,
        code_of: impl Fn(Refusal) -> u32,
    ) -> Result<Submitted, SandboxError> {
        let now = self.now();
        let fault = Fault::of(&submission.phone);
        let (entry, job, is_first_before_response) = {
            let mut state = self.lock();
            if state.queue.is_full() {
                return Err(SandboxError::Busy);
            }
            if let Some(refused) = state.refuse(&submission, fault, now, code_of) {
                return Ok(refused);
            }
            if let Some(repeated) = state.repeated(&submission) {
                return Ok(repeated);
            }
            state.accept(&submission, fault, now, self.random())
        };
        if is_first_before_response {
            self.start_after_first(job).await;
        } else if !job.steps.is_empty() {
            self.start_job(job)?;
        }
        let is_dropped = fault == Some(Fault::ConnectionDropped);
        Ok(Submitted::Accepted { entry, is_dropped })
    }
}

impl State {
    /// The reason why a message is not accepted.
    fn refuse(
        &mut self,
        submission: &Submission,
        fault: Option<Fault>,
        now: Timestamp,
        code_of: impl Fn(Refusal) -> u32,
    ) -> Option<Submitted> {
        let Submission { api, sender, phone, .. } = submission;
        let is_throttled = !self.rates.admit(*api, sender, now)
            || (fault == Some(Fault::ThrottledTwice) && self.throttle(submission));
        let has_opted_out =
            *api == ApiName::Twilio && self.phones.opted_out.contains(&(sender.clone(), phone.clone()));
        let refusal = fault.and_then(|fault| Refusal::of(fault, *api));
        let (result, refused) = match refusal.or(has_opted_out.then_some(Refusal::OptedOut)) {
            _ if is_throttled => (SubmissionResult::Throttled, Submitted::Throttled { retry_after: 1 }),
            _ if fault == Some(Fault::RequestLost) => (SubmissionResult::Lost, Submitted::Lost),
            Some(refusal) => (SubmissionResult::Refused, Submitted::Refused(refusal)),
            None => return None,
        };
        let code = if let Submitted::Refused(refusal) = refused { Some(code_of(refusal)) } else { None };
        self.ledger.add(LedgerEntry { error_code: code, ..entry(submission, now, result) });
        Some(refused)
    }

    fn throttle(&mut self, submission: &Submission) -> bool {
        let throttled = &mut self.phones.throttled;
        if throttled.len() >= MAX_PHONES {
            throttled.clear();
        }
        let key = (submission.api, submission.sender.clone(), submission.phone.clone());
        let requests = throttled.entry(key).or_default();
        *requests += 1;
        *requests <= THROTTLED_REQUESTS
    }

    /// The response to a request that repeats an accepted message.
    fn repeated(&mut self, submission: &Submission) -> Option<Submitted> {
        let message_id = submission.message_id.as_ref().filter(|_| submission.is_idempotent)?;
        let entry = self.ledger.repeat(submission.api, message_id)?;
        Some(Submitted::Accepted { entry: Box::new(entry.clone()), is_dropped: false })
    }

    /// Adds an accepted message to the ledger. Returns it with its callbacks, and whether the first one precedes the
    /// response.
    fn accept(
        &mut self,
        submission: &Submission,
        fault: Option<Fault>,
        now: Timestamp,
        reply_id: [u8; 16],
    ) -> (Box<LedgerEntry>, Job, bool) {
        let mut accepted = Box::new(entry(submission, now, SubmissionResult::Accepted));
        accepted.provider_id = Some(submission.provider_id.clone());
        let sequence = self.ledger.add(LedgerEntry::clone(&accepted));
        let quick_reply = submission.quick_reply.clone();
        let plan = Plan::new(submission.channel, &submission.phone, fault, quick_reply);
        let conversation = Arc::new(Conversation {
            sequence: Some(sequence),
            api: submission.api,
            channel: submission.channel,
            sender: submission.sender.clone(),
            phone: submission.phone.clone(),
            message_id: submission.message_id.clone(),
            provider_id: Some(submission.provider_id.clone()),
            reply_id,
            status_url: submission.status_url.clone(),
            reply_url: submission.reply_url.clone(),
            retries: submission.retries,
            copies: plan.copies,
            has_wrong_signature: plan.has_wrong_signature,
        });
        let due = now.plus_millis(plan.steps.front().map_or(0, |step| step.after));
        let job = Job { conversation, steps: plan.steps, due, failures: 0 };
        (accepted, job, plan.is_first_before_response)
    }
}

fn entry(submission: &Submission, at: Timestamp, result: SubmissionResult) -> LedgerEntry {
    LedgerEntry {
        sequence: 0,
        direction: Direction::Message,
        api: submission.api,
        channel: submission.channel,
        sender: submission.sender.clone(),
        recipient: submission.phone.clone(),
        message_id: submission.message_id.clone(),
        provider_id: None,
        at,
        result,
        error_code: None,
        repeats: 0,
        status: None,
        content: kept_content(&submission.content),
        callbacks: Vec::new(),
        reply_url: submission.reply_url.clone(),
    }
}
