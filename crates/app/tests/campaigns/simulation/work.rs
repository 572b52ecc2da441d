//! The work of processes: each kind ends with a result that the simulation acts on.

use std::collections::BTreeSet;

use outbound_app::{AppError, CampaignEngine, ClaimedMessage, Resolution, Submission};
use outbound_campaigns::{CampaignId, Decision};
use outbound_connectors::Outcome;
use outbound_model::Monotonic;
use outbound_store::RecipientQuery;

use super::provider::PendingCallback;
use super::schedule::Work;
use super::world::World;
use super::{Campaign, Simulation, phone};
use crate::signed_callbacks::{SignedCallback, rbm_status, twilio_inbound, twilio_status};

/// A message of a consumer that the provider repeats until it is received, and sometimes afterwards.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) id: u32,
    pub(super) phone: usize,
    pub(super) text: &'static str,
}

/// What a person wants.
#[derive(Clone, Debug)]
pub(super) enum Order {
    Decide(CampaignId, Decision),
    RetryFailed(CampaignId),
    Resolve(CampaignId, u32, Resolution),
    ResumeLanes,
    ConfirmSending,
}

/// The result of work.
pub(super) enum Done {
    Stepped(CampaignEngine, Result<Vec<ClaimedMessage>, AppError>),
    Called(ClaimedMessage, Outcome),
    Settled(Result<(), AppError>, Vec<(ClaimedMessage, Outcome)>),
    CallbackReceived(bool, PendingCallback),
    ReplyReceived(bool, Reply),
    Accepted(Result<CampaignId, AppError>, usize),
    Other,
}

/// What a process is doing.
pub(super) struct Task {
    pub(super) process: usize,
    pub(super) work: Work<Done>,
    /// When it may begin: a message is claimed before its permit is available.
    pub(super) start_at: Monotonic,
    /// What is tried again if the process crashes.
    pub(super) request: Option<Repeated>,
}

/// Requests of others, which they repeat until they get an answer.
#[derive(Clone, Debug)]
pub(super) enum Repeated {
    Callback(PendingCallback),
    Reply(Reply),
    Accept(usize),
}

impl Simulation {
    fn start(&mut self, process: usize, work: Work<Done>) {
        self.tasks.push(Task { process, work, start_at: Monotonic::NEVER, request: None });
    }

    /// Starts a step of the engine, unless one runs.
    pub(super) fn start_step(&mut self, process: usize) {
        if let Some(mut engine) = self.world.processes[process].engine.take() {
            let work = async move {
                let messages = engine.step().await;
                Done::Stepped(engine, messages)
            };
            self.start(process, Box::pin(work));
        }
    }

    pub(super) fn start_call(&mut self, process: usize, message: ClaimedMessage) {
        let app = self.world.processes[process].app.clone();
        let start_at = message.send_at();
        let work = async move {
            let outcome = app.send_message(&message).await;
            Done::Called(message, outcome)
        };
        self.tasks.push(Task { process, work: Box::pin(work), start_at, request: None });
    }

    /// Records some outcomes, in any order.
    pub(super) fn start_settling(&mut self, process: usize) {
        let waiting = &mut self.world.processes[process].outcomes;
        let count = self.random.below(waiting.len() + 1);
        let mut settled = Vec::new();
        for _ in 0..count {
            let place = self.random.below(waiting.len());
            settled.push(waiting.swap_remove(place));
        }
        if !settled.is_empty() {
            let app = self.world.processes[process].app.clone();
            let work = async move { Done::Settled(app.settle_messages(settled.clone()).await, settled) };
            self.start(process, Box::pin(work));
        }
    }

    pub(super) fn start_outbox(&mut self, process: usize) {
        let app = self.world.processes[process].app.clone();
        let work = async move {
            let _ = app.record_campaign_events().await;
            Done::Other
        };
        self.start(process, Box::pin(work));
    }

    /// Starts what others repeat until they get an answer.
    pub(super) fn start_repeated(&mut self, process: usize, request: Repeated) {
        let work: Work<Done> = match request.clone() {
            Repeated::Callback(callback) => {
                let signed = signed_status(&self.world, &callback);
                let app = self.world.processes[process].app.clone();
                Box::pin(async move { Done::CallbackReceived(signed.deliver(&app).await.is_ok(), callback) })
            }
            Repeated::Reply(reply) => {
                if reply.text == "START" && !self.received.contains(&reply.id) {
                    self.world.provider.opt_in(&phone(reply.phone));
                }
                let (id, phone) = (format!("SM-{}", reply.id), phone(reply.phone));
                let signed = twilio_inbound(&self.world.callback_id, &id, &phone, reply.text);
                let app = self.world.processes[process].app.clone();
                Box::pin(async move { Done::ReplyReceived(signed.deliver(&app).await.is_ok(), reply) })
            }
            Repeated::Accept(number) => {
                let Campaign { body, .. } = &self.campaigns[number];
                let (body, key) = (body.clone(), format!("request {number}"));
                let grant = self.world.processes[process].launch(&self.world.account);
                let app = self.world.processes[process].app.clone();
                Box::pin(async move {
                    let submission = Submission { idempotency_key: Some(&key), ..Submission::default() };
                    let accepted = app.accept_campaign(&grant, body.as_bytes(), submission).await;
                    Done::Accepted(accepted.map(|accepted| accepted.id().unwrap()), number)
                })
            }
        };
        self.tasks.push(Task { process, work, start_at: Monotonic::NEVER, request: Some(request) });
    }

