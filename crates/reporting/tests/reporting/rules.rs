//! The rules of counting, one message at a time.

use outbound_model::HandoffId;
use outbound_reporting::{Counts, MessageStatus, Step, TransactionV2, cell, changes, counts};
use serde_json::{Value, json};

use crate::support::{attempted, failed, later, row, time};

fn step(name: &str, seconds: i64) -> Value {
    later(name, seconds, &json!({}))
}

fn conversation(name: &str, seconds: i64, id: &str) -> Value {
    later(name, seconds, &json!({"conversationId": id}))
}

/// Status, reported error, and what is counted in sent, failed and pending.
fn summary(events: &[Value]) -> (Option<&'static str>, Option<String>, [i64; 3]) {
    let row = row(events);
    let counts = counts(&row);
    let error = row.reported_error().map(|error| error.to_string());
    (row.status().map(MessageStatus::as_str), error, [counts.sent, counts.failed, counts.pending()])
}

#[test]
fn status_error_and_failed_follow_from_the_events() {
    let none = None;
    for (name, events, expected) in [
        ("pending", vec![], (none, none, [0, 0, 1])),
        ("eligible", vec![step("eligible", 1)], (none, none, [0, 0, 1])),
        ("sent", vec![step("sent", 1)], (Some("SENT"), none, [1, 0, 0])),
        ("delivered", vec![step("delivered", 1), step("sent", 2)], (Some("DELIVERED"), none, [1, 0, 0])),
        ("read without delivered", vec![step("read", 1)], (Some("READ"), none, [1, 0, 0])),
        (
            "reply without read",
            vec![conversation("conversationCreated", 3, "c")],
            (Some("RESPONDED"), none, [1, 0, 0]),
        ),
        ("failed", vec![failed(1, "c2m", "1400")], (Some("FAILED"), Some("c2m_1400"), [0, 1, 0])),
        (
            "late failure",
            vec![step("sent", 1), failed(90, "twilio", "30003")],
            (Some("FAILED"), Some("twilio_30003"), [1, 0, 0]),
        ),
        ("skipped", vec![step("skipped", 1)], (Some("SKIPPED"), none, [0, 1, 0])),
        (
            "skipped and cancelled",
            vec![step("skipped", 1), step("cancelled", 2)],
            (Some("SKIPPED"), none, [0, 1, 0]),
        ),
        (
            "skipped and failed",
            vec![step("skipped", 1), failed(2, "c2m", "1400")],
            (Some("FAILED"), Some("c2m_1400"), [0, 1, 0]),
        ),
        ("cancelled", vec![step("cancelled", 1)], (none, Some("outbound_cancelled"), [0, 1, 0])),
        ("cancelled too late", vec![step("cancelled", 1), step("sent", 2)], (Some("SENT"), none, [1, 0, 0])),
        ("expired", vec![failed(9, "outbound", "expired")], (none, Some("outbound_expired"), [0, 1, 0])),
        (
            "a failure hidden by an expiry",
            vec![failed(2, "outbound", "expired"), failed(9, "c2m", "1400")],
            (Some("FAILED"), Some("c2m_1400"), [0, 1, 0]),
        ),
        (
            "failed as cancelled",
            vec![failed(9, "outbound", "cancelled")],
            (none, Some("outbound_cancelled"), [0, 1, 0]),
        ),
        (
            "skipped too late",
            vec![step("skipped", 1), step("sent", 2), step("delivered", 3)],
            (Some("DELIVERED"), none, [1, 0, 0]),
        ),
        (
            "expired, but sent",
            vec![failed(9, "outbound", "expired"), step("delivered", 9)],
            (Some("DELIVERED"), none, [1, 0, 0]),
        ),
    ] {
        let events: Vec<_> = [attempted()].into_iter().chain(events).collect();
        let (status, error, numbers) = expected;
        assert_eq!(summary(&events), (status, error.map(str::to_owned), numbers), "{name}");
    }
}

#[test]
fn failed_outranks_every_other_status() {
    let mut events = vec![attempted()];
    for (event, status) in [
        (step("sent", 1), "SENT"),
        (step("delivered", 2), "DELIVERED"),
        (step("read", 3), "READ"),
        (conversation("conversationCreated", 4, "c"), "RESPONDED"),
        (failed(6, "twilio", "5008"), "FAILED"),
    ] {
        events.push(event);
        assert_eq!(summary(&events).0, Some(status));
    }
}

#[test]
fn only_error_1001_of_the_vendor_is_ineligible() {
    for (source, code, eligible) in
        [("proactive", "1001", 0), ("c2m", "1001", 0), ("twilio", "1001", 1), ("outbound_twilio", "21614", 1)]
    {
        assert_eq!(
            counts(&row(&[attempted(), failed(1, source, code)])).eligible,
            eligible,
            "{source}_{code}"
        );
    }
    assert_eq!(counts(&row(&[attempted(), step("skipped", 1)])).eligible, 1);
    let sent = counts(&row(&[attempted(), failed(1, "c2m", "1001"), step("sent", 2)]));
    assert_eq!((sent.eligible, sent.sent), (1, 1), "the consumer could receive the message");
}

