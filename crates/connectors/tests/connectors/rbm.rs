//! Requests to Google RBM.

use std::time::Duration;

use outbound_auth::Secret;
use outbound_connectors::{OutgoingMessage, rbm};
use serde_json::{Value, json};

use crate::support::{ID, body, fill, header, message, text};

fn request_body(channel: &Value, assignments: &[&str]) -> Result<Value, String> {
    let base_url = "https://us-rcsbusinessmessaging.example".parse().unwrap();
    let connection = rbm::Connection::new(base_url, "agent@rbm.goog", Secret::new("ya29.secret")).unwrap();
    let request = rbm::request(&connection, &message(fill(channel, assignments)));
    request.map(|request| body(&request)).map_err(|error| error.to_string())
}

fn rcs(more: Value) -> Value {
    let mut channel = json!({"type": "googlercs", "language": "en"});
    channel.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    channel
}

#[test]
fn a_request_has_the_documented_form() {
    let base_url = "https://us-rcsbusinessmessaging.example".parse().unwrap();
    let connection = rbm::Connection::new(base_url, "agent@rbm.goog", Secret::new("ya29.secret")).unwrap();
    let sent = OutgoingMessage { valid_for: Some(Duration::from_hours(1)), ..text("Hi") };
    let request = rbm::request(&connection, &sent).unwrap();
    let url = format!(
        "https://us-rcsbusinessmessaging.example/v1/phones/+16001234567/agentMessages?messageId={ID}&agentId=agent%40rbm.goog"
    );
    assert_eq!(request.url().as_str(), url);
    assert_eq!(header(&request, "authorization"), "Bearer ya29.secret");
    assert_eq!(body(&request), json!({"contentMessage": {"text": "Hi"}, "ttl": "3600s"}));
    let debug = format!("{connection:?} {request:?}");
    assert!(!debug.contains("ya29.secret") && !debug.contains("1600"), "{debug}");
}

#[test]
fn a_text_has_its_buttons_as_suggestions() {
    let channel = rcs(json!({"messageComponents": [
        {"type": "body", "content": "Hi ${{1}}"},
        {"type": "button", "index": 2, "sub_type": "phone_number", "content": "Call", "phone_number": "+14155550100"},
        {"type": "button", "index": 0, "sub_type": "quick_reply", "content": "Yes"},
        {"type": "button", "index": 1, "sub_type": "url", "content": "Open", "url": "https://a.example/${{2}}"},
    ]}));
    let expected = json!({"contentMessage": {"text": "Hi Ann", "suggestions": [
        {"reply": {"text": "Yes", "postbackData": "Yes"}},
        {"action": {"text": "Open", "postbackData": "Open", "openUrlAction": {"url": "https://a.example/7"}}},
        {"action": {"text": "Call", "postbackData": "Call", "dialAction": {"phoneNumber": "+14155550100"}}},
    ]}});
    assert_eq!(request_body(&channel, &["1=Ann", "2=7"]), Ok(expected));
}

#[test]
fn a_card_has_its_media_where_the_handoff_places_it() {
    for (orientation, media, in_card, in_media) in [
        ("VERTICAL", json!({"height": "short"}), None, Some("SHORT")),
        ("VERTICAL", json!({}), None, Some("MEDIUM")),
        ("VERTICAL", json!({"height": "TALL"}), None, Some("TALL")),
        ("HORIZONTAL", json!({}), Some("LEFT"), None),
        ("HORIZONTAL", json!({"thumbnailImageAlignment": "right"}), Some("RIGHT"), None),
    ] {
        let mut component = json!({"type": "media", "content": "https://a.example/i.png"});
        component.as_object_mut().unwrap().extend(media.as_object().unwrap().clone());
        let channel = rcs(json!({"cardOrientation": orientation, "messageComponents": [
            {"type": "body", "title": "Sale", "content": "Today"}, component,
            {"type": "button", "index": 0, "sub_type": "quick_reply", "content": "Yes"}]}));
        let mut media = json!({"contentInfo": {"fileUrl": "https://a.example/i.png"}});
        let mut card = json!({"cardOrientation": orientation});
        if let Some(height) = in_media {
            media["height"] = height.into();
        }
        if let Some(alignment) = in_card {
            card["thumbnailImageAlignment"] = alignment.into();
        }
        card["cardContent"] = json!({"title": "Sale", "description": "Today", "media": media,
            "suggestions": [{"reply": {"text": "Yes", "postbackData": "Yes"}}]});
        let expected = json!({"contentMessage": {"richCard": {"standaloneCard": card}}});
        assert_eq!(request_body(&channel, &[]), Ok(expected), "{orientation}");
    }
}

#[test]
fn a_file_is_sent_by_its_url_and_only_one() {
    let file = json!({"type": "media", "content": "https://a.example/i.png"});
    let one = request_body(&rcs(json!({"messageComponents": [file]})), &[]);
    assert_eq!(one, Ok(json!({"contentMessage": {"contentInfo": {"fileUrl": "https://a.example/i.png"}}})));
    let two = request_body(&rcs(json!({"messageComponents": [file, file]})), &[]);
    assert_eq!(two, Err("rbm cannot send more than one file in a message".to_owned()));
}

#[test]
fn contents_that_google_rejects_are_not_sent() {
    let body = |content: &str| json!({"type": "body", "content": content});
    for (components, expected) in [
        (json!([body("")]), "the message has no content"),
        (json!([body(&"a".repeat(3073))]), "the text is longer than 3072 characters"),
        (
            json!([body("Hi"), {"type": "button", "sub_type": "share", "content": "x"}]),
            "rbm cannot send a button of an unknown type",
        ),
    ] {
        let rejected = request_body(&rcs(json!({"messageComponents": components})), &[]);
        assert_eq!(rejected, Err(expected.to_owned()));
    }
    let wa = json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": []});
    assert_eq!(request_body(&wa, &[]), Err("rbm cannot send a WhatsApp template".to_owned()));
}
