//! Reading bodies with many events.

use outbound_reporting::{Batch, Incoming, MAX_BATCH_EVENTS, MAX_EVENT_BYTES};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{attempted, window};

fn results(body: &str) -> Vec<(String, Option<String>)> {
    let items = Batch::read(body.as_bytes(), window()).unwrap().items;
    items.into_iter().map(|i| (i.position.to_string(), i.event.err().map(|e| e.to_string()))).collect()
}

#[test]
fn a_broken_line_is_reported_and_the_others_are_read() {
    let mut lines = vec![attempted().to_string(); 8];
    lines[6] = r#"{"type":"sent","#.to_owned();
    lines[2] = String::new();
    let results = results(&lines.join("\r\n"));
    assert_eq!(results.len(), 7, "empty lines are no events");
    let errors: Vec<_> = results.iter().filter(|(_, error)| error.is_some()).collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, "line 7");
    assert_eq!(
        errors[0].1.as_deref(),
        Some("not valid JSON: EOF while parsing an object at line 7 column 16"),
        "line and column of the body"
    );
}

#[test]
fn an_array_reports_its_elements() {
    let body = json!([attempted(), {"type": "sent"}, {"type": "seen", "colour": 1}]).to_string();
    assert_eq!(
        results(&body),
        [
            ("event 1".to_owned(), None),
            ("event 2".to_owned(), Some("messageId is required".to_owned())),
            ("event 3".to_owned(), None),
        ]
    );
    let items = Batch::read(body.as_bytes(), window()).unwrap().items;
    assert_eq!(items[2].event, Ok(Incoming::UnknownType("seen".to_owned())));
    assert!(Batch::read(b"[{},", window()).unwrap_err().to_string().starts_with("not valid JSON: EOF"));
}

#[test]
fn the_number_of_events_is_limited() {
    let lines = |number| "{}\n".repeat(number);
    assert_eq!(
        Batch::read(lines(MAX_BATCH_EVENTS).as_bytes(), window()).unwrap().items.len(),
        MAX_BATCH_EVENTS
    );
    // What follows the last event that is permitted is not read.
    let array = format!("[{}{{}}, no JSON", "{},".repeat(MAX_BATCH_EVENTS));
    for body in [lines(MAX_BATCH_EVENTS + 1), array] {
        assert_eq!(
            Batch::read(body.as_bytes(), window()).unwrap_err().to_string(),
            "the request has more than 10000 events; send several requests"
        );
    }
}

#[test]
fn the_length_of_an_event_is_limited() {
    let event = |bytes: usize| {
        let mut event = attempted();
        event["unused"] = json!("");
        event["unused"] = json!("x".repeat(bytes - event.to_string().len()));
        event.to_string()
    };
    let (longest, too_long) = (event(MAX_EVENT_BYTES), event(MAX_EVENT_BYTES + 1));
    let error = "the event is longer than 16384 bytes; leave out fields that events do not have".to_owned();
    for body in [format!("{longest}\n{too_long}"), format!("[{longest},{too_long}]")] {
        let errors: Vec<_> = results(&body).into_iter().map(|(_, error)| error).collect();
        assert_eq!(errors, [None, Some(error.clone())]);
    }
}

#[test]
fn a_byte_order_mark_is_ignored() {
    for body in [attempted().to_string(), json!([attempted()]).to_string()] {
        assert_eq!(results(&format!("\u{feff}{body}"))[0].1, None);
    }
}

/// `serde_json::Value` parses the text behind a key that the library reserves for itself, so levels of it add up
/// to more than its limit of nesting.
#[test]
fn nesting_and_reserved_keys_are_not_followed() {
    let nested = (0..11).fold("1".to_owned(), |inside, _| {
        let text = format!("{}{inside}{}", "[".repeat(120), "]".repeat(120));
        json!({"$serde_json::private::RawValue": text}).to_string()
    });
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    for unused in [nested.clone(), deep] {
        let mut event = attempted().to_string();
        event.insert_str(1, &format!(r#""unused":{unused},"#));
        assert!(event.len() < MAX_EVENT_BYTES);
        assert_eq!(results(&event)[0].1, None);
    }
    assert_eq!(results(&nested)[0].1.as_deref(), Some("type is required"));
}

proptest! {
    #[test]
    fn any_body_is_read(body in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Batch::read(&body, window());
        let _ = Batch::read(&[b"[", &body[..]].concat(), window());
    }
}
