//! Callbacks of Twilio.

use aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::Secret;
use outbound_connectors::{
    Callback, CallbackEvent, ConnectorError, DeliveryStep, ErrorClass, Ignored, InboundContent,
    InboundMessage, KeywordAction, Provider, twilio,
};
use outbound_reporting::Occurrence;

use crate::support::{ID, hmac, only_status};

const TOKEN: &str = "12345";
const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

/// The example in Twilio's documentation of signatures, with the token `12345`.
const DOCUMENTED_FORM: &str =
    "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
const DOCUMENTED_SIGNATURE: &str = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

fn receive(signature: &str, url: &str, body: &str) -> Result<Callback, ConnectorError> {
    twilio::callback(&Secret::new(TOKEN), Some(signature), url, body.as_bytes())
}

fn sign(string: &str) -> String {
    STANDARD.encode(hmac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, TOKEN, string.as_bytes()))
}

/// A callback with these parameters, which are sorted by name, and the URL that our requests contain.
fn callback(parameters: &[(&str, &str)]) -> Callback {
    let url = format!("https://mycompany.com/callbacks/k7/twilio?message={ID}");
    let signed = parameters.iter().fold(url.clone(), |signed, (name, value)| signed + name + value);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(parameters.iter().rev());
    receive(&sign(&signed), &url, &form.finish()).unwrap()
}

#[test]
fn the_documented_signature_is_accepted_in_any_order_of_parameters() {
    let unknown = Ignored { unknown: 0, malformed: 1 };
    let reversed = DOCUMENTED_FORM.split('&').rev().collect::<Vec<_>>().join("&");
    let repeated = format!("{DOCUMENTED_FORM}&Digits=1234");
    for form in [DOCUMENTED_FORM, &reversed, &repeated] {
        let callback = receive(DOCUMENTED_SIGNATURE, URL, form).unwrap();
        assert_eq!(callback, Callback { events: Vec::new(), ignored: unknown }, "a call, not a message");
    }
}

#[test]
fn forged_altered_and_truncated_callbacks_are_rejected() {
    let http = URL.replace("https", "http");
    for (signature, url, form) in [
        ("", URL, DOCUMENTED_FORM),
        ("0/KCTR6DLpKmkAf8muzZqo1nDgR=", URL, DOCUMENTED_FORM),
        ("not base64", URL, DOCUMENTED_FORM),
        (DOCUMENTED_SIGNATURE, URL, &DOCUMENTED_FORM[..90]),
        (DOCUMENTED_SIGNATURE, URL, "CallSid=CA1234567890ABCDE"),
        (DOCUMENTED_SIGNATURE, URL, ""),
        (DOCUMENTED_SIGNATURE, &*DOCUMENTED_FORM.replace("1234", "1235"), DOCUMENTED_FORM),
        (DOCUMENTED_SIGNATURE, "https://mycompany.com/myapp.php?bar=2&foo=1", DOCUMENTED_FORM),
        (DOCUMENTED_SIGNATURE, &*http, DOCUMENTED_FORM),
        (DOCUMENTED_SIGNATURE, "", DOCUMENTED_FORM),
    ] {
        assert_eq!(receive(signature, url, form), Err(ConnectorError::Signature), "{signature} {url} {form}");
    }
    let unsigned = twilio::callback(&Secret::new(TOKEN), None, URL, DOCUMENTED_FORM.as_bytes());
    assert_eq!(unsigned, Err(ConnectorError::Signature));
    let long = "a".repeat(Provider::Twilio.max_callback_bytes() + 1);
    let maximum = Provider::Twilio.max_callback_bytes();
    assert_eq!(receive("x", URL, &long), Err(ConnectorError::CallbackTooLong { maximum }));
}

#[test]
fn the_signed_url_may_have_a_port_or_the_fragment_of_our_requests() {
    let url = "https://mycompany.com/a?b=c";
    for signed in [
        url,
        "https://mycompany.com:443/a?b=c",
        "https://mycompany.com/a?b=c#rc=3&rp=ct,rt,5xx",
        "https://mycompany.com:443/a?b=c#rc=3&rp=ct,rt,5xx",
    ] {
        assert!(receive(&sign(signed), url, "").is_ok(), "{signed}");
    }
    assert!(receive(&sign("https://[::1]/a"), "https://[::1]:8443/a", "").is_ok());
    assert!(receive(&sign("https://[::1]:443/a"), "https://[::1]/a", "").is_ok());
    assert!(receive(&sign("https://mycompany.com:444/a?b=c"), url, "").is_err());
}

#[test]
fn json_is_signed_by_the_hash_in_the_url() {
    let json = r#"{"MessageSid":"SM1","MessageStatus":"delivered"}"#;
    // Computed with Twilio's helper library for Python 9.13.0.
    let hash = "ce8c3c8da52a17f7dd3e526b3b67d41402b438513f6b2faf55189573f2873f02";
    let url = format!("https://mycompany.com/callback?message=x&bodySHA256={hash}");
    let signature = "mxHHtIKrG+lbSWhcO+Q1YPMOCpU=";
    assert_eq!(only_status(&receive(signature, &url, json).unwrap()).step, DeliveryStep::Delivered);
    assert_eq!(receive(signature, &url, &json.replace("delivered", "read")), Err(ConnectorError::Signature));
    assert_eq!(receive(signature, &url.replace(hash, ""), json), Err(ConnectorError::Signature));
    let list_hash = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"[]"));
    let url = format!("https://mycompany.com/?bodySHA256={list_hash}");
    let not_a_callback = ConnectorError::NotACallback { provider: Provider::Twilio };
    assert_eq!(receive(&sign(&url), &url, "[]"), Err(not_a_callback));
}

