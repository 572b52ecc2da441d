//! The rules of counting, one message at a time.

use outbound_reporting::{Counts, Funnel, FunnelStep, MessageStatus, Share, Step, changes, counts};
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
        ("cancelled", vec![step("cancelled", 1)], (none, Some("outbound_cancelled"), [0, 1, 0])),
        ("cancelled too late", vec![step("cancelled", 1), step("sent", 2)], (Some("SENT"), none, [1, 0, 0])),
        ("expired", vec![failed(9, "outbound", "expired")], (none, Some("outbound_expired"), [0, 1, 0])),
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
        (step("skipped", 5), "SKIPPED"),
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
}

#[test]
fn nothing_is_counted_before_the_attempt_is_known() {
    let early = row(&[step("read", 3)]);
    assert_eq!(counts(&early), Counts::default());
    assert_eq!(changes(None, &early), []);

    let complete = row(&[step("read", 3), attempted()]);
    let added = changes(Some(&early), &complete);
    assert_eq!(added.len(), 1);
    assert_eq!((added[0].counts.attempted, added[0].counts.sent, added[0].counts.read), (1, 1, 1));
    assert_eq!(changes(Some(&complete), &complete), []);
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

    let moved = changes(Some(&before), &after);
    let attempts: Vec<_> =
        moved.iter().map(|cell| (cell.key.channel.as_str(), cell.counts.attempted)).collect();
    assert_eq!(attempts, [("sms", -1), ("wa", 1)]);
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

#[test]
fn survey_scores_are_rounded_half_up_to_tenths() {
    for (csat_sum, csat_count, tenths) in [(0, 0, 0), (9, 2, 45), (5, 4, 13), (10, 3, 33), (8, 2, 40)] {
        let counts = Counts { csat_sum, csat_count, ..Counts::default() };
        assert_eq!(counts.csat_tenths(), tenths, "{csat_sum} / {csat_count}");
    }
}

#[test]
fn shares_are_0_and_100_percent_only_when_exact() {
    for (part, total, text) in [
        (0, 0, "–"),
        (0, 5, "0.0 %"),
        (1, 1_000_000, "0.1 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 800, "0.1 %"),
        (999_999, 1_000_000, "99.9 %"),
        (5, 5, "100.0 %"),
        (4, 3, "133.3 %"),
        (1_000_001, 1_000_000, "100.1 %"),
    ] {
        assert_eq!(Share { part, total }.to_string(), text, "{part} of {total}");
    }
}

#[test]
fn the_funnel_compares_with_attempts_and_with_the_previous_step() {
    let counts = Counts {
        attempted: 500,
        eligible: 475,
        sent: 450,
        delivered: 300,
        read: 400,
        conversations_created: 200,
        ..Counts::default()
    };
    let funnel = Funnel::new(counts);
    let rows = FunnelStep::ALL.iter().map(|step| {
        let previous = funnel.of_previous(*step).map_or(String::new(), |share| share.to_string());
        format!("{step} {} {} {previous}", funnel.count(*step), funnel.of_attempted(*step))
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            "attempted 500 100.0 % ",
            "eligible 475 95.0 % 95.0 %",
            "sent 450 90.0 % 94.7 %",
            "delivered 300 60.0 % 66.7 %",
            "read 400 80.0 % 133.3 %",
            "conversations 200 40.0 % 50.0 %",
        ]
    );
}