    /// Starts what a person wants. Nobody repeats it.
    pub(super) fn start_order(&mut self, process: usize, order: Order) {
        let app = self.world.processes[process].app.clone();
        let account = self.world.account.clone();
        let work = async move {
            // Not everything is permitted in every state.
            match order {
                Order::Decide(id, decision) => {
                    drop(app.decide(&app.operator(&account), &id, decision).await);
                }
                Order::RetryFailed(id) => drop(app.retry_failed(&app.operator(&account), &id).await),
                Order::Resolve(id, number, resolution) => {
                    drop(app.resolve_unknown(&app.operator(&account), &id, number, resolution).await);
                }
                Order::ResumeLanes => {
                    for lane in app.lanes(&app.operator(&account)).await.unwrap_or_default() {
                        if lane.paused_reason.is_some() {
                            let _ = app.resume_lane(&app.operator(&account), &lane.id).await;
                        }
                    }
                }
                Order::ConfirmSending => drop(app.confirm_sending().await),
            }
            Done::Other
        };
        self.start(process, Box::pin(work));
    }

    /// Acts on the result of work.
    pub(super) async fn end(&mut self, process: usize, done: Done) {
        match done {
            Done::Stepped(engine, messages) => {
                self.world.processes[process].engine = Some(engine);
                for message in messages.unwrap_or_default() {
                    self.start_call(process, message);
                }
            }
            Done::Called(message, outcome) => {
                self.world.processes[process].outcomes.push((message, outcome));
            }
            Done::Settled(Ok(()), _) | Done::CallbackReceived(true, _) | Done::Other => {}
            Done::Settled(Err(_), outcomes) => self.world.processes[process].outcomes.extend(outcomes),
            Done::CallbackReceived(false, callback) => self.world.provider.repeat(callback),
            Done::ReplyReceived(false, reply) => self.replies.push(reply),
            Done::ReplyReceived(true, reply) => self.reply_received(&reply).await,
            Done::Accepted(Ok(id), number) => {
                let known = self.campaigns[number].id.replace(id.clone());
                assert!(known.is_none_or(|known| known == id), "a request was accepted twice");
            }
            Done::Accepted(Err(_), number) => self.unaccepted.push(number),
        }
    }

    async fn reply_received(&mut self, reply: &Reply) {
        if self.world.faults.one_in(3) {
            self.replies.push(reply.clone());
        }
        if !self.received.insert(reply.id) {
            return;
        }
        self.talking.remove(&reply.phone);
        match reply.text {
            "STOP" => {
                let mut in_flight = self.messages_to(reply.phone, "in_flight").await;
                // A claim may have checked the consumer before the opt-out was committed.
                if self.world.processes.iter().any(|process| process.engine.is_none()) {
                    in_flight.extend(self.messages_to(reply.phone, "waiting").await);
                }
                self.world.provider.opt_out(&phone(reply.phone), in_flight);
                self.skippable.insert(reply.phone);
            }
            _ => drop(self.skippable.insert(reply.phone)),
        }
    }

    /// The messages to a phone in a state.
    async fn messages_to(&self, phone: usize, state: &str) -> BTreeSet<outbound_reporting::TransactionId> {
        let reader = self.world.store.read_campaigns(&self.world.account);
        let mut found = BTreeSet::new();
        for campaign in reader.campaigns(None, 100).await.unwrap() {
            let id = &campaign.ids.proactive;
            let query = RecipientQuery { campaign: id, state: Some(state), after: None, limit: 1000 };
            for recipient in reader.recipients(query).await.unwrap() {
                // The answer to a request to accept the campaign may be on its way.
                let known = self.campaigns.iter().find(|known| known.name == campaign.name).unwrap();
                if known.phones[usize::try_from(recipient.number).unwrap()] == phone {
                    found.insert(recipient.transaction);
                }
            }
        }
        found
    }
}

pub(super) fn signed_status(world: &World, callback: &PendingCallback) -> SignedCallback {
    let PendingCallback { id, is_rbm, status } = callback;
    if *is_rbm {
        rbm_status(&world.callback_id, *id, &status.to_uppercase())
    } else {
        twilio_status(&world.callback_id, *id, status)
    }
}
