//! Reporting: events in, reports out.

mod crashes;
mod erasure;
mod events;
mod exports;
mod golden;
mod limits;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Response, Service};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The current time in milliseconds.
#[expect(clippy::disallowed_methods, reason = "the server under test has the real clock")]
fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Midnight of yesterday, UTC.
fn yesterday() -> i64 {
    now() / DAY * DAY - DAY
}

/// The `attempted` event of a message.
fn attempted(id: &str, time: i64) -> Value {
    json!({
        "type": "attempted", "messageId": id, "attemptedTime": time, "app": "prmsg", "channel": "sms",
        "skill": "sales", "source": "API",
    })
}

/// Another event of a message, `seconds` after its attempt.
fn event(kind: &str, id: &str, attempted: i64, seconds: i64) -> Value {
    json!({"type": kind, "messageId": id, "attemptedTime": attempted, "time": attempted + seconds * 1000})
}

/// A client that records events and reads reports.
struct Reporter<'s> {
    service: &'s Service,
    account: &'s str,
    token: String,
}

impl<'s> Reporter<'s> {
    fn new(service: &'s Service, account: &'s str) -> Self {
        Self { service, account, token: service.new_token(account, "events.write reports.read") }
    }

    fn post(&self, path: &str, kind: &str, body: &str) -> Response {
        self.service.send("POST", path, &[("authorization", &self.token), ("content-type", kind)], body)
    }

    fn record_body(&self, kind: &str, body: &str) -> Response {
        self.post(&format!("/manage/v1/accounts/{}/events", self.account), kind, body)
    }

    /// Records events and returns the response, which is 200.
    #[track_caller]
    fn record(&self, events: &[Value]) -> Value {
        let response = self.record_body("application/json", &json!(events).to_string());
        assert_eq!(response.status, 200, "{response:?}");
        response.json()
    }

    fn report(&self, path: &str, start: i64, end: i64, body: &Value) -> Response {
        let account = self.account;
        let query = format!("attemptedStartTime={start}&attemptedEndTime={end}");
        let path = format!("/api/account/{account}/app/prmsg/{path}");
        let path = format!("{path}{}{query}", if path.contains('?') { "&" } else { "?" });
        self.post(&path, "application/json", &body.to_string())
    }

    /// The rows of the analytics of an interval.
    #[track_caller]
    fn analytics(&self, start: i64, end: i64) -> Vec<Value> {
        let response = self.report("analytics/", start, end, &json!({}));
        assert_eq!(response.status, 200, "{response:?}");
        response.json()["analytics"].as_array().unwrap().clone()
    }
}

/// The client of the demo account.
fn demo(service: &Service) -> Reporter<'_> {
    Reporter::new(service, ACCOUNT)
}
