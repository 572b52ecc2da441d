//! A campaign of a thousand recipients, sent to a sandbox while servers crash.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{eventually, eventually_within, send};
use super::service::ACCOUNT;
use super::{Sandbox, always};

/// A request has at most this many recipients.
const RECIPIENTS: usize = 100;
/// The number of requests. Each has its own sender, which sends at most 9 messages per second.
const REQUESTS: usize = 10;
/// The number of recipients.
pub(crate) const TOTAL: usize = REQUESTS * RECIPIENTS;
const PAGE: usize = 100;
const END_TIMEOUT: Duration = Duration::from_mins(2);

/// The number of recipients in each final state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ended {
    pub(crate) sent: usize,
    pub(crate) unknown: usize,
}

/// The requests of a campaign, as the client with `token` sees them.
pub(crate) struct LargeCampaign {
    token: String,
    ids: Vec<String>,
}

impl LargeCampaign {
    /// Starts it at the server at `base`.
    pub(crate) fn start(base: &str, token: &str) -> Self {
        let mut campaign = Self { token: token.to_owned(), ids: Vec::new() };
        for number in 0..REQUESTS {
            let consumer = |recipient: usize| {
                let phone = format!("1212555{:04}", number * RECIPIENTS + recipient);
                json!({ "consumerContent": { "sms": phone }, "variables": { "1": "Your tea is ready." } })
            };
            let body = json!({
                "campaignName": format!("Part {number}"), "skill": "sales", "templateId": "1234567890",
                "outboundNumber": format!("1415555010{number}"), "consent": true,
                "consumers": (0..RECIPIENTS).map(consumer).collect::<Vec<_>>(),
                "schedulingMetrics": always(),
            });
            let url = format!("{base}/api/v2/account/{ACCOUNT}/campaign");
            let headers = [("authorization", token), ("content-type", "application/json")];
            let response = send("POST", &url, &headers, &body.to_string());
            assert_eq!(response.status, 200, "{response:?}");
            campaign.ids.push(response.json()["proactiveCampaignId"].as_str().unwrap().to_owned());
        }
        campaign
    }

    fn get(&self, base: &str, path: &str) -> Value {
        let url = format!("{base}{path}");
        let headers = [("authorization", &*self.token)];
        eventually(|| send("GET", &url, &headers, ""), |response| response.status == 200).json()
    }

    /// Waits until nothing more is sent. Then every recipient has an end that the ledger of the sandbox confirms, and
    /// reports say the same. With callbacks, an accepted message never stays unknown.
    pub(crate) fn end(&self, base: &str, sandbox: &Sandbox, with_callbacks: bool) -> Ended {
        for id in &self.ids {
            let path = format!("/manage/v1/accounts/{ACCOUNT}/campaigns/{id}");
            let campaign = eventually_within(
                END_TIMEOUT,
                || self.get(base, &path),
                |campaign| campaign["status"] == "finished",
            );
            assert_eq!(campaign["status"], "finished", "{campaign}");
        }
        let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
        for message in sandbox.messages() {
            if message["result"] == "accepted" {
                // The sandbox reads the id only of callback addresses that it may use.
                let callback = message["content"]["StatusCallback"].as_str().unwrap();
                let (_, id) = callback.split_once("message=").unwrap();
                *accepted.entry(id.chars().take(36).collect()).or_default() += 1;
            }
        }
        let is_proved = |states: &BTreeMap<String, String>| {
            !with_callbacks
                || states.iter().all(|(message, state)| state == "sent" || !accepted.contains_key(message))
        };
        let states = eventually(|| self.states(base), is_proved);
        assert_eq!(states.len(), TOTAL, "no recipient is lost");
        let mut ended = Ended::default();
        for (message, state) in &states {
            let accepted = accepted.remove(message).unwrap_or_default();
            match state.as_str() {
                "sent" => ended.sent += 1,
                "unknown" => ended.unknown += 1,
                _ => panic!("{message} is {state}"),
            }
            let permitted = if state == "sent" { 1..=1 } else { 0..=usize::from(!with_callbacks) };
            assert!(permitted.contains(&accepted), "{message} is {state}, and was sent {accepted} times");
        }
        assert!(accepted.is_empty(), "messages of no recipient: {accepted:?}");
        let reported = eventually(|| self.delivered(base), |reported| *reported == ended.sent);
        assert_eq!(reported, ended.sent, "reports and recipients");
        ended
    }

    /// The states of all recipients by their messages.
    fn states(&self, base: &str) -> BTreeMap<String, String> {
        let mut states = BTreeMap::new();
        for id in &self.ids {
            let path = format!("/manage/v1/accounts/{ACCOUNT}/campaigns/{id}/recipients?limit={PAGE}");
            for recipient in self.get(base, &path)["items"].as_array().unwrap() {
                let text = |field: &str| recipient[field].as_str().unwrap().to_owned();
                states.insert(text("transactionId"), text("state"));
            }
        }
        states
    }

    /// The number of messages that reports show as sent or delivered.
    fn delivered(&self, base: &str) -> usize {
        let of = |id: &String| {
            let found = self.get(base, &format!("/api/v2/account/{ACCOUNT}/campaign/{id}/conversations"));
            found["conversations"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|one| one["status"] == "DELIVERED")
                .count()
        };
        self.ids.iter().map(of).sum()
    }
}