#[test]
fn every_status_has_its_step() {
    for (name, occurrence) in [
        ("accepted", None),
        ("scheduled", None),
        ("queued", None),
        ("sending", None),
        ("sent", Some(Occurrence::Sent)),
        ("partially_delivered", Some(Occurrence::Sent)),
        ("delivered", Some(Occurrence::Delivered)),
        ("read", Some(Occurrence::Read)),
    ] {
        let callback =
            callback(&[("MessageSid", "SM1"), ("MessageStatus", name), ("To", "whatsapp:+16001234567")]);
        assert_eq!(callback.ignored, Ignored::default(), "{name}");
        let Some(expected) = occurrence else {
            assert_eq!(callback.events, [], "{name}");
            continue;
        };
        let status = only_status(&callback);
        assert_eq!((status.step.occurrence(), status.time), (expected, None), "{name}");
        assert_eq!(status.message_id, Some(ID.parse().unwrap()));
        assert_eq!(status.recipient.as_ref().unwrap().as_str(), "+16001234567");
    }
    let unknown = callback(&[("MessageSid", "SM1"), ("MessageStatus", "warming")]);
    assert_eq!((unknown.events.len(), unknown.ignored), (0, Ignored { unknown: 1, malformed: 0 }));
}

#[test]
fn failures_have_the_keys_of_the_dictionary() {
    for (status, code, key, expected) in [
        ("undelivered", "30003", "twilio_30003", ErrorClass::FinalForRecipient),
        ("failed", "30007", "twilio_30007", ErrorClass::Content),
        ("failed", "21610", "outbound_twilio_21610", ErrorClass::OptOut),
        ("failed", "63016", "twilio_63016", ErrorClass::FinalForRecipient),
        ("failed", "99999", "twilio_99999", ErrorClass::Content),
        ("failed", "", "twilio_unknown", ErrorClass::FinalForRecipient),
        ("canceled", "", "twilio_unknown", ErrorClass::FinalForRecipient),
    ] {
        let callback = callback(&[("ErrorCode", code), ("MessageSid", "SM1"), ("MessageStatus", status)]);
        let DeliveryStep::Failed { error, class } = &only_status(&callback).step else { panic!() };
        assert_eq!((error.to_string().as_str(), *class), (key, expected), "{status} {code}");
    }
}

#[track_caller]
fn inbound(parameters: &[(&str, &str)]) -> InboundMessage {
    let mut callback = callback(parameters);
    match callback.events.pop() {
        Some(CallbackEvent::Inbound(message)) => message,
        other => panic!("{other:?} {:?}", callback.ignored),
    }
}

#[test]
fn messages_of_consumers_have_their_content_and_keyword() {
    for (keyword, expected) in [
        ("STOP", Some(KeywordAction::Stop)),
        ("START", Some(KeywordAction::Start)),
        ("HELP", Some(KeywordAction::Help)),
        ("", None),
        ("LATER", None),
    ] {
        let message = inbound(&[
            ("Body", "Arrêt"),
            ("From", "+16001234567"),
            ("MessageSid", "SM2"),
            ("OptOutType", keyword),
            ("SmsStatus", "received"),
            ("To", "+14155550100"),
        ]);
        assert_eq!(message.keyword, expected, "{keyword}");
        assert!(message.content == InboundContent::Text("Arrêt".to_owned()));
        assert_eq!((message.sender.as_str(), &*message.recipient), ("+16001234567", "+14155550100"));
    }
    let pressed = inbound(&[
        ("Body", "Yes"),
        ("ButtonPayload", "y"),
        ("ButtonText", "Yes"),
        ("From", "whatsapp:+16001234567"),
        ("MessageSid", "SM2"),
        ("OriginalRepliedMessageSid", "SM1"),
        ("SmsStatus", "received"),
        ("To", "whatsapp:+14155550100"),
    ]);
    let button = InboundContent::Button { label: "Yes".to_owned(), payload: "y".to_owned() };
    assert!(pressed.content == button);
    assert_eq!(pressed.in_reply_to.unwrap().as_str(), "SM1");
    let picture = inbound(&[
        ("From", "+16001234567"),
        ("MessageSid", "MM2"),
        ("NumMedia", "1"),
        ("SmsStatus", "received"),
        ("To", "12345"),
    ]);
    assert!(picture.content == InboundContent::Other("media".to_owned()));
}

#[test]
fn messages_without_a_number_and_other_callbacks_are_counted() {
    for (parameters, ignored) in [
        (
            &[("From", "Acme"), ("MessageSid", "SM2"), ("SmsStatus", "received"), ("To", "+14155550100")][..],
            Ignored { unknown: 0, malformed: 1 },
        ),
        (&[("MessageSid", "SM2"), ("SmsStatus", "other")], Ignored { unknown: 1, malformed: 0 }),
        (&[("CallSid", "CA1")], Ignored { unknown: 0, malformed: 1 }),
    ] {
        let callback = callback(parameters);
        assert_eq!((callback.events.len(), callback.ignored), (0, ignored), "{parameters:?}");
    }
}
