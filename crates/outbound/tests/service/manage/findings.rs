//! The API, the lists and the commands report the same findings for a handoff, including conflicts with other
//! handoffs.

use serde_json::{Value, json};

use super::{Caller, draft};
use crate::support::http::{Response, eventually};
use crate::support::{ACCOUNT, Engine, Service, on_both_engines};

on_both_engines!(
    conflicting_templates_have_the_same_findings_in_all_interfaces,
    an_imported_handoff_with_a_conflict_stays_a_draft,
    an_import_that_changes_two_templates_alike_finds_no_conflict,
    counts_in_lists_follow_changed_rules,
    each_change_returns_the_findings_that_are_shown_afterwards,
);

/// A handoff without findings of its own. All of them have the same template name.
fn template(name: &str, text: &str) -> Value {
    json!({"name": name, "channels": [{
        "type": "wa", "language": "en", "namespace": "b8520e15_f77b_5f76_fb50_9f756d03676b",
        "templatename": "tea_is_ready", "outboundnumber": "12535277322",
        "messageComponents": [{"type": "body", "variables": [], "content": text}],
    }]})
}

/// Severity, rule name and location of each finding, sorted.
fn summaries(findings: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let line = |finding| ["severity", "name", "pointer"].map(|key| text(finding, key)).join(" ");
    let mut summaries: Vec<_> = findings.as_array().unwrap().iter().map(line).collect();
    summaries.sort();
    summaries
}

