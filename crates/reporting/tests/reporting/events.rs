//! Reading events: what is accepted, and what an error says.

use outbound_reporting::{DAY, Occurrence, RETENTION_DAYS, ReportingKey, TransactionId};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ATTEMPTED, attempted, event, failed, key, later, read, row, time, window};

fn changed(mut event: Value, field: &str, value: Value) -> Value {
    event[field] = value;
    event
}

fn error(event: &Value) -> String {
    read(event).unwrap_err().to_string()
}

#[test]
fn errors_name_the_field_and_what_to_send() {
    let without = |field: &str| changed(attempted(), field, Value::Null);
    let late = |field: &str, value: Value| changed(later("sent", 1, &json!({})), field, value);
    for (event, message) in [
        (json!([]), "event: expected an object, found an array"),
        (without("type"), "type is required"),
        (without("messageId"), "messageId is required"),
        (without("skill"), "skill is required"),
        (changed(attempted(), "skill", json!(7)), "skill: expected a string, found a number"),
        (changed(attempted(), "app", json!("web")), "app: `web` is unknown; the values are prmsg, c2m"),
        (changed(attempted(), "channel", json!("sms-twilio")), "channel: `sms-twilio` is named `sms` here"),
        (changed(attempted(), "channel", json!("WA")), "channel: `WA` is named `wa` here"),
        (
            changed(attempted(), "channel", json!("fax")),
            "channel: `fax` is unknown; the values are apple, googlercs, inapp, sms, wa",
        ),
        (changed(attempted(), "source", json!("api")), "source: `api` is named `API` here"),
        (
            changed(attempted(), "handoffId", json!("H 1")),
            "handoffId is `H 1`; expected 1 to 64 letters, digits, '_' or '-'",
        ),
        (
            changed(attempted(), "messageId", json!("x".repeat(129))),
            "messageId: expected 1 to 128 characters without control characters",
        ),
        (
            changed(attempted(), "skill", json!("x".repeat(256))),
            "skill: expected 1 to 255 characters without control characters",
        ),
        (
            changed(attempted(), "time", json!(ATTEMPTED + 1)),
            "time is 2026-09-14T09:00:00.113Z and attemptedTime is 2026-09-14T09:00:00.112Z; an `attempted` event \
             has one time, so send one",
        ),
        (late("time", Value::Null), "time is required"),
        (late("attemptedTime", Value::Null), "attemptedTime is required"),
        (
            late("time", json!(1_789_376_401)),
            "time is 1789376401, which looks like seconds; times are in milliseconds: 1789376401000",
        ),
        (
            late("time", json!("1789376401000")),
            "time is `1789376401000`; expected milliseconds since 1970, such as 1789344000000",
        ),
        (late("time", json!(-5)), "time is -5; expected milliseconds since 1970, such as 1789344000000"),
        (later("failed", 1, &json!({"errorSource": "c2m"})), "errorCode is required"),
        (later("conversationClosed", 1, &json!({})), "conversationId is required"),
        (
            later("failed", 1, &json!({"errorSource": "c2m", "errorCode": 14.5})),
            "errorCode is 14.5; expected a whole number",
        ),
        (
            later("failed", 1, &json!({"errorSource": "c2m", "errorCode": true})),
            "errorCode: expected a string or a whole number, found true or false",
        ),
        (later("csat", 1, &json!({"score": 6})), "score is 6; expected a whole number from 1 to 5"),
        (later("csat", 1, &json!({"score": 2.5})), "score is 2.5; expected a whole number"),
    ] {
        assert_eq!(error(&event), message, "{event}");
    }
}

#[test]
fn times_are_neither_in_the_future_nor_older_than_13_months() {
    let now = window().earliest().millis() + RETENTION_DAYS * DAY;
    let sent_at = |time: i64| changed(later("sent", 0, &json!({})), "time", json!(time));
    assert!(read(&sent_at(now + 300_000)).is_ok());
    assert_eq!(
        error(&sent_at(now + 300_001)),
        "time is 2026-09-20T00:05:00.001Z, but it is 2026-09-20T00:00:00.000Z now; correct the clock of the sender"
    );

    let attempted_at =
        |time: i64| changed(changed(attempted(), "attemptedTime", json!(time)), "time", Value::Null);
    assert!(read(&attempted_at(window().earliest().millis())).is_ok());
    assert_eq!(
        error(&attempted_at(window().earliest().millis() - 1)),
        "attemptedTime is 2025-08-18T23:59:59.999Z; data is kept for 13 months, so the earliest time is \
         2025-08-19T00:00:00.000Z"
    );
}

#[test]
fn both_forms_of_times_and_codes_are_read() {
    let rfc3339 = changed(later("sent", 0, &json!({})), "time", json!("2026-09-14T11:00:01+02:00"));
    assert_eq!(event(&rfc3339).time, time(1_789_376_401_000));
    let number = changed(failed(1, "c2m", ""), "errorCode", json!(1400));
    assert_eq!(row(&[attempted(), number]).reported_error().unwrap().to_string(), "c2m_1400");
}

#[test]
fn addresses_are_not_in_debug_output() {
    let event = event(&changed(attempted(), "address", json!("+16001234567")));
    assert!(!format!("{event:?}").contains("16001234567"));
    let Occurrence::Attempted { address: Some(address), .. } = event.occurrence else { panic!("no address") };
    assert_eq!(address.reveal(), "+16001234567");
}

#[test]
fn every_event_of_a_message_finds_its_transaction() {
    let id = |event_of: &Value, key: &ReportingKey, account: &str| {
        event(event_of).transaction_id(key, &account.parse().unwrap())
    };
    let (attempt, sent) = (attempted(), later("sent", 5, &json!({})));
    let expected = id(&attempt, &key(), "12345678");
    assert_eq!(expected, id(&sent, &key(), "12345678"));
    assert_eq!(expected.attempted_at(), time(ATTEMPTED));
    assert_eq!(expected.to_string().as_bytes()[14], b'7', "a UUID of version 7: {expected}");
    assert_eq!(expected.to_string().parse::<TransactionId>().unwrap(), expected);

    // The parts are kept apart: neither id is the other's account and message id, joined.
    let shifted = changed(attempt.clone(), "messageId", json!("8m1"));
    let others = [
        id(&shifted, &key(), "1234567"),
        id(&attempt, &key(), "87654321"),
        id(&attempt, &ReportingKey::new(&[8; 32]), "12345678"),
        id(&changed(attempt.clone(), "messageId", json!("m2")), &key(), "12345678"),
    ];
    assert!(others.iter().all(|other| *other != expected && other.attempted_at() == time(ATTEMPTED)));
}

proptest! {
    /// Each field of an event may have any JSON value.
    #[test]
    fn any_event_is_accepted_or_rejected(
        event_type in prop::sample::select(&["attempted", "failed", "csat", "conversationClosed", "sent"][..]),
        field in prop::sample::select(&["time", "attemptedTime", "messageId", "score", "errorCode", "skill"][..]),
        value in prop_oneof![
            any::<i64>().prop_map(|number| json!(number)),
            any::<f64>().prop_map(|number| json!(number)),
            any::<String>().prop_map(|text| json!(text)),
            Just(json!([{}])),
        ],
    ) {
        let event = changed(later(event_type, 1, &json!({})), field, value);
        let message = read(&event).err().map(|error| error.to_string());
        prop_assert!(message.is_none_or(|message| message.chars().count() < 400));
    }
}
