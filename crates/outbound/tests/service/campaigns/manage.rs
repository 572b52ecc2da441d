//! What people do with campaigns: over the management API and on the command line.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Campaigner, NO_SANDBOX, demo, request};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

/// The sum of the recipients in all states.
fn total(campaign: &Value) -> u64 {
    campaign["recipients"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

fn campaigns_and_recipients_are_listed_in_pages(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    let mut ids: Vec<_> = (0..5).map(|ending| campaigner.start(&request([ending]))).collect();
    ids.reverse();
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = campaigner.manage("GET", &format!("campaigns?limit=2&cursor={cursor}"), "").json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        listed.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(listed, ids);

    let id = campaigner.start(&request(0..50));
    let campaign = campaigner.manage("GET", &format!("campaigns/{id}"), "").json();
    assert_eq!((&campaign["name"], &campaign["skill"]), (&json!("Autumn"), &json!("sales")));
    assert_eq!(total(&campaign), 50);
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("campaigns/{id}/recipients?limit=20&cursor={cursor}");
        let page = campaigner.manage("GET", &path, "").json();
        numbers.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(numbers, (0..50).collect::<Vec<_>>());
    let cancelled = campaigner.manage("GET", &format!("campaigns/{id}/recipients?state=cancelled"), "");
    assert_eq!(cancelled.json(), json!({"items": []}));
    for path in ["recipients?state=none", "recipients?cursor=x", "recipients?limit=101"] {
        assert_eq!(campaigner.manage("GET", &format!("campaigns/{id}/{path}"), "").status, 400, "{path}");
    }
    assert_eq!(campaigner.manage("GET", "campaigns?cursor=x", "").status, 400);
}

fn with_four_eyes_another_person_launches_a_campaign(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    let four_eyes = |on: &str| {
        service
            .installation
            .run(&["account", "settings", "--account", ACCOUNT, "--four-eyes", on])
            .succeeded();
    };
    four_eyes("true");
    // Settings are read again after a few seconds.
    let deadline = Instant::now() + Duration::from_secs(30);
    let id = loop {
        let id = campaigner.start(&request(0..2));
        let status = campaigner.manage("GET", &format!("campaigns/{id}"), "").json()["status"].clone();
        if status == "draft" {
            break id;
        }
        assert!(Instant::now() < deadline, "{status}");
        sleep(Duration::from_millis(200));
    };
    assert_eq!(campaigner.conversations(&id).json()["campaignStatus"], "DRAFT");
    let own = campaigner.manage("POST", &format!("campaigns/{id}/launch"), "");
    assert_eq!((own.status, own.error().1), (409, "conflict".to_owned()));
    let launch = ["campaign", "launch", &id, "--account", ACCOUNT];
    service.installation.run(&launch).succeeded();
    let launched = campaigner.manage("GET", &format!("campaigns/{id}"), "").json();
    assert_eq!(launched["status"], "running");
}

/// Each decision fits some states only.
fn people_decide_about_campaigns(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    let id = campaigner.start(&request(0..3));
    let decide = |decision: &str| campaigner.manage("POST", &format!("campaigns/{id}/{decision}"), "");
    for (decision, status, expected) in [
        ("launch", 409, ""),
        ("resume", 409, ""),
        ("pause", 200, "paused"),
        ("pause", 409, ""),
        ("resume", 200, "running"),
        ("pause", 200, "paused"),
        ("cancel", 200, "cancelled"),
        ("resume", 409, ""),
        ("cancel", 409, ""),
        ("retry-failed", 409, ""),
    ] {
        let response = decide(decision);
        assert_eq!(response.status, status, "{decision}: {response:?}");
        if status == 200 {
            assert_eq!(response.json()["status"], expected, "{decision}");
        } else {
            assert_eq!(response.error().1, "conflict", "{decision}");
        }
    }
    assert_eq!(campaigner.conversations(&id).json()["campaignStatus"], "FAILED");
    let resolve = |number: &str, body: &str| {
        campaigner.manage("POST", &format!("campaigns/{id}/recipients/{number}/resolve"), body).status
    };
    assert_eq!(resolve("0", r#"{"resolution":"send_again"}"#), 409);
    assert_eq!(resolve("9", r#"{"resolution":"count_as_sent"}"#), 404);
    assert_eq!(resolve("x", r#"{"resolution":"count_as_sent"}"#), 404);
    assert_eq!(resolve("0", r#"{"resolution":"forget"}"#), 400);
    let actions =
        service.installation.run(&["audit", "list", "--account", ACCOUNT, "--json"]).succeeded().out;
    for action in ["connection.created", "campaign.paused", "campaign.resumed", "campaign.cancelled"] {
        assert!(actions.contains(action), "{action}");
    }
}

fn the_command_line_shows_and_changes_campaigns(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    let id = campaigner.start(&request(0..3));
    let installation = &service.installation;
    let run = |arguments: &[&str]| {
        installation.run(&[&["campaign"], arguments, &["--account", ACCOUNT, "--json"]].concat())
    };
    let listed = run(&["list"]).json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &json!(id)));
    let shown = run(&["show", &id]).json();
    assert_eq!(total(&shown), 3);
    // What the management API returns without empty fields.
    let mut expected = campaigner.manage("GET", &format!("campaigns/{id}"), "").json();
    expected["reason"] = shown["reason"].clone();
    expected["recipients"] = shown["recipients"].clone();
    assert_eq!(shown, expected);
    // The demo names its client.
    assert_ne!(shown["createdByName"], shown["createdBy"]);
    let text = installation.run(&["campaign", "show", &id, "--account", ACCOUNT]).succeeded().out;
    assert!(text.contains(&format!(" by {}", shown["createdByName"].as_str().unwrap())), "{text}");
    assert_eq!(run(&["pause", &id]).json()["status"], "paused");
    run(&["pause", &id]).failed(1, "not possible in the state paused");
    assert_eq!(run(&["resume", &id]).json()["status"], "running");
    let recipients = run(&["recipients", &id]).json();
    let complete = run(&["recipients", &id, "--with-addresses"]).json();
    assert_eq!(
        (&recipients[2]["address"], &complete[2]["address"]),
        (&json!("•••••002"), &json!("+12125550002"))
    );
    assert_eq!(run(&["cancel", &id]).json()["status"], "cancelled");
    run(&["retry-failed", &id]).failed(1, "cancelled");
    run(&["resolve", &id, "0", "count-as-sent"]).failed(1, "not possible");
    run(&["show", "a9cRASfbQ"]).failed(1, "there is no campaign a9cRASfbQ in this account");
    let text = installation.run(&["campaign", "list", "--account", ACCOUNT]).succeeded().out;
    assert!(text.contains("CAMPAIGN") && text.contains(&id), "{text}");
}

fn connections_are_created_listed_and_deleted(engine: Engine) {
    let service = Service::start(engine);
    let run = |arguments: &[&str]| {
        service
            .installation
            .run(&[&["connection"], arguments, &["--account", OTHER_ACCOUNT, "--json"]].concat())
    };
    let created = run(&["create", NO_SANDBOX, "--name", "Test", "--secret", "for-tests-only"]).json();
    assert_eq!((&created["name"], &created["secret"]), (&json!("Test"), &json!("for-tests-only")));
    let mut listed = created.clone();
    for shown_once in ["secret", "callbackPath"] {
        assert!(listed.as_object_mut().unwrap().shift_remove(shown_once).is_some(), "{created}");
    }
    assert_eq!(run(&["list"]).json(), json!([listed]));
    run(&["create", NO_SANDBOX, "--secret", "with spaces"]).failed(1, "without spaces");
    run(&["create", "no-url"]).failed(1, "");
    let id = created["id"].as_str().unwrap();
    let campaigner = Campaigner::without_connection(&service, OTHER_ACCOUNT);
    assert_eq!(campaigner.post(&request([1])).status, 200);
    run(&["delete", id]).succeeded();
    run(&["delete", id]).failed(1, "there is no connection");
    assert_eq!(campaigner.post(&request([1])).status, 400);
    // Clients must not learn secrets.
    assert_eq!(campaigner.manage("GET", "connections", "").status, 403);
}

/// PostgreSQL stores no NUL. Names that clients choose are printed by terminals.
fn control_characters_are_refused(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    for (field, value) in [
        ("campaignName", "a\u{0}b"),
        ("campaignName", "\u{1b}[31mred"),
        ("skill", "a\u{0}b"),
        ("outboundNumber", "a\u{0}b"),
        ("outboundNumber", "   "),
        ("outboundNumber", "../x?y#z"),
    ] {
        let mut body = request([1]);
        body[field] = json!(value);
        assert_eq!(campaigner.post(&body).status, 400, "{field} {value:?}");
    }
    for path in ["/callbacks/%00/twilio", "/callbacks/a%00/meta"] {
        assert_eq!(service.send("POST", path, &[], "x=y").status, 404, "{path}");
    }
    let bearer = service.administrator();
    for kind in ["connections", "clients", "users", "webhooks"] {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/{kind}/%00");
        let status = service.send("DELETE", &path, &[("authorization", &bearer)], "").status;
        assert!((400..500).contains(&status), "{kind}: {status}");
    }
}

/// The spellings of a number are one sender with one rate.
fn a_sender_has_one_lane_in_all_spellings(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    for sender in ["14155550170", "+14155550170", "+1 415 555 0170", "(1)415-555-0170"] {
        let mut body = request([1]);
        body["outboundNumber"] = json!(sender);
        campaigner.start(&body);
    }
    let lanes = service.installation.run(&["campaign", "lanes", "--account", ACCOUNT, "--json"]).json();
    assert_eq!(lanes.as_array().unwrap().len(), 1, "{lanes}");
    let resume = ["campaign", "resume-lane", "--account", ACCOUNT, "sms/1"];
    service.installation.run(&resume).failed(1, "there is no lane sms/1");
}

/// The operator's other ports are not for administrators of accounts.
fn administrators_cannot_connect_this_machine(engine: Engine) {
    let service = Service::start(engine);
    let bearer = service.administrator();
    let path = format!("/manage/v1/accounts/{ACCOUNT}/connections");
    let create = |url: &str| {
        let headers = [("authorization", &*bearer), ("content-type", "application/json")];
        service.send("POST", &path, &headers, &json!({ "name": "Sandbox", "baseUrl": url }).to_string())
    };
    for url in ["http://127.0.0.1:9", "http://localhost:9/a", "http://[::1]:9", "http://[::ffff:127.0.0.1]:9"]
    {
        let response = create(url);
        assert_eq!(response.status, 400, "{url}");
        assert!(response.text().contains("outbound connection create"), "{}", response.text());
    }
    assert_eq!(create("http://sandbox.invalid").status, 201);
}

on_both_engines!(
    campaigns_and_recipients_are_listed_in_pages,
    people_decide_about_campaigns,
    with_four_eyes_another_person_launches_a_campaign,
    the_command_line_shows_and_changes_campaigns,
    connections_are_created_listed_and_deleted,
    control_characters_are_refused,
    a_sender_has_one_lane_in_all_spellings,
    administrators_cannot_connect_this_machine,
);
