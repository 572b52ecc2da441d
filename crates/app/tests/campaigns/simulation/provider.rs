//! A simulated provider with random faults: Twilio, which sends a message twice if it is called twice, and RBM, which
//! recognizes a repeated message. It keeps a ledger of all requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use outbound_app::{ProviderCall, ProviderSender, ReceivedResponse, SendFailure};
use outbound_connectors::TransportFailure;
use outbound_model::Clock;
use outbound_model::testing::ManualClock;
use outbound_reporting::TransactionId;
use serde_json::json;

use super::random::Random;
use super::schedule::{Faults, pause};

/// A message that was in flight when the consumer opted out may arrive until then, in milliseconds.
const OPT_OUT_DELAY: i64 = 2000;

/// The rate of a lane is kept if responses take at most this time, in milliseconds.
const PROMPT_RESPONSE: i64 = 1000;

/// A request, whether it arrived or not.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// When it was made, in milliseconds of the monotonic clock.
    pub(super) sent_at: i64,
    /// When it arrived. `None` if there was no prompt response.
    pub(super) arrived_at: Option<i64>,
    /// The sender and the provider.
    pub(super) lane: String,
}

/// An accepted message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Accepted {
    pub(super) id: TransactionId,
    /// Which recipient of which campaign, as the text of the message says it.
    pub(super) text: String,
}

/// A callback that the provider has to send.
#[derive(Clone, Debug)]
pub(super) struct PendingCallback {
    pub(super) id: TransactionId,
    pub(super) is_rbm: bool,
    pub(super) status: &'static str,
}

/// A consumer who opted out.
#[derive(Clone, Debug)]
struct OptedOut {
    since: i64,
    /// The messages that were in flight then.
    in_flight: BTreeSet<TransactionId>,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    accepted: Vec<Accepted>,
    callbacks: Vec<PendingCallback>,
    /// The ids that RBM knows.
    rbm: BTreeSet<TransactionId>,
    /// By the digits of the phone.
    opted_out: BTreeMap<String, OptedOut>,
    violations: Vec<String>,
}

pub(super) struct SimulatedProvider {
    clock: ManualClock,
    faults: Faults,
    state: Mutex<State>,
}

impl SimulatedProvider {
    pub(super) fn new(clock: ManualClock, faults: Faults) -> Arc<Self> {
        Arc::new(Self { clock, faults, state: Mutex::default() })
    }

