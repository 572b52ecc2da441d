//! Callbacks of Google RBM.

use aws_lc_rs::hmac::HMAC_SHA512;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::Secret;
use outbound_connectors::{
    Callback, CallbackEvent, ConnectorError, DeliveryStep, Ignored, InboundContent, Preference, Provider, rbm,
};
use outbound_reporting::Occurrence;
use serde_json::json;

use crate::support::{ID, hmac, only_status};

/// The token in Google's documentation of webhooks.
const TOKEN: &str = "SJENCPGJESMGUFPY";

fn envelope(data: &[u8]) -> Vec<u8> {
    let message = json!({"data": STANDARD.encode(data), "messageId": "9", "publishTime": "…"});
    json!({"message": message, "subscription": "projects/x"}).to_string().into_bytes()
}

fn receive(signature: Option<&str>, body: &[u8]) -> Result<rbm::RbmCallback, ConnectorError> {
    rbm::callback(&Secret::new(TOKEN), signature, body)
}

fn signed(data: &str) -> Callback {
    let signature = STANDARD.encode(hmac(HMAC_SHA512, TOKEN, data.as_bytes()));
    match receive(Some(&signature), &envelope(data.as_bytes())).unwrap() {
        rbm::RbmCallback::Events(callback) => callback,
        set_up @ rbm::RbmCallback::SetUp(_) => panic!("{set_up:?}"),
    }
}

const DELIVERED: &[u8] = br#"{"senderPhoneNumber":"+16001234567","eventType":"DELIVERED","eventId":"e1","messageId":"01a09f25-0af0-7ca0-9f2c-95aa144c1d0f","agentId":"agent@rbm.goog"}"#;

/// Computed with Python's `hmac` over the bytes of [`DELIVERED`].
const SIGNATURE: &str =
    "WD68xOdDHNkKiXA7C9yPAWk/0dslG7eQckUsZtlXxh9EbDUIjrTQcRxtK+8s0o38ynvXJa3qt4pf1qVQoYjdKA==";

#[test]
fn a_signature_that_python_computed_is_accepted() {
    let received = receive(Some(SIGNATURE), &envelope(DELIVERED)).unwrap();
    let rbm::RbmCallback::Events(callback) = received else { panic!() };
    let status = only_status(&callback);
    assert_eq!(status.message_id, Some(ID.parse().unwrap()));
    assert_eq!(status.step, DeliveryStep::Delivered);
    assert_eq!(status.recipient.as_ref().unwrap().as_str(), "+16001234567");
}

