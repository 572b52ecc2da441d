//! Webhooks and the feed of a campaign.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::request;
use super::sandbox::connect;
use crate::support::{ACCOUNT, Engine, Receiver, Sandbox, Service, always, on_both_engines};

fn webhooks_receive_what_happens_to_a_campaign(engine: Engine) {
    let private = "--webhooks-to-private-networks";
    let service = Service::start_with(engine, &[private, "--requests-per-second", "0"]);
    let (all, statuses) = (Receiver::start(&[]), Receiver::start(&[]));
    let create = ["webhook", "create", "--account", ACCOUNT, private];
    service.installation.run(&[&create[..], &[&all.url]].concat()).succeeded();
    let named = ["--kind", "message.status,campaign.finished", &statuses.url];
    service.installation.run(&[&create[..], &named].concat()).succeeded();
    let callback = format!("twilio={}", service.server.base());
    let sandbox = Sandbox::start(&service.installation, &["--callback", &callback]);
    let campaigner = connect(&service, &sandbox);
    let mut body = request(100..103);
    body["schedulingMetrics"] = always();
    let id = campaigner.start(&body);
    campaigner.manage("POST", "opt-outs", r#"{"address":"+12125550199"}"#);

    let mut kinds = BTreeSet::new();
    while kinds.len() < 3 {
        let message = all.next().json();
        let kind = message["type"].as_str().unwrap().to_owned();
        assert!(!kind.starts_with("message."), "{message}");
        if kind.starts_with("campaign.") {
            assert_eq!(message["data"]["campaign"], json!(id), "{message}");
        }
        kinds.insert(kind);
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["campaign.finished", "campaign.started", "consumer.opted_out"]
    );
    // Two statuses of three messages, and the end.
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    while seen.len() < 7 {
        let message = statuses.next().json();
        let data = &message["data"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert_eq!(data["campaign"], json!(id), "{message}");
        assert!(!message.to_string().contains("2125550"), "an address: {message}");
        assert!(seen.insert((text(&data["message"]), text(&data["status"]))), "twice: {message}");
    }
    let count = |status: &str| seen.iter().filter(|(_, found)| found == status).count();
    assert_eq!((count("sent"), count("delivered"), count("")), (3, 3, 1), "{seen:?}");
    let changes = service.installation.run(&["changes", "--account", ACCOUNT, "--json"]).json();
    let changes = changes.as_array().unwrap();
    assert!(
        changes.iter().any(|change| change["kind"] == "campaign.finished" && change["campaign"] == json!(id))
    );
    let feed = service.get(&format!("/manage/v1/accounts/{ACCOUNT}/changes?limit=1000")).json();
    assert_eq!(feed["items"].as_array().unwrap().len(), changes.len());
}

on_both_engines!(webhooks_receive_what_happens_to_a_campaign);