    fn now(&self) -> i64 {
        self.clock.monotonic().micros() / 1000
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    pub(super) fn accepted(&self) -> Vec<Accepted> {
        self.state.lock().unwrap().accepted.clone()
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.state.lock().unwrap().violations.clone()
    }

    /// A consumer has opted out. Only messages that are in flight may still arrive.
    pub(super) fn opt_out(&self, phone: &str, in_flight: BTreeSet<TransactionId>) {
        let opted_out = OptedOut { since: self.now(), in_flight };
        self.state.lock().unwrap().opted_out.insert(phone.to_owned(), opted_out);
    }

    pub(super) fn opt_in(&self, phone: &str) {
        self.state.lock().unwrap().opted_out.remove(phone);
    }

    /// Takes a random callback. Some are repeated later.
    pub(super) fn take_callback(&self, random: &mut Random) -> Option<PendingCallback> {
        let mut state = self.state.lock().unwrap();
        let count = state.callbacks.len();
        if count == 0 {
            return None;
        }
        let place = random.below(count);
        if self.faults.one_in(5) {
            state.callbacks.get(place).cloned()
        } else {
            Some(state.callbacks.swap_remove(place))
        }
    }

    /// A callback was not received, so that it is sent again.
    pub(super) fn repeat(&self, callback: PendingCallback) {
        self.state.lock().unwrap().callbacks.push(callback);
    }

    /// Records a request and returns its place.
    fn note_request(&self, message: &Message) -> usize {
        let now = self.now();
        let mut state = self.state.lock().unwrap();
        state.requests.push(Request { sent_at: now, arrived_at: None, lane: message.lane.clone() });
        if let Some(opted_out) = state.opted_out.get(&message.phone) {
            let is_late = now - opted_out.since > OPT_OUT_DELAY;
            if is_late || !opted_out.in_flight.contains(&message.id) {
                state.violations.push(format!("a message after an opt-out: {message:?}"));
            }
        }
        state.requests.len() - 1
    }

    /// The response to a request that arrived at this time is received.
    fn note_response(&self, place: usize, arrived_at: i64) {
        let now = self.now();
        let request = &mut self.state.lock().unwrap().requests[place];
        request.arrived_at = Some(arrived_at).filter(|_| now - request.sent_at <= PROMPT_RESPONSE);
    }

    /// Whether RBM has accepted the message.
    fn is_known(&self, message: &Message) -> bool {
        self.state.lock().unwrap().rbm.contains(&message.id)
    }

    /// What happens to a request that arrives.
    fn receive(&self, message: &Message) -> Result<ReceivedResponse, TransportFailure> {
        let fault = self.faults.below(12);
        let mut state = self.state.lock().unwrap();
        let is_known = message.is_rbm && state.rbm.contains(&message.id);
        // 1: throttled, 2: refused, 3: the request is lost, 4: an error of the server.
        if !is_known && !(1..=4).contains(&fault) {
            state.accepted.push(Accepted { id: message.id, text: message.text.clone() });
            if message.is_rbm {
                state.rbm.insert(message.id);
            }
            let statuses = ["delivered", "sent", "read"].into_iter();
            for status in statuses.filter(|status| !(message.is_rbm && *status == "sent")) {
                state.callbacks.push(PendingCallback { id: message.id, is_rbm: message.is_rbm, status });
            }
        }
        let code = |rbm: u32, twilio: u32| {
            if message.is_rbm { json!({ "error": { "code": rbm } }) } else { json!({ "code": twilio }) }
        };
        Ok(match fault {
            3 | 5 => return Err(TransportFailure::ResponseLost),
            1 if !is_known => response(429, &code(429, 20429)),
            2 if !is_known => response(if message.is_rbm { 404 } else { 400 }, &code(404, 21211)),
            4 if !is_known => response(503, &code(503, 20500)),
            _ => response(200, &json!({ "sid": format!("SM{}", state.accepted.len()) })),
        })
    }
}

/// A message in a request.
#[derive(Debug)]
struct Message {
    id: TransactionId,
    is_rbm: bool,
    phone: String,
    lane: String,
    text: String,
}

/// The characters after `start` that belong to a word.
fn word_after(text: &str, start: &str) -> String {
    let rest = text.split_once(start).unwrap().1;
    rest.chars().take_while(|character| character.is_ascii_alphanumeric() || *character == '-').collect()
}

impl Message {
    fn of(call: &ProviderCall) -> Self {
        let url = call.request.url();
        let body = std::str::from_utf8(call.request.body()).unwrap();
        let text = word_after(body, "Hi");
        if let Some((_, id)) = url.query_pairs().find(|(name, _)| name == "messageId") {
            let phone = url.path().chars().filter(char::is_ascii_digit).collect::<String>()[1..].to_owned();
            return Self { id: id.parse().unwrap(), is_rbm: true, phone, lane: "rbm".to_owned(), text };
        }
        let id = word_after(body, "message%3D").parse().unwrap();
        let (phone, lane) = (word_after(body, "To=%2B"), word_after(body, "From=%2B"));
        Self { id, is_rbm: false, phone, lane, text }
    }
}

fn response(status: u16, body: &serde_json::Value) -> ReceivedResponse {
    ReceivedResponse { status, retry_after: None, body: body.to_string().into_bytes() }
}

#[async_trait]
impl ProviderSender for SimulatedProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        let message = Message::of(call);
        if self.faults.one_in(15) {
            return Err(TransportFailure::NotSent.into());
        }
        let place = self.note_request(&message);
        pause().await;
        let arrived_at = self.now();
        let received = self.receive(&message);
        // A repetition on the way of what was accepted.
        if self.is_known(&message) && self.faults.one_in(10) {
            let _ = self.receive(&message);
        }
        pause().await;
        self.note_response(place, arrived_at);
        Ok(received?)
    }
}
