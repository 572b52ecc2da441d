//! Every fault of the sandbox ends as documented: lost requests and responses, and callbacks that are early, duplicated,
//! reversed, missing or forged.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Campaigner, request};
use crate::support::{
    ACCOUNT, Engine, SANDBOX_TOKEN, Sandbox, Service, always, eventually_within, on_both_engines,
};

/// The last digits of the recipient (docs/sandbox.md), and the state and the status in reports at the end. Failures after a
/// message was sent are not in this response.
const ENDS: [(u32, &str, &str); 15] = [
    (9901, "sent", "DELIVERED"), // throttled at first
    (9902, "sent", "DELIVERED"), // the response is lost; callbacks prove that the message was accepted
    (9903, "sent", "DELIVERED"), // a callback before the response
    (9904, "sent", "DELIVERED"), // each callback twice
    (9905, "sent", "DELIVERED"), // callbacks in reverse order
    (9906, "sent", "DELIVERED"),
    (9907, "sent", "DELIVERED"), // fails after it was sent
    (9908, "sent", "DELIVERED"), // the phone replies STOP
    (9911, "failed", "FAILED"),  // opted out at Twilio
    (9912, "sent", "DELIVERED"),
    (9914, "sent", "DELIVERED"), // callbacks with wrong signatures change nothing
    (9915, "unknown", "SCHEDULED"), // the request is lost
    (9917, "sent", "DELIVERED"), // no callbacks
    (9918, "sent", "DELIVERED"), // the phone replies
    (9999, "sent", "DELIVERED"), // no fault
];

fn every_fault_ends_as_documented(engine: Engine) {
    let times = ["--requests-per-second", "0", "--campaign-unknown-seconds", "5"];
    let service = Service::start_with(engine, &times);
    let callback = format!("twilio={}", service.server.base());
    let sandbox = Sandbox::start(&service.installation, &["--callback", &callback]);
    let create = ["connection", "create", "--account", ACCOUNT, &sandbox.url, "--secret", SANDBOX_TOKEN];
    service.installation.run(&create).succeeded();
    let campaigner = Campaigner::without_connection(&service, ACCOUNT);
    let mut body = request(ENDS.iter().map(|(digits, _, _)| *digits));
    body["schedulingMetrics"] = always();
    let id = campaigner.start(&body);

    let read = || {
        let recipients = campaigner.manage("GET", &format!("campaigns/{id}/recipients"), "").json();
        let reported: BTreeMap<_, _> = campaigner.conversations(&id).json()["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["id"].to_string(), one["status"].clone()))
            .collect();
        let end = |recipient: &serde_json::Value| {
            let reported = reported.get(&recipient["transactionId"].to_string()).cloned().unwrap_or_default();
            (
                recipient["state"].as_str().unwrap().to_owned(),
                reported.as_str().unwrap_or_default().to_owned(),
            )
        };
        recipients["items"].as_array().unwrap().iter().map(end).collect::<Vec<_>>()
    };
    let is_as_documented = |ends: &Vec<(String, String)>| {
        ENDS.iter()
            .zip(ends)
            .all(|((_, state, status), end)| end.0 == *state && (status.is_empty() || end.1 == *status))
    };
    let ends = eventually_within(Duration::from_secs(40), read, is_as_documented);
    for ((digits, state, status), end) in ENDS.iter().zip(&ends) {
        assert_eq!((&*end.0, &*end.1), (*state, *status), "…{digits}: {ends:?}");
    }
    // No message was accepted twice, and none of the request that was lost.
    let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
    for message in sandbox.messages() {
        if message["result"] == "accepted" && message["direction"] == "message" {
            *accepted.entry(message["recipient"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    for (digits, state, _) in ENDS {
        let count = accepted.get(&format!("+1212555{digits}")).copied().unwrap_or_default();
        assert_eq!(count, usize::from(state == "sent"), "…{digits}");
    }
    // The consumer who opted out at the provider, and the one whose phone replied STOP.
    let opt_outs = || {
        let found = campaigner.manage("GET", "opt-outs", "").json();
        let items = found["items"].as_array().unwrap().iter();
        items.map(|item| (item["address"].clone(), item["source"].clone())).collect::<Vec<_>>()
    };
    let mut found = eventually_within(Duration::from_secs(40), opt_outs, |found| found.len() == 2);
    found.sort_by_key(|(address, _)| address.to_string());
    let expected = [("•••••908", "consumer"), ("•••••911", "provider")];
    assert_eq!(found, expected.map(|(address, source)| (address.into(), source.into())));
}

on_both_engines!(every_fault_ends_as_documented);
