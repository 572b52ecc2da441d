//! A simulated provider with random faults: Twilio, which sends a message twice if it is called twice, and RBM, which
//! recognizes a repeated message. It keeps a ledger of all requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use outbound_app::{ProviderCall, ProviderSender, ReceivedResponse};
use outbound_connectors::TransportFailure;
use outbound_model::Clock;
use outbound_model::testing::ManualClock;
use outbound_reporting::TransactionId;
use serde_json::json;

use super::random::Random;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// In milliseconds of the monotonic clock.
    pub(super) at: i64,
    pub(super) is_rbm: bool,
    /// Digits.
    pub(super) phone: String,
    /// Whether it is in the ledger as a message.
    pub(super) is_accepted: bool,
}

/// A callback that the provider has to send.
#[derive(Clone, Debug)]
pub(crate) struct PendingCallback {
    pub(crate) id: TransactionId,
    pub(crate) is_rbm: bool,
    pub(crate) status: &'static str,
}

struct State {
    random: Random,
    has_faults: bool,
    requests: Vec<Request>,
    callbacks: Vec<PendingCallback>,
    /// Messages of RBM by their ids.
    rbm: BTreeMap<TransactionId, usize>,
}

pub(super) struct SimulatedProvider {
    clock: Mutex<Option<ManualClock>>,
    state: Mutex<State>,
}

impl SimulatedProvider {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        let state = State {
            random: Random::new(seed ^ 0x5eed),
            has_faults: true,
            requests: Vec::new(),
            callbacks: Vec::new(),
            rbm: BTreeMap::new(),
        };
        Arc::new(Self { clock: Mutex::default(), state: Mutex::new(state) })
    }

    pub(super) fn set_clock(&self, clock: ManualClock) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    pub(super) fn stop_faults(&self) {
        self.state.lock().unwrap().has_faults = false;
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// Takes a random callback. Some are repeated later.
    pub(super) fn take_callback(&self, random: &mut Random) -> Option<PendingCallback> {
        let mut state = self.state.lock().unwrap();
        let count = state.callbacks.len();
        if count == 0 {
            return None;
        }
        let place = random.below(count);
        if random.one_in(5) {
            state.callbacks.get(place).cloned()
        } else {
            Some(state.callbacks.swap_remove(place))
        }
    }
}

/// The id and the digits of the recipient.
fn read(call: &ProviderCall) -> (TransactionId, String, bool) {
    let url = call.request.url();
    if let Some((_, id)) = url.query_pairs().find(|(name, _)| name == "messageId") {
        let phone = url.path().chars().filter(char::is_ascii_digit).collect::<String>();
        return (id.parse().unwrap(), phone[1..].to_owned(), true);
    }
    let body = String::from_utf8(call.request.body().to_vec()).unwrap();
    let after = |name: &str| body.split_once(name).unwrap().1;
    let id = after("message%3D").chars().take(36).collect::<String>();
    let phone = after("To=%2B").chars().take_while(char::is_ascii_digit).collect();
    (id.parse().unwrap(), phone, false)
}

fn response(status: u16, body: &serde_json::Value) -> ReceivedResponse {
    ReceivedResponse { status, retry_after: None, body: body.to_string().into_bytes() }
}

#[async_trait]
impl ProviderSender for SimulatedProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, TransportFailure> {
        let at = self.clock.lock().unwrap().as_ref().unwrap().monotonic().micros() / 1000;
        let (id, phone, is_rbm) = read(call);
        let mut state = self.state.lock().unwrap();
        let fault = if state.has_faults { state.random.below(10) } else { 9 };
        if fault == 0 {
            return Err(TransportFailure::NotSent);
        }
        let is_known = is_rbm && state.rbm.contains_key(&id);
        // 1: throttled, 2: refused, 3: the request is lost, 4: an error of the server.
        let is_accepted = !is_known && !(1..=4).contains(&fault);
        state.requests.push(Request { at, is_rbm, phone, is_accepted });
        if is_accepted {
            let number = state.requests.len();
            state.rbm.extend(is_rbm.then_some((id, number)));
            for status in ["delivered", "sent", "read"] {
                if !(is_rbm && status == "sent") {
                    state.callbacks.push(PendingCallback { id, is_rbm, status });
                }
            }
        }
        let code = |rbm: u32, twilio: u32| {
            if is_rbm { json!({ "error": { "code": rbm } }) } else { json!({ "code": twilio }) }
        };
        Ok(match fault {
            3 | 5 => return Err(TransportFailure::ResponseLost),
            1 if !is_known => response(429, &code(429, 20429)),
            2 if !is_known => response(if is_rbm { 404 } else { 400 }, &code(404, 21211)),
            4 if !is_known => response(503, &code(503, 20500)),
            _ => response(200, &json!({ "sid": format!("SM{}", state.requests.len()) })),
        })
    }
}
