//! Tests every rule with its case table: handoffs that violate it, and handoffs that just comply.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use outbound_rules::{Severity, catalogue};
use support::{Subject, TABLES, cases};

#[test]
fn clean_handoffs_have_no_findings() {
    for channel in ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"] {
        assert_eq!(Subject::clean(channel).check(), [], "{channel}");
    }
}

#[test]
fn violations_are_found_at_their_location() {
    for (channel, table) in TABLES {
        for case in cases(table) {
            for (edits, pointer) in &case.breaks {
                let findings = Subject::edited(channel, edits).check();
                let found = findings.iter().find(|f| f.name == case.name && f.pointer == *pointer);
                let found =
                    found.unwrap_or_else(|| panic!("{} by {edits} at {pointer}: {findings:#?}", case.name));
                assert_eq!(found.rule, case.id, "{}", case.name);
            }
        }
    }
}

#[test]
fn compliant_handoffs_have_no_finding_of_the_rule() {
    for (channel, table) in TABLES {
        for case in cases(table) {
            for edits in &case.passes {
                let findings = Subject::edited(channel, edits).check();
                let found = findings.iter().find(|f| f.name == case.name);
                assert!(found.is_none(), "{} by {edits}: {found:#?}", case.name);
            }
        }
    }
}

#[test]
fn texts_in_other_scripts_have_one_finding_with_a_count() {
    for (content, expected) in [
        (
            "مرحبا “آن”",
            vec!["9 characters are not in the SMS alphabet: a segment has 70 characters instead of 160."],
        ),
        ("Voilà ça", vec!["ç is not in the SMS alphabet: a segment has 70 characters instead of 160."]),
        (
            "“Hi”",
            vec![
                "“ makes the message more expensive; \" does not.",
                "” makes the message more expensive; \" does not.",
            ],
        ),
        ("Ünder", vec![]),
    ] {
        let edits = format!("/messageComponents/0/content = {}", serde_json::json!(content));
        let findings = Subject::edited("sms-twilio", &edits).check();
        let found = findings.iter().filter(|finding| finding.name == "sms-costly-character");
        assert_eq!(found.map(|finding| &*finding.message).collect::<Vec<_>>(), expected, "{content}");
    }
}

#[test]
fn applying_a_fix_removes_its_finding() {
    for (channel, table) in TABLES {
        for (edits, _) in cases(table).iter().flat_map(|case| &case.breaks) {
            let subject = Subject::edited(channel, edits);
            for finding in subject.check() {
                let Some(fix) = &finding.fix else { continue };
                let mut fixed = Subject::edited(channel, edits);
                assert!(fix.apply(&mut fixed.handoff), "{finding:#?}");
                let same =
                    |f: &&outbound_rules::Finding| f.name == finding.name && f.pointer == finding.pointer;
                let (before, after) = (subject.check(), fixed.check());
                assert!(
                    after.iter().filter(same).count() < before.iter().filter(same).count(),
                    "{finding:#?}"
                );
            }
        }
    }
}

#[test]
fn every_rule_has_violating_and_compliant_cases() {
    let mut violated: BTreeSet<String> = BTreeSet::new();
    let mut passed: BTreeSet<String> = BTreeSet::new();
    for case in TABLES.iter().flat_map(|(_, table)| cases(table)) {
        if !case.breaks.is_empty() {
            violated.insert(case.name.clone());
        }
        if !case.passes.is_empty() {
            passed.insert(case.name);
        }
    }
    // Tested in tests/account.rs, because they need several handoffs.
    let across_handoffs = ["name-twice", "template-differs", "template-text-twice"];
    let expected: BTreeSet<String> = catalogue()
        .map(|r| r.name.to_owned())
        .filter(|name| !across_handoffs.contains(&name.as_str()))
        .collect();
    assert_eq!(violated, expected);
    assert_eq!(passed, expected);
}

#[test]
fn account_levels_override_the_severity() {
    let severity = |settings: &str| {
        let subject =
            Subject::edited("sms-twilio", &format!("/messageComponents/0/optOut = \"STOP\" ;; {settings}"));
        subject.check().first().map(|finding| finding.severity)
    };
    assert_eq!(severity("setting {}"), Some(Severity::Warning));
    assert_eq!(severity(r#"setting {"levels":{"opt-out-no-help":"error"}}"#), Some(Severity::Error));
    assert_eq!(severity(r#"setting {"levels":{"opt-out-no-help":"off"}}"#), None);
}
