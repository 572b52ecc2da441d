//! Requests of the relay.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::WebhookSecret;
use outbound_connectors::relay;
use outbound_reporting::{Address, Text};
use serde_json::json;

use crate::support::{ID, body, channel, header, values};

fn address(text: &str) -> Address {
    Address::new(Text::new("recipient", text.to_owned()).unwrap())
}

fn filled(assignments: &[&str]) -> Result<relay::RelayMessage, String> {
    let inapp = channel(&json!({"type": "inapp", "appNames": ["shop"], "messageComponents": [
        {"type": "text", "messageText": "Hi ${{1}}", "variables": ["1"]}]}));
    let account = "12345678".parse().unwrap();
    relay::RelayMessage::fill(
        ID.parse().unwrap(),
        account,
        address("consumer-7"),
        &inapp,
        &values(assignments),
    )
    .map_err(|error| error.to_string())
}

#[test]
fn a_message_is_signed_like_a_webhook() {
    let [key, old_key] = [[1; 32], [2; 32]];
    let secret = |key: &[u8]| WebhookSecret::from_bytes(key).unwrap();
    let url = "https://brand.example/hook".parse().unwrap();
    let connection = relay::Connection::new(url, secret(&key), Some(secret(&old_key)));
    let at = "2026-11-28T10:00:00.500Z".parse().unwrap();
    let request = relay::request(&connection, &filled(&["1=Ann"]).unwrap(), at);
    assert_eq!(request.url().as_str(), "https://brand.example/hook");
    let id = format!("msg_{ID}");
    assert_eq!(header(&request, "webhook-id"), id);
    assert_eq!(header(&request, "webhook-timestamp"), "1795860000");
    let signed = format!("{id}.1795860000.{}", String::from_utf8_lossy(request.body()));
    let expected = [key, old_key].map(|key| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
        format!("v1,{}", STANDARD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())))
    });
    assert_eq!(header(&request, "webhook-signature"), expected.join(" "));
    let body = body(&request);
    assert_eq!(body["type"], "message.send");
    assert_eq!(body["timestamp"], "2026-09-14T09:00:00.112Z", "the time of the attempt in reports");
    assert_eq!(body["data"]["account"], "12345678");
    assert_eq!(body["data"]["messageId"], ID);
    assert_eq!(body["data"]["recipient"], "consumer-7");
    assert_eq!(body["data"]["message"]["preview"]["type"], "inapp");
    assert_eq!(body["data"]["message"]["preview"]["message"]["text"], "Hi Ann");
    let debug = format!("{connection:?} {request:?}");
    assert!(!debug.contains("consumer-7") && !debug.contains("Ann"), "{debug}");
}

#[test]
fn every_placeholder_needs_a_value() {
    assert_eq!(filled(&[]).err().unwrap(), "values are missing: 1");
}
