//! Requests to WhatsApp.

use outbound_auth::Secret;
use outbound_connectors::{Content, meta};
use serde_json::{Value, json};

use crate::support::{ID, body, fill, header, message, text};

fn connection() -> meta::Connection {
    let base_url = "https://graph.example/base".parse().unwrap();
    meta::Connection::new(base_url, "v23.0", "106540352242922", Secret::new("EAAsecret")).unwrap()
}

#[test]
fn a_template_request_has_the_documented_form() {
    let wa = json!({"type": "wa", "language": "en_US", "templatename": "order_ready", "messageComponents": [
        {"type": "header", "sub_type": "image", "content": "{{1}}"},
        {"type": "body", "content": "Hi ${{1}}, your code is ${{2}}"},
        {"type": "button", "index": 0, "sub_type": "url", "url": "https://a.example/{{1}}"},
    ]});
    let assignments = ["header.1=https://a.example/i.png", "body.1=Nancy", "body.2=9999", "button0.1=abc"];
    let request = meta::request(&connection(), &message(fill(&wa, &assignments))).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url().as_str(), "https://graph.example/base/v23.0/106540352242922/messages");
    assert_eq!(header(&request, "authorization"), "Bearer EAAsecret");
    assert_eq!(header(&request, "content-type"), "application/json");
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "16001234567",
        "type": "template", "template": {"name": "order_ready", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://a.example/i.png"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Nancy"}, {"type": "text", "text": "9999"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "abc"}]},
        ]},
        "biz_opaque_callback_data": ID,
    });
    assert_eq!(body(&request), expected);
}

#[test]
fn every_kind_of_header_has_its_parameter() {
    for (sub_type, content, parameter) in [
        ("text", "Hello {{1}}", json!({"type": "text", "text": "v"})),
        (
            "image",
            "https://a.example/{{1}}",
            json!({"type": "image", "image": {"link": "https://a.example/v"}}),
        ),
        ("video", "{{1}}", json!({"type": "video", "video": {"link": "v"}})),
        ("document", "{{1}}", json!({"type": "document", "document": {"link": "v"}})),
    ] {
        let wa = json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
            {"type": "header", "sub_type": sub_type, "content": content}]});
        let request = meta::request(&connection(), &message(fill(&wa, &["1=v"]))).unwrap();
        let components = &body(&request)["template"]["components"];
        assert_eq!(*components, json!([{"type": "header", "parameters": [parameter]}]), "{sub_type}");
    }
}

#[test]
fn a_text_is_sent_as_text() {
    let request = meta::request(&connection(), &text("Hi")).unwrap();
    let body = body(&request);
    assert_eq!((&body["type"], &body["text"]["body"]), (&Value::from("text"), &Value::from("Hi")));
}

#[test]
fn texts_and_contents_that_whatsapp_rejects_are_not_sent() {
    let rcs = json!({"type": "googlercs", "messageComponents": [{"type": "body", "content": "Hi"}]});
    for (message, expected) in [
        (text(" "), "the message has no content"),
        (text(&"é".repeat(4097)), "the text is longer than 4096 characters"),
        (message(fill(&rcs, &[])), "meta cannot send an RCS message"),
    ] {
        assert_eq!(meta::request(&connection(), &message).unwrap_err().to_string(), expected);
    }
    assert!(meta::request(&connection(), &text(&"é".repeat(4096))).is_ok());
}

#[test]
fn settings_that_would_change_the_request_are_rejected() {
    let new = |base: &str, version: &str, id: &str, token: &str| {
        meta::Connection::new(base.parse()?, version, id, Secret::new(token)).map(drop)
    };
    let base = "https://graph.example";
    for (base, version, id, token) in [
        ("ftp://graph.example", "v23.0", "1", "t"),
        ("https://user@graph.example", "v23.0", "1", "t"),
        ("https://graph.example?x", "v23.0", "1", "t"),
        ("graph.example", "v23.0", "1", "t"),
        (base, "", "1", "t"),
        (base, "v23.0", "1 2", "t"),
        (base, "v23.0", "1", ""),
        (base, "v23.0", "1", "t\r\nx: y"),
    ] {
        assert!(new(base, version, id, token).is_err(), "{base} {version} {id} {token}");
    }
    assert!(new(base, "v23.0", "1", "t").is_ok());
    let request = meta::request(
        &meta::Connection::new(base.parse().unwrap(), "v23.0", "../1?", Secret::new("t")).unwrap(),
        &text("Hi"),
    );
    assert_eq!(request.unwrap().url().path(), "/v23.0/..%2F1%3F/messages");
}

#[test]
fn credentials_and_personal_data_are_not_in_debug_output() {
    let request = meta::request(&connection(), &text("secret text")).unwrap();
    let debug = format!("{:?} {:?} {:?}", connection(), request, Content::Text("secret text".to_owned()));
    for secret in ["EAAsecret", "1600", "secret text", ID] {
        assert!(!debug.contains(secret), "{secret}: {debug}");
    }
    assert!(debug.contains("https://graph.example"), "{debug}");
}
