//! Findings between several handoffs of an account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use outbound_model::{At, FromJson, Handoff};
use outbound_rules::{RuleSettings, check_account};
use support::Subject;

/// Two handoffs of WhatsApp, the second edited; which rules they break together, and where.
fn together(edits: &str) -> Vec<(&'static str, String)> {
    let [first, second] = ["", edits].map(|edits| {
        let id = format!("^/id = \"H{}\"", edits.len());
        let subject = Subject::edited("wa", &format!("{id} ;; {edits}"));
        Handoff::from_json(subject.handoff, At::ROOT).unwrap()
    });
    let found = check_account([&first, &second], &RuleSettings::default());
    assert!(found.iter().all(|f| f.handoff == second.id && f.other == first.id));
    found.into_iter().map(|f| (f.finding.name, f.finding.pointer)).collect()
}

#[test]
fn names_are_unique_whatever_their_case() {
    assert_eq!(together(r#"^/name = "GREETING""#), [("name-twice", "/name".into())]);
    assert_eq!(together(r#"^/name = "Greeting 2""#), []);
}

#[test]
fn a_template_has_one_content_in_each_language() {
    let name = r#"^/name = "Other""#;
    let text = r#"/messageComponents/0/content = "Something else for {{1}} to read.""#;
    let at = "/channels/0/templatename".to_owned();
    assert_eq!(together(&format!("{name} ;; {text}")), [("template-differs", at)]);
    assert_eq!(together(&format!(r#"{name} ;; {text} ;; /language = "de""#)), []);
    assert_eq!(together(name), []);
}

#[test]
fn two_templates_differ_in_body_or_footer() {
    let other = r#"^/name = "Other" ;; /templatename = "other""#;
    let at = "/channels/0/templatename".to_owned();
    assert_eq!(together(other), [("template-text-twice", at)]);
    assert_eq!(together(&format!(r#"{other} ;; + {{"type":"footer","content":"Shop"}}"#)), []);
}
