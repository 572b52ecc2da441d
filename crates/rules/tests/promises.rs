//! Behaviour that docs/rules.md describes outside of its tables.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Subject;

fn count(channel: &str, edits: &str, name: &str) -> usize {
    Subject::edited(channel, edits).check().iter().filter(|finding| finding.name == name).count()
}

#[test]
fn a_rule_reports_at_most_twenty_violations() {
    let content = |text: &str| format!("/messageComponents/0/content = \"{text}\"");
    assert_eq!(count("sms-twilio", &content("<{ 1 } *30>"), "placeholder-malformed"), 20);
    assert_eq!(count("sms-twilio", &content("<’*30>"), "sms-costly-character"), 20);
    assert_eq!(
        count("sms-twilio", &content("<я*30>"), "sms-costly-character"),
        1,
        "one finding with a count"
    );
    assert_eq!(count("sms-twilio", &content("<\\u202e*30>"), "bidi-override"), 1);
}

#[test]
fn lengths_include_sample_values_if_given() {
    // Body and opt-out line fill one segment of 160 without the placeholder.
    let text = r#"/messageComponents/0/content = "<a*100>{{1}}""#;
    assert_eq!(count("sms-twilio", text, "sms-segments"), 0);
    assert_eq!(count("sms-twilio", &format!("{text} ;; sample 1 = \"<b*100>\""), "sms-segments"), 1);
    let template = r#"/messageComponents/0/content = "Hello <a*1000> {{1}} you""#;
    assert_eq!(count("wa", template, "rendered-length"), 0);
    assert_eq!(count("wa", &format!("{template} ;; sample body.1 = \"<b*100>\""), "rendered-length"), 1);
}

#[test]
fn rcs_messages_are_texts_files_or_cards() {
    let long = "<a*2001>";
    let text = format!(r#"/messageComponents = [{{"type":"body","content":"{long}"}}]"#);
    assert_eq!(count("googlercs", &text, "rcs-description-length"), 0, "no card");
    let titled = format!(r#"/messageComponents = [{{"type":"body","title":"A","content":"{long}"}}]"#);
    assert_eq!(count("googlercs", &titled, "rcs-description-length"), 1, "a card with a title");
    let with_media = format!(
        r#"/messageComponents = [{{"type":"body","content":"{long}"}},{{"type":"media","content":"https://a.example/a.png"}}]"#
    );
    assert_eq!(count("googlercs", &with_media, "rcs-description-length"), 1, "a card with media");
    let file = r#"/messageComponents = [{"type":"media","content":"https://a.example/a.webp"}]"#;
    assert_eq!(count("googlercs", file, "rcs-media-extension"), 0, "a file");
}

#[test]
fn unknown_buttons_do_not_hide_violations_of_others() {
    let edits = r#"+ {"type":"button","index":0,"sub_type":"copy_code"} ;; +reply 0 "A" ;; +reply 5 "a""#;
    assert_eq!(count("wa", edits, "button-kind"), 1);
    assert_eq!(count("wa", edits, "button-index"), 1, "the reply has the index of the unknown button");
    assert_eq!(count("wa", edits, "label-twice"), 1);
}
