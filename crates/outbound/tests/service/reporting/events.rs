//! Events: what is recorded, what is rejected, and that every way to read reports shows the same numbers.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{DAY, Reporter, attempted, demo, event, now, yesterday};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, eventually, on_both_engines};

fn numbers(row: &Value) -> [i64; 5] {
    ["attempted", "sent", "failed", "delivered", "read"].map(|name| row[name].as_i64().unwrap())
}

fn events_are_counted_once_in_any_order(engine: Engine) {
    let service = Service::start(engine);
    let (reporter, other) = (demo(&service), Reporter::new(&service, OTHER_ACCOUNT));
    let time = yesterday() + 5 * 60_000;
    let failed = json!({"type": "failed", "messageId": "b", "attemptedTime": time, "time": time + 9000,
        "errorSource": "twilio", "errorCode": "30003"});
    let early = reporter.record(&[event("read", "a", time, 60)]);
    assert_eq!((&early["recorded"], &early["withoutAttempt"]), (&json!(1), &json!(1)));
    assert_eq!(reporter.analytics(time - DAY, time + DAY), Vec::<Value>::new());

    let events = [attempted("a", time), attempted("b", time), failed, event("delivered", "a", time, 30)];
    assert_eq!(reporter.record(&events)["recorded"], 4);
    let again = reporter.record(&events);
    assert_eq!((&again["recorded"], &again["duplicates"]), (&json!(0), &json!(4)));
    let rows = reporter.analytics(time, time + 1);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(numbers(&rows[0]), [2, 1, 1, 1, 1]);
    assert_eq!(rows[0]["error_aggregation"], json!({"twilio_30003": 1}));
    assert_eq!(reporter.analytics(time + 1, time + DAY), Vec::<Value>::new());

    // The same message ids in another account are other messages.
    assert_eq!(other.analytics(time, time + 1), Vec::<Value>::new());
    other.record(&[attempted("a", time)]);
    assert_eq!(numbers(&other.analytics(time, time + 1)[0]), [1, 0, 0, 0, 0]);
    assert_eq!(numbers(&reporter.analytics(time, time + 1)[0]), [2, 1, 1, 1, 1]);
}