#[test]
fn forged_altered_and_truncated_callbacks_are_rejected() {
    let altered = String::from_utf8_lossy(DELIVERED).replace("DELIVERED", "READ");
    for (signature, body) in [
        (None, envelope(DELIVERED)),
        (Some(""), envelope(DELIVERED)),
        (Some("not base64"), envelope(DELIVERED)),
        (Some(&SIGNATURE[4..]), envelope(DELIVERED)),
        (Some(SIGNATURE), envelope(altered.as_bytes())),
        (Some(SIGNATURE), envelope(&DELIVERED[1..])),
        (Some(SIGNATURE), br#"{"message":{"data":"not base64"}}"#.to_vec()),
    ] {
        assert_eq!(receive(signature, &body), Err(ConnectorError::Signature), "{signature:?}");
    }
    for body in [&b""[..], b"{}", b"[]", br#"{"message":5}"#, br#"{"message":{}}"#, br#"{"clientToken":"x"}"#]
    {
        let not_a_callback = ConnectorError::NotACallback { provider: Provider::Rbm };
        assert_eq!(receive(Some(SIGNATURE), body), Err(not_a_callback), "{body:?}");
    }
}

#[test]
fn the_address_is_confirmed_only_with_the_token() {
    let set_up = |token: &str| json!({"clientToken": token, "secret": "1234567890"}).to_string().into_bytes();
    let confirmed = receive(None, &set_up(TOKEN)).unwrap();
    assert!(confirmed == rbm::RbmCallback::SetUp("1234567890".to_owned()));
    assert_eq!(format!("{confirmed:?}"), "SetUp(…)");
    assert_eq!(receive(None, &set_up("wrong")), Err(ConnectorError::Signature));
    let long = json!({"clientToken": TOKEN, "secret": "a".repeat(1025)}).to_string();
    assert!(receive(None, long.as_bytes()).is_err());
}

#[test]
fn every_event_has_its_step() {
    for (name, expected) in [
        ("DELIVERED", Some(Occurrence::Delivered)),
        ("READ", Some(Occurrence::Read)),
        ("IS_TYPING", None),
        ("TTL_EXPIRATION_REVOKE_FAILED", None),
    ] {
        let callback = signed(
            &json!({"senderPhoneNumber": "+16001234567", "eventType": name, "messageId": ID,
            "sendTime": "2026-11-28T10:00:00.123456Z"})
            .to_string(),
        );
        assert_eq!(callback.ignored, Ignored::default());
        let Some(expected) = expected else {
            assert_eq!(callback.events, [], "{name}");
            continue;
        };
        let status = only_status(&callback);
        assert_eq!(status.step.occurrence(), expected);
        assert_eq!(status.time.unwrap().to_string(), "2026-11-28T10:00:00.123Z");
    }
    let expired = signed(
        &json!({"phoneNumber": "+16001234567", "eventType": "TTL_EXPIRATION_REVOKED",
        "messageId": ID})
        .to_string(),
    );
    let status = only_status(&expired);
    let DeliveryStep::Failed { error, .. } = &status.step else { panic!() };
    assert_eq!(error.to_string(), "outbound_rcs_expired");
    assert_eq!(status.recipient.as_ref().unwrap().as_str(), "+16001234567");
}

#[test]
fn preferences_are_reported() {
    for (name, expected) in [("UNSUBSCRIBE", Preference::Stop), ("SUBSCRIBE", Preference::Resume)] {
        let callback = signed(
            &json!({"senderPhoneNumber": "+16001234567", "eventType": name, "eventId": "e",
            "agentId": "agent@rbm.goog"})
            .to_string(),
        );
        let [CallbackEvent::Preference(change)] = callback.events.as_slice() else { panic!("{callback:?}") };
        assert_eq!((change.preference, &*change.sender), (expected, "agent@rbm.goog"));
    }
}

#[test]
fn messages_of_consumers_have_their_content() {
    let button =
        |label: &str, payload: &str| InboundContent::Button { label: label.into(), payload: payload.into() };
    for (more, expected) in [
        (json!({"text": "STOP"}), InboundContent::Text("STOP".to_owned())),
        (json!({"suggestionResponse": {"postbackData": "y", "text": "Yes"}}), button("Yes", "y")),
        (json!({"suggestionResponse": {"postbackData": "y"}}), button("", "y")),
        (json!({"userFile": {"payload": {}}}), InboundContent::Other("userFile".to_owned())),
        (json!({"location": {"latitude": 1}}), InboundContent::Other("location".to_owned())),
    ] {
        let mut event = json!({"senderPhoneNumber": "+16001234567", "eventId": "e", "agentId": "a"});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let callback = signed(&event.to_string());
        let [CallbackEvent::Inbound(inbound)] = callback.events.as_slice() else { panic!("{callback:?}") };
        assert!(inbound.content == expected, "{more}");
    }
}

#[test]
fn unknown_and_malformed_events_are_counted() {
    for (data, ignored) in [
        (json!({"eventType": "WAVES", "messageId": ID}), Ignored { unknown: 1, malformed: 0 }),
        (json!({"newLaunchState": "LAUNCHED", "agentId": "a"}), Ignored { unknown: 1, malformed: 0 }),
        (json!({"eventType": "READ"}), Ignored { unknown: 0, malformed: 1 }),
        (json!({"eventType": "UNSUBSCRIBE"}), Ignored { unknown: 0, malformed: 1 }),
        (json!({"text": "Hi", "messageId": "m"}), Ignored { unknown: 0, malformed: 1 }),
        (json!([]), Ignored { unknown: 0, malformed: 1 }),
    ] {
        let callback = signed(&data.to_string());
        assert_eq!((callback.events.len(), callback.ignored), (0, ignored), "{data}");
    }
}
