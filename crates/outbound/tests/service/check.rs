//! `check`: findings, their locations, and the output formats.

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, Ran, command, on_both_engines, run};

on_both_engines!(an_account_is_checked_with_its_settings, an_import_reports_its_findings);

/// A handoff whose text breaks one rule, after escape sequences and on the third line.
const ESCAPED: &str = r#"[
  {"name": "By hand", "channels": [{"type": "sms-twilio", "language": "en", "outboundnumber": "+14156586515",
    "messageComponents": [{"type": "body", "content": "\"caf\u00e9\"\n${{ 1 }} ok", "variables": [],
      "optOut": "Reply STOP to stop, HELP for help."}]}]}
]"#;

/// Runs `check` without a database, with `input` as standard input.
fn check(arguments: &[&str], input: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("examples.json"), examples::HANDOFFS).unwrap();
    let ran = run(command(folder.path()).arg("check").args(arguments), input);
    assert!(!folder.path().join("outbound.db").exists());
    ran
}

/// Standard output as JSON, for any exit status.
fn json_output(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn the_offending_text_is_underlined_as_written_in_the_file() {
    let ran = check(&["-"], ESCAPED);
    assert_eq!(ran.status, Some(1));
    let lines: Vec<_> = ran.out.lines().collect();
    assert!(lines[0].starts_with("error[GEN-05 placeholder-malformed]: "), "{}", ran.out);
    assert_eq!(lines[1].trim(), "--> standard input:3:71");
    let line = lines.iter().position(|line| line.contains("${{ 1 }}")).unwrap();
    let [at, from] = [lines[line].find("${{ 1 }}"), lines[line + 1].find('^')].map(Option::unwrap);
    assert_eq!(lines[line][..at].chars().count(), lines[line + 1][..from].chars().count());
    assert_eq!(lines[line + 1].matches('^').count(), 8);
    assert!(ran.out.contains("= fix: write ${{1}}\n") && ran.out.contains("= source: LivePerson, "));
    assert!(ran.out.ends_with("1 handoff, 1 error, 0 warnings\n"), "{}", ran.out);
}

#[test]
fn every_finding_of_the_examples_has_handoff_location_and_source() {
    let found = json_output(&check(&["--json", "examples.json"], ""));
    let found = found.as_array().unwrap();
    assert!(found.len() > 10);
    let text: Vec<_> = examples::HANDOFFS.lines().collect();
    for finding in found {
        for key in ["rule", "name", "message", "handoff"] {
            assert!(finding[key].as_str().is_some_and(|text| !text.is_empty()), "{finding}");
        }
        assert_eq!(finding["source"].as_object().unwrap().len(), 3);
        let [line, from, to] = ["line", "column", "endColumn"]
            .map(|key| usize::try_from(finding[key].as_u64().unwrap()).unwrap());
        assert!(1 <= from && from < to && to <= text[line - 1].chars().count() + 1, "{finding}");
    }
}

/// Checks the required fields of SARIF, and that the rule of each result is described.
#[test]
fn sarif_has_the_fields_that_code_review_tools_need() {
    let sarif = json_output(&check(&["--sarif", "examples.json", "missing file.json"], ""));
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().filter(|rule| rule["helpUri"].is_string()).count() > 50);
    let results = run["results"].as_array().unwrap();
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].is_string());
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
    }
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert!(region["startLine"].as_u64() > Some(1) && region["startColumn"].as_u64() > Some(1));
    let missing = &results.last().unwrap()["locations"][0]["physicalLocation"];
    assert_eq!(missing["artifactLocation"]["uri"], "missing%20file.json");
    let none = json_output(&check(&["--sarif", "-"], "[]"));
    assert_eq!(none["runs"][0]["results"], json!([]));
}

#[test]
fn the_exit_status_depends_on_severities() {
    let warning = r#"{"name": "A & B", "channels": [{"type": "sms-twilio", "language": "en", "outboundnumber":
        "+14156586515", "messageComponents": [{"type": "body", "content": "Hi", "optOut": "STOP, HELP"}]}]}"#;
    for (arguments, input, status) in [
        (&["-"][..], "[]", 0),
        (&["-"], warning, 0),
        (&["-", "--deny", "warning"], warning, 1),
        (&["-"], ESCAPED, 1),
        (&["missing.json"], "", 1),
        (&["-"], "[", 1),
        (&[], "", 2),
        (&["-", "--rules", "other's"], "", 2),
    ] {
        let ran = check(arguments, input);
        assert_eq!(ran.status, Some(status), "{arguments:?} {ran:?}");
    }
}

