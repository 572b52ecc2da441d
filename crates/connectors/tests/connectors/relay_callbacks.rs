//! Callbacks of the relay.

use outbound_auth::{Secret, WebhookSecret};
use outbound_connectors::{
    Callback, CallbackEvent, ConnectorError, DeliveryStep, ErrorClass, Ignored, InboundContent, ProviderId,
    relay,
};
use outbound_model::Timestamp;
use serde_json::{Value, json};

use crate::support::ID;

fn secret() -> WebhookSecret {
    WebhookSecret::derive(&Secret::new("token"))
}

/// Receives a callback that was signed 17 seconds after 1970 began.
fn read_at(seconds: i64, body: &str) -> Result<Callback, ConnectorError> {
    let signature = format!("msg_1 17 {}", secret().sign("msg_1", 17, body));
    relay::callback(&secret(), Some(&signature), body.as_bytes(), Timestamp::EPOCH.plus_seconds(seconds))
}

fn read_text(body: &str) -> Result<Callback, ConnectorError> {
    read_at(17, body)
}

fn read(kind: &str, data: &Value) -> Callback {
    let body = json!({ "type": kind, "timestamp": "2026-11-28T10:00:00.5Z", "data": data });
    read_text(&body.to_string()).unwrap()
}

#[test]
fn statuses_become_steps_of_the_message() {
    for (status, expected) in
        [("sent", DeliveryStep::Sent), ("delivered", DeliveryStep::Delivered), ("read", DeliveryStep::Read)]
    {
        let callback = read("message.status", &json!({ "messageId": ID, "status": status }));
        let [CallbackEvent::Status(event)] = &callback.events[..] else { panic!("{callback:?}") };
        assert_eq!(event.message_id, Some(ID.parse().unwrap()));
        assert_eq!((event.provider_id.as_str(), &event.step), (ID, &expected));
        assert_eq!(event.time.unwrap().to_string(), "2026-11-28T10:00:00.500Z");
    }
    for (code, error) in [(json!("unreachable"), "unreachable"), (Value::Null, "unknown")] {
        let data = json!({ "messageId": ID, "status": "failed", "errorCode": code });
        let callback = read("message.status", &data);
        let [CallbackEvent::Status(event)] = &callback.events[..] else { panic!("{callback:?}") };
        let DeliveryStep::Failed { error: found, class } = &event.step else { panic!("{event:?}") };
        assert_eq!(found.to_string(), format!("outbound_relay_{error}"));
        assert_eq!(*class, ErrorClass::FinalForRecipient);
    }
}

#[test]
fn messages_of_consumers_are_read() {
    let text =
        json!({ "id": "m1", "channel": "inapp", "sender": "member-2048", "text": "Hi", "inReplyTo": ID });
    let button = json!({ "id": "m1", "channel": "apple", "sender": "+16001234567",
        "button": { "label": "Yes", "payload": "y" } });
    let pressed = InboundContent::Button { label: "Yes".to_owned(), payload: "y".to_owned() };
    for (data, sender, content) in
        [(text, "member-2048", InboundContent::Text("Hi".to_owned())), (button, "+16001234567", pressed)]
    {
        let callback = read("message.received", &data);
        let [CallbackEvent::Inbound(message)] = &callback.events[..] else { panic!("{callback:?}") };
        assert_eq!(
            (message.sender.as_str(), &*message.recipient),
            (sender, data["channel"].as_str().unwrap())
        );
        assert!(message.content == content, "{data}");
        assert_eq!(message.in_reply_to.as_ref().map(ProviderId::as_str), data["inReplyTo"].as_str());
        assert!(!format!("{callback:?}").contains(sender));
    }
}

#[test]
fn other_entries_are_ignored_and_counted() {
    let status = |data: Value| ("message.status", data);
    let received = |data: Value| ("message.received", data);
    let long = "x".repeat(129);
    for ((kind, data), unknown) in [
        (("message.other", json!({})), true),
        (status(json!({ "messageId": ID, "status": "seen" })), true),
        (status(json!({ "messageId": ID })), false),
        (status(json!({ "status": "read" })), false),
        (status(json!([])), false),
        (received(json!({ "id": "m1", "channel": "inapp", "sender": "a" })), false),
        (received(json!({ "id": "m1", "channel": "inapp", "sender": "", "text": "Hi" })), false),
        (received(json!({ "id": "m1", "channel": "inapp", "sender": long, "text": "Hi" })), false),
        (received(json!({ "id": "m1", "sender": "a", "text": "Hi" })), false),
        (received(json!({ "channel": "inapp", "sender": "a", "text": "Hi" })), false),
    ] {
        let callback = read(kind, &data);
        let expected = Ignored { unknown: unknown.into(), malformed: (!unknown).into() };
        assert_eq!((callback.events.len(), callback.ignored), (0, expected), "{kind} {data}");
    }
}

/// Otherwise, a recorded callback could be sent again at any time.
#[test]
fn a_callback_is_accepted_for_five_minutes() {
    let body = r#"{"type":"message.other"}"#;
    for (seconds, is_accepted) in
        [(17, true), (17 + 300, true), (17 - 300, true), (17 + 301, false), (17 - 301, false)]
    {
        let result = read_at(seconds, body);
        assert_eq!(result.is_ok(), is_accepted, "{seconds}: {result:?}");
    }
    let error = read_at(318, body).unwrap_err();
    let expected = "the time of the callback differs from the time of this server by more than 300 seconds";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn only_signed_objects_are_accepted() {
    let body = r#"{"type":"message.other"}"#;
    let signature = secret().sign("msg_1", 17, body);
    let now = Timestamp::EPOCH.plus_seconds(17);
    let verify = |header: Option<&str>| relay::callback(&secret(), header, body.as_bytes(), now);
    assert!(verify(Some(&format!("msg_1 17 v1,AAAA {signature}"))).is_ok());
    for header in [
        None,
        Some(""),
        Some(&*signature),
        Some(&*format!("msg_1 18 {signature}")),
        Some(&*format!("msg_2 17 {signature}")),
        Some("msg_1 17 v1,AAAA"),
    ] {
        assert_eq!(verify(header), Err(ConnectorError::Signature), "{header:?}");
    }
    assert!(matches!(read_text("[]"), Err(ConnectorError::NotACallback { .. })));
    let long = format!("{{\"type\":\"{}\"}}", "x".repeat(64 * 1024));
    assert!(matches!(read_text(&long), Err(ConnectorError::CallbackTooLong { .. })));
}
