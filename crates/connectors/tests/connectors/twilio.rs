//! Requests to Twilio.

use std::time::Duration;

use outbound_auth::Secret;
use outbound_connectors::{OutgoingMessage, twilio};
use serde_json::json;

use crate::support::{ID, fill, header, message, text};

const ACCOUNT: &str = "AC00000000000000000000000000000001";

fn connection(sender: twilio::Sender) -> twilio::Connection {
    twilio::Connection::new(
        "https://api.twilio.example".parse().unwrap(),
        ACCOUNT,
        ("SK1", Secret::new("sk-secret")),
        sender,
        "https://brand.example/callbacks/k7/twilio?x=y".parse().unwrap(),
    )
    .unwrap()
}

fn whatsapp(content_sid: Option<&str>) -> twilio::Sender {
    let number = "+14155550100".parse().unwrap();
    twilio::Sender::WhatsApp { number, content_sid: content_sid.map(str::to_owned) }
}

/// The form of a request.
fn form(sender: twilio::Sender, message: &OutgoingMessage) -> Vec<(String, String)> {
    let request = twilio::request(&connection(sender), message).unwrap();
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Our id is in the query, and retries of status callbacks are requested in the fragment.
const STATUS_CALLBACK: (&str, &str) = (
    "StatusCallback",
    "https://brand.example/callbacks/k7/twilio?x=y&message=01a09f25-0af0-7ca0-9f2c-95aa144c1d0f#rc=3&rp=ct,rt,5xx",
);

#[test]
fn an_sms_request_has_the_documented_form() {
    let sender = || twilio::Sender::Sms("+14155550100".to_owned());
    let request = twilio::request(&connection(sender()), &text("Hi & bye")).unwrap();
    let url = format!("https://api.twilio.example/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    assert_eq!(request.url().as_str(), url);
    assert_eq!(header(&request, "authorization"), "Basic U0sxOnNrLXNlY3JldA==", "SK1:sk-secret");
    assert_eq!(header(&request, "content-type"), "application/x-www-form-urlencoded");
    let expected =
        pairs(&[("To", "+16001234567"), ("From", "+14155550100"), ("Body", "Hi & bye"), STATUS_CALLBACK]);
    assert_eq!(form(sender(), &text("Hi & bye")), expected);
}

#[test]
fn senders_are_written_as_their_channel_requires() {
    for (sender, expected) in [
        (twilio::Sender::Sms("Acme Bank".to_owned()), [("To", "+16001234567"), ("From", "Acme Bank")]),
        (twilio::Sender::Service("MG1".to_owned()), [("To", "+16001234567"), ("MessagingServiceSid", "MG1")]),
        (whatsapp(None), [("To", "whatsapp:+16001234567"), ("From", "whatsapp:+14155550100")]),
    ] {
        assert_eq!(form(sender, &text("Hi"))[..2], pairs(&expected));
    }
}

#[test]
fn a_template_is_a_content_with_numbered_variables() {
    let wa = json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
        {"type": "header", "sub_type": "image", "content": "https://a.example/{{1}}"},
        {"type": "body", "content": "${{2}} ${{1}}"},
        {"type": "button", "index": 0, "sub_type": "url", "url": "https://a.example/{{1}}"},
    ]});
    let content = || message(fill(&wa, &["header.1=h", "body.1=b1", "body.2=b2", "button0.1=c"]));
    let expected = pairs(&[
        ("To", "whatsapp:+16001234567"),
        ("From", "whatsapp:+14155550100"),
        ("ContentSid", "HX1"),
        ("ContentVariables", r#"{"1":"h","2":"b1","3":"b2","4":"c"}"#),
        STATUS_CALLBACK,
    ]);
    assert_eq!(form(whatsapp(Some("HX1")), &content()), expected);
    for sender in [whatsapp(None), twilio::Sender::Service("MG1".to_owned())] {
        let rejected = twilio::request(&connection(sender), &content()).unwrap_err();
        assert_eq!(rejected.to_string(), "twilio cannot send a WhatsApp template");
    }
}

#[test]
fn the_time_to_deliver_is_within_the_limits() {
    for (seconds, expected) in [(0, "1"), (90, "90"), (1_000_000, "36000")] {
        let message = OutgoingMessage { valid_for: Some(Duration::from_secs(seconds)), ..text("Hi") };
        let form = form(whatsapp(None), &message);
        assert_eq!(form.last().unwrap(), &("ValidityPeriod".to_owned(), expected.to_owned()));
    }
}

#[test]
fn long_and_empty_texts_are_not_sent() {
    let send = |text| twilio::request(&connection(whatsapp(None)), &text).map_err(|error| error.to_string());
    assert_eq!(send(text("")).unwrap_err(), "the message has no content");
    assert_eq!(send(text(&"a".repeat(1601))).unwrap_err(), "the text is longer than 1600 characters");
    assert!(send(text(&"é".repeat(1600))).is_ok());
}

#[test]
fn credentials_and_personal_data_are_not_in_debug_output() {
    let request = twilio::request(&connection(whatsapp(None)), &text("secret text")).unwrap();
    let debug = format!("{:?} {request:?}", connection(whatsapp(None)));
    for secret in ["sk-secret", "c2stc2VjcmV0", "1600", "4155550100", "secret text", ID] {
        assert!(!debug.contains(secret), "{secret}: {debug}");
    }
}