#[test]
fn reports_unreadable_handoffs_and_checks_the_others() {
    let text = format!(
        r#"[{{"name": 5, "channels": []}}, {{"name": "\ud800"}}, {}]"#,
        &ESCAPED[4..ESCAPED.len() - 2]
    );
    let found = json_output(&check(&["--json", "-", "missing.json"], &text));
    let reported: Vec<_> =
        found.as_array().unwrap().iter().map(|one| (&one["rule"], &one["column"])).collect();
    let unreadable = json!("unreadable");
    assert_eq!(reported[0], (&unreadable, &json!(11)));
    assert_eq!(reported[1].0, &unreadable);
    assert_eq!(reported[2].0, "GEN-05");
    assert_eq!(reported[3], (&unreadable, &Value::Null));
}

#[test]
fn hostile_files_are_checked_safely() {
    let long = format!(r#"{{"name": "A", "channels": [], "x": "{}"}}"#, "\u{202e}é\u{9b}".repeat(100_000));
    let many =
        format!(r#"{{"name": "A", "channels": [{}]}}"#, vec![r#"{"type":"\u202e"}"#; 20_000].join(","));
    for (text, status) in [
        (format!(r#"{{"name": "A", "channels": {}"#, "[".repeat(100_000)), 1),
        ("{\"name\": \"\u{202e}\u{9b}31m\", \"channels\": []}".to_owned(), 1),
        (long, 1),
        (many, 1),
    ] {
        let ran = check(&["-"], &text);
        assert_eq!(ran.status, Some(status), "{}", ran.err);
        assert!(!ran.out.contains(['\u{202e}', '\u{9b}']), "{:.200}", ran.out);
    }
}

#[test]
fn names_are_unique_across_files() {
    let by_hand = r#"{"id": "H9", "name": "GREETING BY SMS", "channels": []}"#;
    let found = json_output(&check(&["--json", "examples.json", "-", "examples.json"], by_hand));
    let twice = found.as_array().unwrap().iter().filter(|one| one["name"] == "name-twice");
    let twice: Vec<_> = twice.map(|one| (&one["file"], &one["handoff"])).collect();
    assert_eq!(twice, [(&json!("standard input"), &json!("H9"))]);
}

#[test]
fn every_rule_is_listed() {
    let sets = json_output(&check(&["--list-rules", "--json"], ""));
    assert!(sets.as_array().unwrap().iter().all(|set| !set["rules"].as_array().unwrap().is_empty()));
    let listed = check(&["--list-rules"], "").succeeded();
    assert!(listed.out.contains("GEN-05") && listed.out.contains("placeholder-malformed"));
}

/// Setting the permitted media hosts adds a finding.
fn an_account_is_checked_with_its_settings(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.run_with(&["import", "--account", "1", "--publish", "-"], examples::HANDOFFS).succeeded();
    let check = ["check", "--account", "1", "--json"];
    let before = json_output(&installation.run(&check));
    let files = json_output(&installation.run_with(&["check", "--json", "-"], examples::HANDOFFS));
    assert_eq!(before.as_array().unwrap().len(), files.as_array().unwrap().len());
    assert!(before[0].get("line").is_none() && before[0].get("file").is_none());
    let hosts =
        ["account", "settings", "--account", "1", "--permitted-media-host", "cdn.example.com", "--json"];
    let settings = installation.run(&hosts).json();
    assert_eq!(settings["permittedMediaHosts"], json!(["cdn.example.com"]));
    assert_eq!(installation.run(&["account", "settings", "--account", "1", "--json"]).json(), settings);
    let own = ["account", "settings", "--account", "1", "--four-eyes", "true", "--requests-per-second"];
    for (value, stored) in [("7", json!(7)), ("installation", Value::Null)] {
        let settings = installation.run(&[&own[..], &[value, "--json"]].concat()).json();
        assert_eq!((&settings["requestsPerSecond"], &settings["fourEyes"]), (&stored, &json!(true)));
    }
    let after = json_output(&installation.run(&check));
    assert!(after.as_array().unwrap().iter().any(|finding| finding["name"] == "media-host"), "{after}");
    installation.run(&["check", "--account", "2"]).failed(1, "account 2 does not exist");
}

fn an_import_reports_its_findings(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let strict = installation.run_with(&["import", "--account", "1", "-", "--strict"], ESCAPED);
    strict.failed(1, "nothing was imported: 1 error, 0 warnings");
    assert_eq!(installation.exported("1"), json!([]));
    let done = installation.run_with(&["import", "--account", "1", "--publish", "-"], ESCAPED).succeeded();
    assert!(
        done.out.ends_with("1 error, 0 warnings. To see them, run: outbound check --account 1 -\n"),
        "{}",
        done.out
    );
}
