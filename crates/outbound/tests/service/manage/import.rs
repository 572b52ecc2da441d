//! Imports over HTTP: a plan, then an atomic import, from every format.

use serde_json::{Value, json};

use super::{Caller, draft, shared_service};
use crate::support::{
    ACCOUNT, Engine, IMPORT_TIMEOUT, OTHER_ACCOUNT, Service, connect_and_send, eventually, eventually_within,
    on_both_engines,
};

on_both_engines!(
    a_plan_lists_the_actions_and_saves_nothing,
    imported_handoffs_are_published_unless_requested_otherwise,
    a_meta_template_is_imported,
    missing_values_come_from_parameters,
    one_rejected_handoff_rejects_the_whole_import,
    four_eyes_prevents_publishing_by_import,
    a_channel_of_an_unknown_type_stays_a_draft,
    invalid_imports_are_rejected,
    large_imports_are_accepted_but_limited_in_number,
    a_background_import_reports_its_result_later,
    a_long_response_has_all_items,
);

fn with_id(id: &str, name: &str) -> Value {
    let mut handoff = draft(name);
    handoff["id"] = id.into();
    handoff
}

/// The name and action of each handoff.
#[track_caller]
fn actions(response: &Value) -> Vec<(&str, &str)> {
    let items = response["items"].as_array().unwrap_or_else(|| panic!("{response}"));
    items.iter().map(|item| (item["name"].as_str().unwrap(), item["action"].as_str().unwrap())).collect()
}

fn a_plan_lists_the_actions_and_saves_nothing(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut existing = with_id("HPLAN1", "Plan 1");
    assert_eq!(author.import("?mode=apply", &existing).json()["create"], 1);
    let same = author.get("handoffs/HPLAN1").json()["handoff"].clone();
    assert_eq!(actions(&author.import("", &same).json()), [("Plan 1", "same")]);
    existing["lookbackPeriodDay"] = json!(9);
    let text = json!([existing, with_id("HPLAN2", "Plan 2"), with_id("HPLAN3", "PLAN 2")]);
    let plan = author.import("", &text).json();
    assert_eq!(actions(&plan), [("Plan 1", "change"), ("Plan 2", "create"), ("PLAN 2", "reject")]);
    let counts = ["create", "change", "same", "reject"].map(|action| plan[action].as_u64().unwrap());
    assert_eq!(
        (counts, &plan["mode"], &plan["format"]),
        ([1, 1, 0, 1], &json!("plan"), &json!("liveperson"))
    );
    assert!(plan["items"][2]["reason"].as_str().unwrap().contains("PLAN 2"));
    assert_eq!(author.get("handoffs/HPLAN2").status, 404);
    assert_eq!(author.get("handoffs/HPLAN1/versions").json()["items"].as_array().unwrap().len(), 1);
}

fn imported_handoffs_are_published_unless_requested_otherwise(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let text = with_id("HSERVED", "Served at once");
    let done = author.import("?mode=apply&publish=false", &text).json();
    assert_eq!((&done["mode"], actions(&done)), (&json!("apply"), vec![("Served at once", "create")]));
    assert_eq!(author.get("handoffs/HSERVED").json()["state"], "draft");
    assert_eq!(author.served("HSERVED"), Value::Null);
    let saved = author.get("handoffs/HSERVED").json()["handoff"].clone();
    let done = author.import("?mode=apply", &saved).json();
    assert_eq!(actions(&done), [("Served at once", "change")]);
    assert_eq!(author.served("HSERVED")["channels"], text["channels"]);
}

fn a_meta_template_is_imported(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let template = json!({"name": "tea_is_ready", "language": "en_US", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hello {{1}}, your tea is ready.", "example": {"body_text": [["Ann"]]}},
        {"type": "FOOTER", "text": "The tea house"},
    ]});
    let done = author.import("?mode=apply&publish=false", &template).json();
    assert_eq!((&done["format"], actions(&done)), (&json!("meta"), vec![("tea_is_ready", "create")]));
    let id = done["items"][0]["id"].as_str().unwrap();
    let handoff = &author.get(&format!("handoffs/{id}")).json()["handoff"];
    assert_eq!(handoff["channels"][0]["templatename"], "tea_is_ready");
    assert_eq!(handoff["x-outbound"]["samples"]["0"]["body.1"], "Ann");
    let again = author.import("?format=meta", &template).json();
    assert_eq!(actions(&again), [("tea_is_ready", "same")]);
}

