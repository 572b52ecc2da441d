//! What docs/rules.md promises in sentences rather than rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Subject;

fn count(channel: &str, edits: &str, name: &str) -> usize {
    Subject::edited(channel, edits).check().iter().filter(|finding| finding.name == name).count()
}

#[test]
fn a_rule_that_is_broken_many_times_tells_twenty_places() {
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
fn samples_are_measured_where_they_are_given_and_count_as_nothing_where_not() {
    // Body and opt-out line fill one segment of 160 without the placeholder.
    let text = r#"/messageComponents/0/content = "<a*100>{{1}}""#;
    assert_eq!(count("sms-twilio", text, "sms-segments"), 0);
    assert_eq!(count("sms-twilio", &format!("{text} ;; sample 1 = \"<b*100>\""), "sms-segments"), 1);
    let template = r#"/messageComponents/0/content = "Hello <a*1000> {{1}} you""#;
    assert_eq!(count("wa", template, "rendered-length"), 0);
    assert_eq!(count("wa", &format!("{template} ;; sample body.1 = \"<b*100>\""), "rendered-length"), 1);
}

#[test]
fn a_message_of_rcs_is_a_text_a_file_or_a_card() {
    let long = "<a*2001>";
    let text = format!(r#"/messageComponents = [{{"type":"body","content":"{long}"}}]"#);
    assert_eq!(count("googlercs", &text, "rcs-description-length"), 0, "a text");
    let titled = format!(r#"/messageComponents = [{{"type":"body","title":"A","content":"{long}"}}]"#);
    assert_eq!(count("googlercs", &titled, "rcs-description-length"), 1, "a card with a title");
    let medium = format!(
        r#"/messageComponents = [{{"type":"body","content":"{long}"}},{{"type":"media","content":"https://a.example/a.png"}}]"#
    );
    assert_eq!(count("googlercs", &medium, "rcs-description-length"), 1, "a card with a medium");
    let file = r#"/messageComponents = [{"type":"media","content":"https://a.example/a.webp"}]"#;
    assert_eq!(count("googlercs", file, "rcs-media-extension"), 0, "a file");
}

#[test]
fn what_is_kept_beside_a_button_does_not_hide_a_fault_of_another() {
    let edits = r#"+ {"type":"button","index":0,"sub_type":"copy_code"} ;; +reply 0 "A" ;; +reply 5 "a""#;
    assert_eq!(count("wa", edits, "button-kind"), 1);
    assert_eq!(count("wa", edits, "button-index"), 1, "the reply has the index of what is kept");
    assert_eq!(count("wa", edits, "label-twice"), 1);
}
