//! `outbound sandbox`, and a campaign that is sent to it.

use std::collections::BTreeSet;

use outbound_testkit::Server;
use serde_json::{Value, json};

use super::{Campaigner, request};
use crate::support::service::token_of;
use crate::support::{
    ACCOUNT, Client, Engine, Installation, OUTBOUND, SANDBOX_TOKEN as TOKEN, Sandbox, Service, always,
    eventually, http, on_both_engines,
};

/// Connects the demo account to the sandbox.
pub(super) fn connect<'s>(service: &'s Service, sandbox: &Sandbox) -> Campaigner<'s> {
    let create = ["connection", "create", "--account", ACCOUNT, &sandbox.url, "--secret", TOKEN];
    service.installation.run(&create).succeeded();
    Campaigner::without_connection(service, ACCOUNT)
}

fn a_campaign_is_sent_to_the_sandbox(engine: Engine) {
    let service = Service::start(engine);
    let sandbox = Sandbox::start(&service.installation, &[]);
    let campaigner = connect(&service, &sandbox);
    campaigner.manage("POST", "opt-outs", r#"{"address":"+12125550101"}"#);
    let mut body = request(100..110);
    body["schedulingMetrics"] = always();
    let id = campaigner.start(&body);
    let path = format!("campaigns/{id}");
    let campaign = eventually(
        || campaigner.manage("GET", &path, "").json(),
        |campaign| campaign["status"] == "finished",
    );
    assert_eq!((&campaign["recipients"]["sent"], &campaign["recipients"]["skipped"]), (&json!(9), &json!(1)));
    let skipped = campaigner.manage("GET", &format!("{path}/recipients?state=skipped"), "").json();
    assert_eq!(skipped["items"][0]["skipReason"], "opted_out", "{skipped}");
    let messages = sandbox.messages();
    let phones: BTreeSet<_> = messages.iter().map(|message| message["recipient"].as_str().unwrap()).collect();
    let expected: Vec<_> =
        (100..110).filter(|ending| *ending != 101).map(|ending| format!("+12125550{ending}")).collect();
    assert_eq!((messages.len(), phones), (9, expected.iter().map(String::as_str).collect()));
    for message in &messages {
        assert_eq!((&message["channel"], &message["result"]), (&json!("sms"), &json!("accepted")));
        assert!(message["content"].to_string().contains("Your tea is ready."), "{message}");
    }
    // Reports have the events shortly afterwards.
    let conversations = eventually(
        || campaigner.conversations(&id).json(),
        |found| {
            let all = found["conversations"].as_array().unwrap();
            all.len() == 10 && all.iter().all(|one| one["status"] != "SCHEDULED")
        },
    );
    assert_eq!(conversations["campaignStatus"], "FINISHED");
    let statuses = conversations["conversations"].as_array().unwrap().iter();
    let delivered = statuses.filter(|one| one["status"] == "DELIVERED").count();
    assert_eq!(delivered, 9, "{conversations}");
    let lanes = service.installation.run(&["campaign", "lanes", "--account", ACCOUNT, "--json"]).json();
    assert_eq!(lanes[0]["lane"], "sms/14155550100");
}

/// The sandbox reports what happened to the message. Other callers cannot.
fn callbacks_reach_reports(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let callback = format!("twilio={}", service.server.base());
    let sandbox = Sandbox::start(&service.installation, &["--callback", &callback]);
    let campaigner = connect(&service, &sandbox);
    let mut body = request([100]);
    body["schedulingMetrics"] = always();
    let id = campaigner.start(&body);
    let reader = service.new_token(ACCOUNT, "reports.read");
    let path = format!("/api/account/{ACCOUNT}/app/prmsg/campaigns/{id}");
    let status = || {
        let report = service.get_as(&reader, &path);
        if report.status == 200 { report.json()["consumersReport"][0]["status"].clone() } else { Value::Null }
    };
    assert_eq!(eventually(status, |status| *status == "DELIVERED"), "DELIVERED");

    // Only the provider can sign. The path is that of the last message.
    let url = sandbox.messages()[0]["content"]["StatusCallback"].as_str().unwrap().to_owned();
    let path = url.split_once("/callbacks/").unwrap().1.split_once('/').unwrap().0.to_owned();
    let post = |path: &str, header: &str| {
        service
            .send("POST", &format!("/callbacks/{path}"), &[(header, "AAAA")], "MessageStatus=failed")
            .status
    };
    assert_eq!(post(&format!("{path}/twilio"), "x-twilio-signature"), 403);
    assert_eq!(post(&format!("{path}/twilio"), "x-other"), 403);
    assert_eq!(post(&format!("{path}/meta"), "x-hub-signature-256"), 403);
    assert_eq!(post(&format!("{path}/other"), "x-other"), 404);
    assert_eq!(post("00000000000000000000000000000000/twilio", "x-twilio-signature"), 404);
    let subscribe = |token: &str| {
        let query = format!("hub.mode=subscribe&hub.challenge=17&hub.verify_token={token}");
        service.send("GET", &format!("/callbacks/{path}/meta?{query}"), &[], "")
    };
    assert_eq!((subscribe(TOKEN).text(), subscribe("other").status), ("17", 403));
}

/// Each request names the address of callbacks, so a sandbox on this machine needs no options.
fn replies_of_phones_arrive(engine: Engine) {
    let service = Service::start(engine);
    let sandbox = Sandbox::start(&service.installation, &[]);
    let campaigner = connect(&service, &sandbox);
    let mut body = request([100]);
    body["schedulingMetrics"] = always();
    campaigner.start(&body);
    assert_eq!(eventually(|| sandbox.messages(), |messages| !messages.is_empty()).len(), 1);
    sandbox.reply(&json!({"api": "twilio", "phone": "+12125550100", "text": "STOP"}));
    let opt_outs = || campaigner.manage("GET", "opt-outs", "").json()["items"].as_array().unwrap().len();
    assert_eq!(eventually(opt_outs, |number| *number == 1), 1);
}

/// Apple messages are sent through the relay.
fn messages_of_the_relay_are_delivered(engine: Engine) {
    let service = Service::start(engine);
    let sandbox = Sandbox::start(&service.installation, &[]);
    let campaigner = connect(&service, &sandbox);
    // A documented example.
    let consumer = json!({"consumerContent": {"apple": "member-2048"}, "variables": {"1": "5120"}});
    let id = campaigner
        .start(&json!({"campaignName": "Order", "skill": "sales", "templateId": "H072047293477875", "outboundNumber": "14155550170",
        "consent": true, "consumers": [consumer]}));
    let messages = eventually(|| sandbox.messages(), |messages| !messages.is_empty());
    assert_eq!(
        (&messages[0]["api"], &messages[0]["channel"], &messages[0]["recipient"]),
        (&json!("relay"), &json!("apple"), &json!("member-2048"))
    );
    assert!(messages[0]["content"].to_string().contains("Your order 5120 is ready"), "{}", messages[0]);
    let reader = service.new_token(ACCOUNT, "reports.read");
    let path = format!("/api/account/{ACCOUNT}/app/prmsg/campaigns/{id}");
    let status = || {
        let report = service.get_as(&reader, &path);
        if report.status == 200 { report.json()["consumersReport"][0]["status"].clone() } else { Value::Null }
    };
    assert_eq!(eventually(status, |status| *status == "DELIVERED" || *status == "READ"), "DELIVERED");
    sandbox.reply(&json!({"api": "relay", "phone": "member-2048", "text": "STOP"}));
    let opt_outs = || campaigner.manage("GET", "opt-outs", "").json()["items"].as_array().unwrap().len();
    assert_eq!(eventually(opt_outs, |number| *number == 1), 1);
}

/// Outside of a demo, messages to sandboxes are in the campaign, but not in reports.
#[test]
fn messages_to_sandboxes_are_not_in_reports() {
    for (options, is_reported) in [(&[][..], false), (&["--report-sandbox"], true)] {
        let database = Engine::Sqlite.database();
        let options = [&["--database", &*database], options].concat();
        let server = Server::start(OUTBOUND.as_ref(), &options).unwrap();
        let installation = Installation::of(server.folder(), database.clone());
        installation.run(&["account", "create", ACCOUNT]).succeeded();
        let sandbox = Sandbox::start(&installation, &[]);
        installation
            .run(&["connection", "create", "--account", ACCOUNT, &sandbox.url, "--secret", TOKEN])
            .succeeded();
        let scope = "campaigns.launch campaigns.read reports.read";
        let create = ["client", "create", "--account", ACCOUNT, "--scope", scope, "--json"];
        let token = token_of(server.base(), ACCOUNT, &Client::from_json(&installation.run(&create).json()));
        let send = |method: &str, path: String, body: &str| {
            let headers = [("authorization", &*token), ("content-type", "application/json")];
            http::send(method, &format!("{}{path}", server.base()), &headers, body)
        };
        let mut body = request([100]);
        body["schedulingMetrics"] = always();
        let started = send("POST", format!("/api/v2/account/{ACCOUNT}/campaign"), &body.to_string()).json();
        let id = started["proactiveCampaignId"].as_str().unwrap().to_owned();
        let campaign = || send("GET", format!("/manage/v1/accounts/{ACCOUNT}/campaigns/{id}"), "").json();
        let campaign = eventually(campaign, |campaign| campaign["status"] == "finished");
        assert_eq!(campaign["recipients"]["sent"], 1);
        // All callbacks of the message have arrived.
        let delivered =
            || sandbox.messages().iter().any(|message| message["callbacks"].as_array().unwrap().len() == 2);
        assert!(eventually(delivered, |delivered| *delivered));
        let report = || send("GET", format!("/api/account/{ACCOUNT}/app/prmsg/campaigns/{id}"), "").status;
        let expected = if is_reported { 200 } else { 404 };
        assert_eq!(eventually(report, |status| *status == expected), expected, "{options:?}");
        let conversations =
            send("GET", format!("/api/v2/account/{ACCOUNT}/campaign/{id}/conversations"), "").json();
        assert_eq!(conversations["conversations"].as_array().map(Vec::len), Some(is_reported.into()));
    }
}

#[test]
fn the_options_of_a_sandbox_are_checked() {
    let installation = Installation::new(Engine::Sqlite);
    for (arguments, status, message) in [
        (["--callback", "twilio"], 2, "expected API=URL"),
        (["--callback", "apple=http://127.0.0.1:1"], 2, "unknown API apple"),
        (["--callback", "meta=https://example.com"], 2, "http"),
        (["--token", ""], 1, "must not be empty"),
        (["--listen", "192.0.2.1:1"], 1, "192.0.2.1:1"),
    ] {
        installation.run(&[&["sandbox"], &arguments[..]].concat()).failed(status, message);
    }
}

on_both_engines!(
    a_campaign_is_sent_to_the_sandbox,
    callbacks_reach_reports,
    messages_of_the_relay_are_delivered,
    replies_of_phones_arrive,
);