fn missing_values_come_from_parameters(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let message = |text: &str| json!({"contentMessage": {"text": text}});
    let import = |query: &str, text: &str| {
        let query = format!("?mode=apply&publish=false&name={text}{query}");
        let done = author.import(&query, &message(text)).json();
        let id = done["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_owned();
        author.get(&format!("handoffs/{id}")).json()["handoff"]["channels"][0].clone()
    };
    let given = import("&language=de&sender=acme&serviceAccountName=acme-1", "Given");
    let values = ["language", "outboundnumber", "serviceAccountName"].map(|key| given[key].clone());
    assert_eq!(values, ["de", "acme", "acme-1"].map(Value::from));
    assert_eq!(import("", "Neither").get("outboundnumber"), None);
}

fn a_channel_of_an_unknown_type_stays_a_draft(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut text = with_id("HPIGEON", "By pigeon");
    text["channels"][0]["type"] = "pigeon".into();
    for (mode, state) in [("plan", Value::Null), ("apply", json!("draft"))] {
        let done = author.import(&format!("?mode={mode}"), &text).json();
        assert_eq!((&done["create"], &done["heldBack"]), (&json!(1), &json!(1)), "{done}");
        assert_eq!(author.get("handoffs/HPIGEON").json()["state"], state);
    }
    assert_eq!(author.served("HPIGEON"), Value::Null);
}

fn one_rejected_handoff_rejects_the_whole_import(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let text = json!([with_id("HALL1", "All 1"), with_id("HALL2", "All 2"), with_id("HALL3", "all 1")]);
    let rejected = author.import("?mode=apply", &text);
    assert_eq!(rejected.error(), (409, "conflict".to_owned()));
    assert_eq!(rejected.json()["fields"][0]["pointer"], "/2");
    assert_eq!(rejected.json()["fields"].as_array().unwrap().len(), 1);
    assert_eq!(author.get("handoffs/HALL1").status, 404);
}

fn four_eyes_prevents_publishing_by_import(engine: Engine) {
    let service = Service::start(engine);
    let settings = Caller::administrator(&service).call("PUT", "settings", &[], &json!({"fourEyes": true}));
    assert_eq!(settings.status, 200);
    let author = Caller::client(&service);
    let text = with_id("HFOUR", "Four eyes");
    let rejected = author.import("?mode=apply", &text);
    assert_eq!(rejected.error(), (409, "own_version".to_owned()));
    assert_eq!(author.import("?mode=apply&publish=false", &text).status, 200);
    assert_eq!(author.served("HFOUR"), Value::Null);
}

fn invalid_imports_are_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let wrong = json!({"name": "Wrong", "channels": [{"type": "wa", "messageComponents": 7}]});
    let rejected = author.import("", &wrong);
    assert_eq!(rejected.error(), (400, "bad_handoff".to_owned()));
    assert_eq!(rejected.json()["fields"][0]["pointer"], "/channels/0/messageComponents");
    for (query, body, expected) in [
        ("", json!([]), 400),
        ("?mode=maybe", draft("Import"), 400),
        ("?format=word", draft("Import"), 400),
        ("?channel=fax", draft("Import"), 400),
        ("?publish=perhaps", draft("Import"), 400),
    ] {
        assert_eq!(author.import(query, &body).status, expected, "{query}");
    }
    let deep = "[".repeat(100_000);
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import");
    assert_eq!(author.service.import(&author.authorization, &path, &deep).status, 400);
    assert_eq!(author.send("POST", "handoffs/import", &[], "{}").status, 415);
}