/// Standard output of a command as JSON, for any exit status.
fn command_json(author: &Caller<'_>, command: &[&str]) -> Value {
    let ran = author.service.installation.run(&[command, &["--account", ACCOUNT, "--json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn of_handoff(items: &Value, key: &str, id: &str) -> Value {
    items.as_array().unwrap().iter().filter(|item| item[key] == id).cloned().collect()
}

/// The findings of a handoff. Asserts that all interfaces report the same ones.
#[track_caller]
fn findings_in_all_interfaces(author: &Caller<'_>, id: &str) -> Vec<String> {
    let saved = author.get(&format!("handoffs/{id}")).json();
    let findings = summaries(&saved["findings"]);
    assert_eq!(
        summaries(&author.post("handoffs/check", &saved["handoff"]).json()["findings"]),
        findings,
        "check"
    );
    let checked = command_json(author, &["check"]);
    assert_eq!(summaries(&of_handoff(&checked, "handoff", id)), findings, "check --account");
    assert_eq!(summaries(&command_json(author, &["handoff", "check", id])), findings, "handoff check");
    let errors = findings.iter().filter(|finding| finding.starts_with("error")).count();
    let counts = json!([{"errors": errors, "warnings": findings.len() - errors}]);
    let counted = |items: &Value| -> Value {
        let items = of_handoff(items, "id", id);
        let items = items.as_array().unwrap().iter();
        items.map(|item| json!({"errors": item["errors"], "warnings": item["warnings"]})).collect()
    };
    assert_eq!(
        counted(&author.get(&format!("handoffs?q={id}")).json()["items"]),
        counts,
        "the list of handoffs"
    );
    assert_eq!(counted(&command_json(author, &["handoff", "list"])), counts, "handoff list");
    let with_errors = author.get(&format!("handoffs?q={id}&errors=true&count=true")).json();
    assert_eq!(with_errors["items"].as_array().unwrap().len(), errors.min(1));
    assert_eq!(with_errors["counts"]["draft"].as_u64().unwrap(), errors.min(1) as u64);
    findings
}

fn conflicting_templates_have_the_same_findings_in_all_interfaces(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::administrator(&service);
    assert_eq!(author.call("PUT", "settings", &[], &json!({})).status, 200);
    let differs = "error template-differs /channels/0/templatename";
    let new = author.post("handoffs/check", &template("New", "Your tea is ready now."));
    assert_eq!(summaries(&new.json()["findings"]), [""; 0]);
    let first = author.create(&template("First", "Your tea is ready now."));
    let second = author.create(&template("Second", "Your tea has been cold for long."));
    assert_eq!(findings_in_all_interfaces(&author, &first), [""; 0], "the earlier handoff has no conflict");
    assert_eq!(findings_in_all_interfaces(&author, &second), [differs]);
    let new = author.post("handoffs/check", &template("first", "Your tea is not ready yet."));
    assert_eq!(summaries(&new.json()["findings"]), ["error name-twice /name", differs]);

    let rejected = author.post_empty(&format!("handoffs/{second}/publish"));
    assert_eq!(rejected.error(), (422, "findings".to_owned()));
    assert_eq!(summaries(&rejected.json()["findings"]), [differs]);
    let settings = json!({"levels": {"template-differs": "warning"}});
    assert_eq!(author.call("PUT", "settings", &[], &settings).status, 200);
    assert_eq!(
        findings_in_all_interfaces(&author, &second),
        ["warning template-differs /channels/0/templatename"]
    );
    assert_eq!(author.post_empty(&format!("handoffs/{second}/publish?dry_run=true")).status, 200);
    assert_eq!(author.call("PUT", "settings", &[], &json!({})).status, 200);
    assert_eq!(findings_in_all_interfaces(&author, &second), [differs]);

    // Saving one handoff changes the findings of the other.
    author.put(&first, "*", &template("First", "Your tea has been cold for long."));
    assert_eq!(findings_in_all_interfaces(&author, &second), [""; 0]);
    author.put(&first, "*", &template("First", "Your tea is hot."));
    assert_eq!(findings_in_all_interfaces(&author, &second), [differs]);
    assert_eq!(author.call("DELETE", &format!("handoffs/{first}"), &[], &Value::Null).status, 200);
    assert_eq!(findings_in_all_interfaces(&author, &second), [""; 0], "archived handoffs have no conflicts");
    assert_eq!(author.get(&format!("handoffs/{first}")).json()["findings"], json!([]));
    assert_eq!(author.post_empty(&format!("handoffs/{second}/publish")).status, 200);
    author.post_empty(&format!("handoffs/{first}/restore"));
    assert_eq!(author.get(&format!("handoffs/{second}")).json()["findings"][0]["name"], "template-differs");
    let published = command_json(&author, &["check", "--published"]);
    assert_eq!(
        of_handoff(&published, "handoff", &second),
        json!([]),
        "the conflicting handoff is not published"
    );
}

fn an_imported_handoff_with_a_conflict_stays_a_draft(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::administrator(&service);
    assert_eq!(author.call("PUT", "settings", &[], &json!({})).status, 200);
    author.create(&template("First", "Your tea is ready now."));
    let template_named = |name: &str, template_name: &str, text: &str| {
        let mut template = template(name, text);
        template["channels"][0]["templatename"] = template_name.into();
        template
    };
    let file = json!([
        template_named("Same", "tea_is_ready", "Your tea is ready now."),
        template_named("Other", "tea_is_ready", "Your tea is not ready yet."),
        template_named("Coffee", "coffee_is_ready", "Your coffee is ready now."),
        template_named("No coffee", "coffee_is_ready", "There is no coffee any more."),
    ]);
    let plan = author.import("", &file).json();
    let findings = |plan: &Value| -> Vec<usize> {
        let handoffs = plan["items"].as_array().unwrap().iter();
        handoffs.map(|one| one["findings"].as_array().map_or(0, Vec::len)).collect()
    };
    assert_eq!(findings(&plan), [0, 1, 0, 1], "{plan}");
    let done = author.import("?mode=apply", &file).json();
    let served = service.get(&format!("{}?v=1&limit=1000", crate::support::LIST)).json();
    for (name, published) in [("Same", true), ("Other", false), ("Coffee", true), ("No coffee", false)] {
        let is_served = !of_handoff(&served, "name", name).as_array().unwrap().is_empty();
        assert_eq!(is_served, published, "{name}: {done}");
    }
}

/// The creation times of the stored handoffs decide which is earlier, not those in the file.
fn an_import_that_changes_two_templates_alike_finds_no_conflict(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::administrator(&service);
    assert_eq!(author.call("PUT", "settings", &[], &json!({})).status, 200);
    let ids = ["First", "Second"].map(|name| author.create(&template(name, "Your tea is ready now.")));
    for time in [None, Some("2020-01-01T00:00:00.000Z"), Some("2099-01-01T00:00:00.000Z")] {
        let handoff = |(name, id): (&str, &String)| {
            let mut handoff = template(name, &format!("Your tea is ready since {time:?}."));
            handoff["id"] = id.as_str().into();
            if let Some(time) = time {
                handoff["createdAt"] = time.into();
            }
            handoff
        };
        let file: Value = ["First", "Second"].into_iter().zip(&ids).map(handoff).collect();
        let done = author.import("?mode=apply", &file).json();
        assert_eq!((&done["change"], &done["findings"]["errors"]), (&json!(2), &json!(0)), "{done}");
        assert_eq!(findings_in_all_interfaces(&author, &ids[1]), [""; 0], "{time:?}");
    }
}

/// The settings of the demo account change the level of rules that its handoffs violate.
fn counts_in_lists_follow_changed_rules(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::administrator(&service);
    let settings = author.get("settings").json();
    author.create(&draft("Tea"));
    let counts = |item: &Value| {
        let findings = author.get(&format!("handoffs/{}", item["id"].as_str().unwrap())).json();
        let summaries = summaries(&findings["findings"]);
        let errors = summaries.iter().filter(|finding| finding.starts_with("error")).count();
        json!([errors, summaries.len() - errors])
    };
    for settings in [json!({}), json!({"ruleSet": "liveperson"}), settings] {
        assert_eq!(author.call("PUT", "settings", &[], &settings).status, 200);
        let items = author.get("handoffs?limit=100").json()["items"].take();
        let expected: Value = items.as_array().unwrap().iter().map(counts).collect();
        let listed = || -> Value {
            let items = author.get("handoffs?limit=100").json()["items"].take();
            items.as_array().unwrap().iter().map(|item| json!([item["errors"], item["warnings"]])).collect()
        };
        assert_eq!(eventually(listed, |listed| *listed == expected), expected);
    }
}

fn each_change_returns_the_findings_that_are_shown_afterwards(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::administrator(&service);
    assert_eq!(author.call("PUT", "settings", &[], &json!({})).status, 200);
    author.create(&template("First", "Your tea is ready now."));
    let new = template("Second", "Your tea has been cold for long.");
    let create = || author.call("POST", "handoffs", &[("Idempotency-Key", "second")], &new);
    let created = create().json();
    let id = created["handoff"]["id"].as_str().unwrap();
    let path = format!("handoffs/{id}");
    let findings = |changed: &Response| {
        let (changed, shown) = (changed.json(), author.get(&path).json());
        assert_eq!(changed["findings"], shown["findings"]);
        summaries(&changed["findings"])
    };
    let differs = "error template-differs /channels/0/templatename";
    let post = |action: &str| author.post_empty(&format!("{path}/{action}"));
    let archive = || author.call("DELETE", &path, &[], &Value::Null);
    assert_eq!(summaries(&created["findings"]), [differs]);
    assert_eq!(findings(&create()), [differs]);
    assert_eq!(findings(&post("unpublish")), [differs], "a draft");
    // Also if nothing changes.
    assert_eq!(
        (findings(&archive()), findings(&archive())),
        (vec![], vec![]),
        "archived handoffs have no conflicts"
    );
    assert_eq!(findings(&create()), [""; 0]);
    assert_eq!(
        (findings(&post("restore")), findings(&post("restore"))),
        (vec![differs.into()], vec![differs.into()])
    );
    assert_eq!(findings(&author.put(id, "*", &template("Second", "Your tea is ready now."))), [""; 0]);
    assert_eq!(findings(&post("publish")), [""; 0]);
    assert_eq!(findings(&post("versions/1/restore")), [differs]);
    assert_eq!(findings(&post("unpublish")), [differs]);
}
