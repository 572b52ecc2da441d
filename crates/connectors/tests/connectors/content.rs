//! Filling in the variables of channels.

use outbound_connectors::{ConnectorError, Content, TemplateHeader};
use serde_json::{Value, json};

use crate::support::{channel, fill, values};

fn template_channel() -> Value {
    json!({"type": "wa", "language": "pt_BR", "templatename": "ticket", "messageComponents": [
        {"type": "header", "sub_type": "image", "content": "${{1}}", "variables": ["1"]},
        {"type": "body", "content": "Hi ${{2}}, ${{1}}", "variables": ["1", "2"]},
        {"type": "footer", "content": "Bye"},
        {"type": "button", "index": 1, "sub_type": "quick_reply", "content": "Yes"},
        {"type": "button", "index": 0, "sub_type": "url", "url": "https://a.example/{{1}}", "variables": ["1"]},
    ]})
}

#[track_caller]
fn error(channel_json: &Value, assignments: &[&str]) -> String {
    Content::fill(&channel(channel_json), &values(assignments)).unwrap_err().to_string()
}

#[test]
fn an_sms_is_its_text_with_the_opt_out() {
    let sms = json!({"type": "sms-twilio", "messageComponents": [
        {"type": "body", "content": "Hi ${{1}}", "variables": ["1"], "optOut": "Reply STOP"}]});
    assert!(fill(&sms, &["1=Ann"]) == Content::Text("Hi Ann\nReply STOP".to_owned()));
    assert_eq!(error(&sms, &[]), "values are missing: 1");
}

#[test]
fn a_template_has_the_values_of_each_component_in_the_order_of_their_numbers() {
    let assignments = ["header.1=https://a.example/b.png", "body.1=Mon", "body.2=Ann", "button0.1=x7"];
    let Content::Template(template) = fill(&template_channel(), &assignments) else { panic!() };
    assert_eq!((template.name(), template.language()), ("ticket", "pt_BR"));
    let is_image =
        matches!(template.header(), Some(TemplateHeader::Image(url)) if url == "https://a.example/b.png");
    assert!(is_image);
    assert_eq!(template.body(), ["Mon", "Ann"]);
    let buttons: Vec<_> = template.buttons().iter().map(|button| (button.index, &*button.suffix)).collect();
    assert_eq!(buttons, [(0, "x7")]);
}

#[test]
fn every_missing_value_is_named() {
    assert_eq!(
        error(&template_channel(), &["body.2=Ann"]),
        "values are missing: header.1, body.1, button0.1"
    );
    assert_eq!(
        error(&template_channel(), &["1=x", "body.2="]),
        "values are missing: body.2",
        "an empty value is rejected by every provider"
    );
}

#[test]
fn declared_variables_count_if_the_handoff_has_no_text() {
    let wa = json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
        {"type": "body", "variables": ["1", "2"]}]});
    let Content::Template(template) = fill(&wa, &["1=a", "2=b"]) else { panic!() };
    assert_eq!(template.body(), ["a", "b"]);
    assert_eq!(error(&wa, &["1=a"]), "values are missing: body.2");
}

#[test]
fn a_fixed_header_url_is_sent_too_because_the_template_only_has_an_example() {
    let wa = json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
        {"type": "header", "sub_type": "DOCUMENT", "content": "https://a.example/a.pdf"}]});
    let Content::Template(template) = fill(&wa, &[]) else { panic!() };
    let url = "https://a.example/a.pdf".to_owned();
    assert!(template.header() == Some(&TemplateHeader::Document(url)));
}

#[test]
fn what_no_request_can_contain_is_rejected() {
    let wa = |components: Value| json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": components});
    for (json, expected) in [
        (json!({"type": "sms-twilio", "messageComponents": []}), "the message has no content"),
        (
            json!({"type": "inapp", "messageComponents": [{"type": "text", "messageText": "Hi"}]}),
            "this channel can only be sent through a relay",
        ),
        (json!({"type": "fax"}), "this channel can only be sent through a relay"),
        (json!({"type": "wa", "language": "en", "messageComponents": []}), "the message has no content"),
        (
            json!({"type": "wa", "templatename": "t", "messageComponents": []}),
            "the WhatsApp template has no language; templates are identified by name and language",
        ),
        (wa(json!([{"type": "carousel"}])), "meta cannot send a component of an unknown type"),
        (
            wa(json!([{"type": "header", "sub_type": "location"}])),
            "meta cannot send a header that is no text, image, video or document",
        ),
        (wa(json!([{"type": "header", "sub_type": "image"}])), "the message has no content"),
    ] {
        assert_eq!(error(&json, &[]), expected, "{json}");
    }
}

#[test]
fn neither_content_nor_numbers_are_in_debug_output() {
    let message = crate::support::text("secret text");
    let debug = format!("{message:?}");
    assert!(!debug.contains("secret text") && !debug.contains("1600"), "{debug}");
}

#[test]
fn numbers_are_e164() {
    use outbound_connectors::E164;
    for (text, valid) in [
        ("+16001234567", true),
        ("+12", true),
        ("+123456789012345", true),
        ("16001234567", false),
        ("+1", false),
        ("+1234567890123456", false),
        ("+06001234567", false),
        ("+1600 1234567", false),
        ("+١٢٣٤٥٦٧", false),
        ("", false),
    ] {
        let parsed = text.parse::<E164>();
        assert_eq!(
            parsed.clone().map_err(|e| e == ConnectorError::NotE164),
            parsed.clone().map_err(|_| true)
        );
        assert_eq!(parsed.is_ok(), valid, "{text}");
    }
    assert_eq!(E164::from_digits("16001234567").unwrap().as_str(), "+16001234567");
    assert_eq!(E164::from_digits("+16001234567").unwrap().digits(), "16001234567");
}
