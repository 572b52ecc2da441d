//! A provider whose answers are scripted by the last digits of the recipient.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound_app::{ProviderCall, ProviderSender, ReceivedResponse, SendFailure};
use outbound_connectors::TransportFailure;
use outbound_model::Clock;
use outbound_model::testing::ManualClock;
use serde_json::json;

/// What was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// When, in milliseconds of the monotonic clock.
    pub(crate) at: i64,
    /// Digits, without `+`.
    pub(crate) recipient: String,
    pub(crate) body: String,
}

/// Answers requests to Twilio and Meta.
#[derive(Default)]
pub(crate) struct FakeProvider {
    clock: Mutex<Option<ManualClock>>,
    sent: Mutex<Vec<Sent>>,
    /// Answers by the last digits of the recipient. All others are accepted.
    answers: Mutex<BTreeMap<&'static str, Answer>>,
    /// How long an answer takes.
    delay: Mutex<Duration>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// This status and error code of Twilio.
    Refused(u16, u32),
    Throttled,
    Lost,
    NotSent,
}

impl FakeProvider {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn set_clock(&self, clock: ManualClock) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    pub(crate) fn answer(&self, digits: &'static str, answer: Answer) {
        self.answers.lock().unwrap().insert(digits, answer);
    }

    /// Lets the clock advance while a request waits for its answer.
    pub(crate) fn answer_after(&self, delay: Duration) {
        *self.delay.lock().unwrap() = delay;
    }

    pub(crate) fn accept_all(&self) {
        self.answers.lock().unwrap().clear();
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The recipients in the order in which they were sent to.
    pub(crate) fn recipients(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.recipient).collect()
    }
}

/// The digits of the recipient in a form (Twilio) or JSON (Meta), or the recipient of the relay.
fn recipient(body: &str) -> String {
    if let Some((_, rest)) = body.split_once("\"recipient\":\"") {
        return rest.split('"').next().unwrap().to_owned();
    }
    let start = body.find("To=%2B").map(|start| start + 6).or(body.find("\"to\":\"").map(|start| start + 6));
    body[start.unwrap()..].chars().take_while(char::is_ascii_digit).collect()
}

#[async_trait]
impl ProviderSender for FakeProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        assert!(call.permits_loopback, "only sandboxes are connected");
        let body = String::from_utf8(call.request.body().to_vec()).unwrap();
        let recipient = recipient(&body);
        let answers = self.answers.lock().unwrap().clone();
        let answer =
            answers.iter().find(|(digits, _)| recipient.ends_with(**digits)).map(|(_, answer)| *answer);
        if let Some(Answer::NotSent) = answer {
            return Err(TransportFailure::NotSent.into());
        }
        let clock = self.clock.lock().unwrap().clone();
        let at = clock.as_ref().map_or(0, |clock| clock.monotonic().micros() / 1000);
        if let Some(clock) = clock {
            clock.advance(*self.delay.lock().unwrap());
        }
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(Sent { at, recipient, body: body.clone() });
            sent.len()
        };
        let respond = |status, retry_after: Option<&str>, body: serde_json::Value| {
            let retry_after = retry_after.map(str::to_owned);
            Ok(ReceivedResponse { status, retry_after, body: body.to_string().into_bytes() })
        };
        match answer {
            None if body.starts_with('{') => {
                respond(200, None, json!({ "messages": [{ "id": format!("wamid.{number}") }] }))
            }
            None => respond(201, None, json!({ "sid": format!("SM{number:032}"), "status": "queued" })),
            Some(Answer::Refused(status, code)) => {
                respond(status, None, json!({ "code": code, "message": "no", "error": { "code": code } }))
            }
            Some(Answer::Throttled) => {
                respond(429, Some("3"), json!({ "code": 20429, "message": "too many requests" }))
            }
            Some(Answer::Lost) => Err(TransportFailure::ResponseLost.into()),
            Some(Answer::NotSent) => Err(TransportFailure::NotSent.into()),
        }
    }
}