#[test]
fn skipped_messages_that_were_sent_are_not_skipped() {
    let skipped = row(&[attempted(), step("skipped", 1)]);
    assert_eq!((counts(&skipped).skipped, counts(&skipped).failed), (1, 1));
    let sent = row(&[attempted(), step("skipped", 1), step("read", 2)]);
    assert_eq!((counts(&sent).skipped, counts(&sent).failed), (0, 0));
}

#[test]
fn the_failed_time_is_that_of_the_reported_error() {
    let failed_time = |events: &[Value]| {
        let events: Vec<_> = [attempted()].into_iter().chain(events.iter().cloned()).collect();
        let row = row(&events);
        let json = serde_json::to_value(TransactionV2::new(&row).unwrap()).unwrap();
        assert_eq!(
            json["failedTime"].is_null(),
            json["errorCode"].is_null() || json["errorCode"] == "cancelled"
        );
        json["failedTime"].as_str().map(str::to_owned)
    };
    let expired = failed(2, "outbound", "expired");
    let two = [failed(9, "c2m", "1400"), expired.clone()];
    assert_eq!(failed_time(&two).as_deref(), Some("2026-09-14T09:00:09.112Z"));
    assert_eq!(failed_time(std::slice::from_ref(&expired)).as_deref(), Some("2026-09-14T09:00:02.112Z"));
    assert_eq!(failed_time(&[expired.clone(), step("sent", 3)]), None);
    assert_eq!(failed_time(&[expired, step("skipped", 3)]), None);
    assert_eq!(failed_time(&[failed(2, "outbound", "cancelled")]), None);
}

#[test]
fn nothing_is_counted_before_the_attempt_is_known() {
    let early = row(&[step("read", 3)]);
    assert_eq!(counts(&early), Counts::default());
    assert_eq!(changes(None, cell(&early)), []);

    let complete = row(&[step("read", 3), attempted()]);
    let added = changes(cell(&early), cell(&complete));
    assert_eq!(added.len(), 1);
    assert_eq!((added[0].counts.attempted, added[0].counts.sent, added[0].counts.read), (1, 1, 1));
    assert_eq!(changes(cell(&complete), cell(&complete)), []);
}

#[test]
fn the_earliest_time_of_each_step_is_kept() {
    let row = row(&[attempted(), step("read", 7), step("read", 5), step("delivered", 6), step("read", 9)]);
    let attempt = row.id.attempted_at().millis();
    assert_eq!(row.times.get(Step::Read), Some(time(attempt + 5000)));
    assert_eq!(row.times.sent(), Some(time(attempt + 5000)), "the first event that proves it");
    assert_eq!(row.times.get(Step::Sent), None);
}

#[test]
fn error_conversation_and_score_are_those_of_the_earliest_event() {
    let csat = |seconds, score: i64| later("csat", seconds, &json!({"score": score}));
    let events = [
        attempted(),
        failed(8, "twilio", "30003"),
        failed(4, "twilio", "30005"),
        failed(4, "twilio", "30004"),
        conversation("conversationClosed", 6, "late"),
        conversation("conversationCreated", 5, "early"),
        csat(9, 1),
        csat(8, 4),
    ];
    let row = row(&events);
    assert_eq!(row.reported_error().unwrap().to_string(), "twilio_30004", "the smaller of two at one time");
    assert_eq!(row.conversation_id.as_ref().unwrap().as_str(), "early");
    assert_eq!(row.score, Some(4));
}

#[test]
fn a_message_moves_to_another_cell_when_its_route_changes() {
    // In the order of names, `sms` would win.
    let (mut initial, mut fallback) = (attempted(), attempted());
    initial["channel"] = json!("sms");
    fallback["initialChannel"] = json!("sms");
    let (before, after) = (row(&[initial.clone()]), row(&[initial.clone(), fallback.clone()]));
    assert_eq!(after, row(&[fallback, initial]));

    let moved = changes(cell(&before), cell(&after));
    let attempts: Vec<_> =
        moved.iter().map(|cell| (cell.key.channel.as_str(), cell.counts.attempted)).collect();
    assert_eq!(attempts, [("sms", -1), ("wa", 1)]);
}

#[test]
fn a_fallback_brings_its_own_handoff() {
    let (mut initial, mut fallback) = (attempted(), attempted());
    initial["channel"] = json!("sms");
    initial["handoffId"] = json!("H1");
    initial["proactiveCampaignId"] = json!("c1");
    fallback["initialChannel"] = json!("sms");
    for handoff in [Some("H2"), None] {
        fallback["handoffId"] = json!(handoff);
        let row_after = row(&[initial.clone(), fallback.clone()]);
        assert_eq!(row_after, row(&[fallback.clone(), initial.clone()]));
        let attempt = row_after.attempt.unwrap();
        assert_eq!(attempt.handoff_id.as_ref().map(HandoffId::as_str), handoff);
        assert_eq!(attempt.campaign_id.unwrap().as_str(), "c1");
    }
}

#[test]
fn later_knowledge_of_an_attempt_is_added() {
    let mut complete = attempted();
    complete["handoffId"] = json!("H1");
    complete["proactiveCampaignId"] = json!("c1");
    let row = row(&[attempted(), complete, attempted()]);
    let attempt = row.attempt.unwrap();
    assert_eq!(attempt.handoff_id.unwrap().as_str(), "H1");
    assert_eq!(attempt.campaign_id.unwrap().as_str(), "c1");
    assert_eq!(attempt.route.initial_skill.as_str(), "sales");
}