fn large_imports_are_accepted_but_limited_in_number(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::client(&service);
    let long: Value = (0..60)
        .map(|number| {
            let mut handoff = draft(&format!("Long {number}"));
            handoff["note"] = "x".repeat(20 * 1024).into();
            handoff
        })
        .collect();
    assert_eq!(author.post("handoffs", &long).error(), (413, "body_too_large".to_owned()));
    assert_eq!(author.import("", &long).json()["create"], 60);
    let head = format!(
        "POST /manage/v1/accounts/{ACCOUNT}/handoffs/import HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 33554432\r\n\r\n",
        author.authorization
    );
    let ask = || author.import("", &long);
    // Opens new uploads at each attempt, because the server waits at most 30 s for a body.
    let ask_during_uploads =
        || ([(); 4].map(|()| connect_and_send(service.server.base(), head.as_bytes())), ask());
    let (waiting, response) =
        eventually_within(IMPORT_TIMEOUT, ask_during_uploads, |(_, response)| response.status != 200);
    assert_eq!(response.error(), (429, "too_many_imports".to_owned()));
    assert_eq!(author.import("", &draft("Short")).status, 200);
    drop(waiting);
    assert_eq!(eventually(ask, |response| response.status != 429).json()["create"], 60);
}

/// Starts a background import and returns the path of its status, relative to the account.
fn start_import(author: &Caller, query: &str, text: &str) -> String {
    let headers = [("content-type", "application/json"), ("prefer", "wait=1, respond-async")];
    let started = author.send("POST", &format!("handoffs/import{query}"), &headers, text);
    assert_eq!((started.status, started.header("preference-applied")), (202, "respond-async"), "{started:?}");
    assert_eq!(started.json()["state"], "running");
    let account = format!("/manage/v1/accounts/{ACCOUNT}/");
    started.header("location").strip_prefix(&account).unwrap().to_owned()
}

fn a_background_import_reports_its_result_later(engine: Engine) {
    let service = shared_service(engine);
    let author = Caller::client(service);
    let text = json!([with_id("HLATER1", "Later 1"), with_id("HLATER2", "Later 2")]);
    let status_path = start_import(&author, "?mode=apply", &text.to_string());
    let final_status = |status_path: &str| {
        let location = format!("/manage/v1/accounts/{ACCOUNT}/{status_path}");
        service.import_status(&author.authorization, &location).json()
    };
    let done = final_status(&status_path);
    assert_eq!((&done["state"], &done["handoffs"]), (&json!("done"), &json!(2)));
    assert_eq!(actions(&done["result"]), [("Later 1", "create"), ("Later 2", "create")]);
    assert_eq!(done["result"]["create"], 2);
    assert_eq!(author.get(&status_path).json(), done, "the status is kept");
    assert_eq!(author.get("handoffs/HLATER2").status, 200);
    // A rejected import, and access from another account.
    let status_path = start_import(&author, "?mode=apply", r#"[{"name": 7}]"#);
    let failed = final_status(&status_path);
    assert_eq!((&failed["state"], &failed["error"]["error"]), (&json!("failed"), &json!("bad_handoff")));
    let other = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    let from_other_account =
        service.get_as(&other, &format!("/manage/v1/accounts/{OTHER_ACCOUNT}/{status_path}"));
    assert_eq!(from_other_account.error(), (404, "not_found".to_owned()));
    for unknown in ["imports/5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a", "imports/7"] {
        assert_eq!(author.get(unknown).error(), (404, "not_found".to_owned()), "{unknown}");
    }
}

/// Long responses are written to a file first, short ones are not.
fn a_long_response_has_all_items(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let handoffs: Vec<_> = (0..1500).map(|number| draft(&format!("Response {number}"))).collect();
    let rejected = json!([&handoffs[..], &[with_id("HANSWER", "Response 7")]].concat());
    let response = author.import("", &rejected).json();
    assert_eq!((&response["create"], &response["reject"]), (&json!(1500), &json!(1)));
    let names = actions(&response);
    let last = ("Response 7", "reject");
    assert_eq!((names.len(), names[1499], names[1500]), (1501, ("Response 1499", "create"), last));
    let rejected = author.import("?mode=apply", &rejected);
    assert_eq!(rejected.error(), (409, "conflict".to_owned()));
    assert_eq!(rejected.json()["fields"][0]["pointer"], "/1500");
    assert_eq!(actions(&author.import("", &json!(handoffs[..2])).json()).len(), 2);
}