/// The others are recorded, and the response says which were not, and why.
fn events_with_errors_are_reported_one_by_one(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let time = yesterday();
    let lines = [
        attempted("1", time).to_string(),
        String::new(),
        json!({"type": "attempted", "messageId": "2", "attemptedTime": time, "app": "prmsg",
            "channel": "sms-twilio", "skill": "sales", "source": "API"})
        .to_string(),
        event("delivered", "1", now() + DAY, 0).to_string(),
        event("delivered", "1", now() - 400 * DAY, 0).to_string(),
        event("delivered", "1", time / 1000, 0).to_string(),
        "{\"type\": \"deliv".to_owned(),
        event("bounced", "1", time, 1).to_string(),
        event("delivered", "1", time, 1).to_string(),
    ];
    let response = reporter.record_body("application/x-ndjson", &lines.join("\n"));
    assert_eq!(response.status, 200, "{response:?}");
    let results = response.json();
    assert_eq!(results["recorded"], 2, "{results}");
    assert_eq!(results["unknownTypes"], json!({"bounced": 1}));
    let problems: Vec<_> = results["problems"].as_array().unwrap().iter().collect();
    assert_eq!(problems.iter().map(|p| p["line"].as_i64().unwrap()).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    for (problem, expected) in problems.iter().zip([
        "channel: `sms-twilio` is named `sms` here",
        "correct the clock of the sender",
        "data is kept for 13 months",
        "looks like seconds",
        "not valid JSON",
    ]) {
        assert!(problem["message"].as_str().unwrap().contains(expected), "{problem} {expected}");
    }
    assert_eq!(results["rejected"], 5);
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Neither a large body nor a small one that decompresses to a large one is read completely.
fn bodies_are_limited(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let time = yesterday();
    let url = format!("{}/manage/v1/accounts/{ACCOUNT}/events", service.server.base());
    let send = |body: &[u8], kind: &str| {
        let sent = ureq::post(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .header("authorization", &reporter.token)
            .header("content-type", kind)
            .header("content-encoding", "gzip")
            .send(body)
            .unwrap();
        let status = sent.status().as_u16();
        let mut body = sent.into_body();
        (status, serde_json::from_str::<Value>(&body.read_to_string().unwrap()).unwrap())
    };
    let (status, results) =
        send(&gzip(json!([attempted("z", time)]).to_string().as_bytes()), "application/json");
    assert_eq!((status, &results["recorded"]), (200, &json!(1)));
    let (status, bomb) = send(&gzip(&vec![b' '; 256 << 20]), "application/json");
    assert_eq!((status, bomb["error"].as_str()), (413, Some("body_too_large")), "{bomb}");
    let (status, broken) = send(b"no gzip", "application/json");
    assert_eq!((status, broken["error"].as_str()), (400, Some("bad_parameter")), "{broken}");

    let many: Vec<_> = (0..10_001).map(|n| event("sent", &n.to_string(), time, 1)).collect();
    let response = reporter.record_body("application/json", &json!(many).to_string());
    assert_eq!(response.status, 400, "{response:?}");
    assert!(response.text().contains("more than 10000 events"), "{}", response.text());
    let response = reporter.record_body("text/plain", "[]");
    assert_eq!(response.error(), (415, "unsupported_media_type".to_owned()));
}

/// API and command line, and an audit finds no difference.
fn api_and_commands_show_the_same_numbers(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let time = yesterday();
    let lines: Vec<_> = (0..300)
        .flat_map(|n| {
            let id = format!("m{n}");
            [attempted(&id, time + n * 1000), event("sent", &id, time + n * 1000, 1)]
        })
        .map(|event| event.to_string())
        .collect();
    std::fs::write(service.installation.folder.join("events.ndjson.gz"), gzip(lines.join("\n").as_bytes()))
        .unwrap();
    let import = ["events", "import", "--account", ACCOUNT, "events.ndjson.gz"];
    let checked = service.installation.run(&[&import[..], &["--dry-run"]].concat()).succeeded();
    assert_eq!(checked.out, "Checked 600 events\n");
    assert_eq!(service.installation.run(&import).succeeded().out, "Recorded 600 events\n");
    assert_eq!(service.installation.run(&import).succeeded().out, "Recorded 0 events\n600 known already\n");

    let rows = reporter.analytics(time, time + DAY);
    assert_eq!(numbers(&rows[0]), [300, 300, 0, 0, 0]);
    let at = |millis: i64| outbound_model::Timestamp::from_millis(millis).unwrap().to_string();
    let (from, to) = (at(time), at(time + DAY));
    let interval = ["--account", ACCOUNT, "--from", &from, "--to", &to];
    let printed = service.installation.run(&[&["report", "analytics"][..], &interval].concat()).json();
    assert_eq!(printed["analytics"], json!(rows));
    let page = reporter.report("transactions?v=2.0", time, time + DAY, &json!({"limit": 5000})).json();
    let printed = service
        .installation
        .run(&[&["report", "transactions", "--limit", "5000"][..], &interval].concat())
        .json();
    assert_eq!(printed["transactions"], page["transactions"]);
    assert_eq!(page["page"]["count"], 300);
    let audit = service.installation.run(&[&["report", "audit"][..], &interval].concat()).succeeded();
    assert_eq!(audit.out, "Compared 24 hours. All totals are right.\n");

    std::fs::write(service.installation.folder.join("bad.ndjson"), "{}\n").unwrap();
    let bad = service.installation.run(&["events", "import", "--account", ACCOUNT, "bad.ndjson"]);
    assert_eq!((bad.status, bad.out.as_str()), (Some(1), "Recorded 0 events\n1 rejected\n"));
    assert!(bad.err.contains("1 events were rejected"), "{}", bad.err);
    assert!(bad.err.contains("bad.ndjson: line 1: type is required"), "{}", bad.err);
}

/// The audit of the day before repairs totals, and is due again the next day.
fn an_account_with_messages_is_audited_every_day(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let time = yesterday();
    reporter.record(&[attempted("a", time), event("sent", "a", time, 1)]);
    let job = || {
        let jobs = service.installation.run(&["jobs", "list", "--account", ACCOUNT, "--json"]).json();
        let found = jobs.as_array().unwrap().iter().find(|job| job["id"] == "audit_reports").cloned();
        found.unwrap_or_else(|| panic!("{jobs}"))
    };
    let due = job()["dueAt"].as_str().unwrap().to_owned();
    assert!(due.ends_with("T03:00:00.000Z"), "{due}");
    service.installation.run(&["jobs", "retry", "--account", ACCOUNT, "audit_reports"]).succeeded();
    let has_run =
        |job: &Value| job["state"] == "waiting" && job["dueAt"].as_str().unwrap().ends_with("T03:00:00.000Z");
    let ran = eventually(job, has_run);
    assert!(has_run(&ran) && ran.get("error").is_none(), "{ran}");
    assert_eq!(numbers(&reporter.analytics(time, time + DAY)[0]), [1, 1, 0, 0, 0]);
}

/// With the times of yesterday.
fn the_documented_events_are_recorded(engine: Engine) {
    let service = Service::start(engine);
    let document = include_str!("../../../../../docs/reporting.md");
    let block = document.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let events: Vec<Value> = block.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shift = yesterday() - events[0]["attemptedTime"].as_i64().unwrap();
    let shifted = events.into_iter().map(|mut event| {
        for field in ["attemptedTime", "time"] {
            if let Some(time) = event[field].as_i64() {
                event[field] = json!(time + shift);
            }
        }
        event
    });
    let results = demo(&service).record(&shifted.collect::<Vec<_>>());
    assert_eq!((&results["recorded"], &results["rejected"]), (&json!(3), &json!(0)), "{results}");
}

on_both_engines!(
    an_account_with_messages_is_audited_every_day,
    the_documented_events_are_recorded,
    events_are_counted_once_in_any_order,
    events_with_errors_are_reported_one_by_one,
    bodies_are_limited,
    api_and_commands_show_the_same_numbers,
);
