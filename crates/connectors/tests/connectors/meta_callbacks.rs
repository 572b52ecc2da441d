//! Signatures and status callbacks of WhatsApp.

use aws_lc_rs::hmac::HMAC_SHA256;
use outbound_auth::Secret;
use outbound_connectors::{
    Callback, CallbackEvent, ConnectorError, DeliveryStep, ErrorClass, Ignored, Provider, meta,
};
use outbound_model::Timestamp;
use outbound_reporting::Occurrence;
use serde_json::{Value, json};

use crate::support::{ID, hmac, only_status};

const SECRET: &str = "app-secret";

fn signed(body: &[u8]) -> Result<Callback, ConnectorError> {
    let signature = format!("sha256={}", hex::encode(hmac(HMAC_SHA256, SECRET, body)));
    meta::callback(&Secret::new(SECRET), Some(&signature), body)
}

pub(crate) fn change(field: &str, value: Value) -> Callback {
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": field, "value": value}]}]});
    signed(body.to_string().as_bytes()).unwrap()
}

fn statuses(statuses: Value) -> Callback {
    change("messages", json!({"metadata": {"phone_number_id": "106540352242922"}, "statuses": statuses}))
}

fn status(name: &str, more: Value) -> Value {
    let mut status = json!({"id": "wamid.1", "status": name, "timestamp": "1764340000",
        "recipient_id": "16001234567", "biz_opaque_callback_data": ID});
    status.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    status
}

const EVENT: &[u8] = br#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBg1","status":"delivered","timestamp":"1764340000","recipient_id":"16001234567","biz_opaque_callback_data":"01a09f25-0af0-7ca0-9f2c-95aa144c1d0f"}]},"field":"messages"}]}]}"#;

/// Computed with `openssl dgst -sha256 -hmac app-secret` over the bytes of [`EVENT`].
const SIGNATURE: &str = "sha256=83c868f9d594034fe7f3a995bd2ec6b27bf9b068370e6e9e1c4145e2f42a6ad0";

#[test]
fn a_signature_that_openssl_computed_is_accepted() {
    let callback = meta::callback(&Secret::new(SECRET), Some(SIGNATURE), EVENT).unwrap();
    let status = only_status(&callback);
    assert_eq!(status.message_id, Some(ID.parse().unwrap()));
    assert_eq!(status.provider_id.as_str(), "wamid.HBg1");
    assert_eq!(status.recipient.as_ref().unwrap().as_str(), "+16001234567");
    assert_eq!(status.time.unwrap().to_string(), "2025-11-28T14:26:40.000Z");
    assert_eq!(status.step, DeliveryStep::Delivered);
    assert_eq!(callback.ignored, Ignored::default());
}

#[test]
fn forged_altered_and_truncated_callbacks_are_rejected() {
    let altered = EVENT.to_ascii_uppercase();
    let other = format!("sha256={}", hex::encode(hmac(HMAC_SHA256, "other", EVENT)));
    for (signature, body) in [
        (None, EVENT),
        (Some(""), EVENT),
        (Some("sha256="), EVENT),
        (Some(&SIGNATURE[7..]), EVENT),
        (Some(&SIGNATURE[..69]), EVENT),
        (Some(&*SIGNATURE.replace("sha256", "sha1")), EVENT),
        (Some(&*other), EVENT),
        (Some(SIGNATURE), &*altered),
        (Some(SIGNATURE), &EVENT[..EVENT.len() - 1]),
        (Some(SIGNATURE), b""),
    ] {
        let rejected = meta::callback(&Secret::new(SECRET), signature, body);
        assert_eq!(rejected, Err(ConnectorError::Signature), "{signature:?}");
    }
    let long = vec![b' '; Provider::Meta.max_callback_bytes() + 1];
    assert_eq!(signed(&long), Err(ConnectorError::CallbackTooLong { maximum: long.len() - 1 }));
}

#[test]
fn every_status_has_its_step() {
    for (name, occurrence) in [
        ("sent", Some(Occurrence::Sent)),
        ("delivered", Some(Occurrence::Delivered)),
        ("read", Some(Occurrence::Read)),
        ("played", Some(Occurrence::Read)),
        ("deleted", None),
    ] {
        let callback = statuses(json!([status(name, json!({}))]));
        let steps: Vec<_> = callback.events.iter().map(occurrence_of).collect();
        assert_eq!(steps, Vec::from_iter(occurrence), "{name}");
        assert_eq!(callback.ignored, Ignored::default(), "{name}");
    }
}

