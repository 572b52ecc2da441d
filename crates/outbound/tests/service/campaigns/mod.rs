//! Campaigns: requests, their responses and errors, and what people do with campaigns.

mod connections;
mod consumers;
mod conversations;
mod crashes;
mod demo;
mod faults;
mod golden;
mod lanes;
mod manage;
mod opt_outs;
mod requests;
mod sandbox;
mod webhooks;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Response, Service};

/// An address without a sandbox. These tests send no messages.
const NO_SANDBOX: &str = "http://127.0.0.1:9";

/// A client of the campaign API, in an account with a connection.
struct Campaigner<'s> {
    service: &'s Service,
    account: &'s str,
    token: String,
}

impl<'s> Campaigner<'s> {
    fn new(service: &'s Service, account: &'s str) -> Self {
        let create = ["connection", "create", "--account", account, NO_SANDBOX];
        service.installation.run(&create).succeeded();
        Self::without_connection(service, account)
    }

    fn without_connection(service: &'s Service, account: &'s str) -> Self {
        let scope = "campaigns.read campaigns.write campaigns.launch";
        Self { service, account, token: service.new_token(account, scope) }
    }

    /// Sends a body to the campaign API, with these additional headers.
    fn post_with(&self, headers: &[(&str, &str)], body: &str) -> Response {
        let common = [("authorization", &*self.token), ("content-type", "application/json")];
        let path = format!("/api/v2/account/{}/campaign", self.account);
        self.service.send("POST", &path, &[&common[..], headers].concat(), body)
    }

    fn post(&self, body: &Value) -> Response {
        self.post_with(&[], &body.to_string())
    }

    /// Starts a campaign and returns its id.
    #[track_caller]
    fn start(&self, body: &Value) -> String {
        let response = self.post(body);
        assert_eq!(response.status, 200, "{response:?}");
        response.json()["proactiveCampaignId"].as_str().unwrap().to_owned()
    }

    fn conversations(&self, id: &str) -> Response {
        let path = format!("/api/v2/account/{}/campaign/{id}/conversations", self.account);
        self.service.get_as(&self.token, &path)
    }

    /// Sends a request to the management API; `path` begins after the account.
    fn manage(&self, method: &str, path: &str, body: &str) -> Response {
        let headers = [("authorization", &*self.token), ("content-type", "application/json")];
        self.service.send(method, &format!("/manage/v1/accounts/{}/{path}", self.account), &headers, body)
    }
}

/// The client of the demo account.
fn demo(service: &Service) -> Campaigner<'_> {
    Campaigner::new(service, ACCOUNT)
}

/// The current time in milliseconds.
#[expect(clippy::disallowed_methods, reason = "the server under test has the real clock")]
fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A weekday that is neither today nor a neighbour of today, in any time zone.
fn other_weekday() -> &'static str {
    const DAYS: [&str; 7] = ["THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY"];
    DAYS[usize::try_from(now() / (24 * 60 * 60 * 1000) + 3).unwrap() % 7]
}

/// A request for plain SMS to phones in the United States whose numbers end with these digits. Its window is closed, so
/// that the recipients wait.
fn request(endings: impl IntoIterator<Item = u32>) -> Value {
    let consumer = |ending: u32| json!({"consumerContent": {"sms": format!("1212555{ending:04}")}, "variables": {"1": "Your tea is ready."}});
    let window = json!({"startTime": {"hour": 9, "minute": 0}, "endTime": {"hour": 20, "minute": 30},
        "day": other_weekday()});
    json!({
        "campaignName": "Autumn", "skill": "sales", "templateId": "1234567890", "outboundNumber": "14155550100",
        "consent": true, "consumers": endings.into_iter().map(consumer).collect::<Vec<_>>(),
        "schedulingMetrics": {"windows": [window]},
    })
}