fn occurrence_of(event: &CallbackEvent) -> Occurrence {
    match event {
        CallbackEvent::Status(status) => status.step.occurrence(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_has_the_first_error() {
    for (errors, key, expected) in [
        (json!([{"code": 131_026}, {"code": 131_050}]), "outbound_wa_131026", ErrorClass::FinalForRecipient),
        (json!([{"code": 131_049, "title": "x"}]), "outbound_wa_131049", ErrorClass::FinalForRecipient),
        (json!([{"code": 131_050}]), "outbound_wa_131050", ErrorClass::OptOut),
        (json!([{"code": 999_999}]), "outbound_wa_999999", ErrorClass::Content),
        (json!([{"code": "text"}]), "outbound_wa_unknown", ErrorClass::Content),
        (json!([]), "outbound_wa_unknown", ErrorClass::Content),
        (json!("none"), "outbound_wa_unknown", ErrorClass::Content),
    ] {
        let callback = statuses(json!([status("failed", json!({"errors": errors}))]));
        let DeliveryStep::Failed { error, class } = &only_status(&callback).step else { panic!() };
        assert_eq!((error.to_string().as_str(), *class), (key, expected));
    }
}

#[test]
fn a_bad_entry_does_not_reject_its_batch() {
    let callback = statuses(json!([
        status("sent", json!({"timestamp": 1_764_340_000})),
        5,
        {"status": "sent"},
        status("sent", json!({"id": ""})),
        status("warming", json!({})),
        status("read", json!({"timestamp": [], "recipient_id": "x", "biz_opaque_callback_data": 7, "new": {}})),
        status("sent", json!({"timestamp": "1764340000123"})),
    ]));
    let times: Vec<_> = callback
        .events
        .iter()
        .map(|event| match event {
            CallbackEvent::Status(status) => {
                (status.time.map(Timestamp::millis), status.message_id.is_some())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(times, [(Some(1_764_340_000_000), true), (None, false), (Some(1_764_340_000_123), true)]);
    assert_eq!(callback.ignored, Ignored { unknown: 1, malformed: 3 });
}

#[test]
fn bad_and_unknown_changes_do_not_reject_the_others() {
    let value = json!({"statuses": [status("sent", json!({}))]});
    let body = json!({"entry": [
        7,
        {"id": "1"},
        {"changes": [{"field": "account_update", "value": {}}, {"value": value}, {"field": "messages"}]},
        {"changes": [{"value": {"errors": [{"code": 130_429}], "statuses": [status("read", json!({}))]},
            "field": "messages"}]},
    ]});
    let callback = signed(body.to_string().as_bytes()).unwrap();
    assert_eq!(only_status(&callback).step, DeliveryStep::Read);
    assert_eq!(callback.ignored, Ignored { unknown: 3, malformed: 2 });
    assert_eq!(signed(b"[]"), Err(ConnectorError::NotACallback { provider: Provider::Meta }));
}

#[test]
fn repeated_and_reordered_statuses_are_reported_as_they_are() {
    let repeated = statuses(json!([
        status("read", json!({})),
        status("delivered", json!({})),
        status("delivered", json!({})),
    ]));
    let steps: Vec<_> = repeated.events.iter().map(occurrence_of).collect();
    assert_eq!(steps, [Occurrence::Read, Occurrence::Delivered, Occurrence::Delivered]);
}

#[test]
fn the_address_is_confirmed_only_with_the_token() {
    let answer = |query: &str| meta::answer_subscription(query, &Secret::new("my token"));
    let not_a_callback = Err(ConnectorError::NotACallback { provider: Provider::Meta });
    for (query, expected) in [
        (
            "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my+token",
            Ok("1158201444".to_owned()),
        ),
        ("hub.verify_token=my%20token&hub.challenge=7&hub.mode=subscribe&x=y", Ok("7".to_owned())),
        ("hub.mode=subscribe&hub.challenge=7&hub.verify_token=wrong", Err(ConnectorError::Signature)),
        ("hub.mode=subscribe&hub.challenge=7", Err(ConnectorError::Signature)),
        ("hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=my+token", not_a_callback.clone()),
        ("hub.mode=unsubscribe&hub.challenge=7&hub.verify_token=my+token", not_a_callback.clone()),
        ("hub.mode=subscribe&hub.verify_token=my+token", not_a_callback.clone()),
        ("", not_a_callback),
    ] {
        assert_eq!(answer(query), expected, "{query}");
    }
    let empty =
        meta::answer_subscription("hub.mode=subscribe&hub.challenge=7&hub.verify_token=", &Secret::new(""));
    assert_eq!(empty, Err(ConnectorError::Signature), "a token that is not set matches nothing");
}
