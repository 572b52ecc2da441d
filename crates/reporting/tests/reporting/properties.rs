//! Properties of counting: any events, in any order, duplicated, and split over batches.

use std::collections::BTreeMap;

use outbound_reporting::{CellKey, Counts, Event, HOUR, Transaction, TransactionId, cell, counts};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ATTEMPTED, Store, event, key};

const STEPS: [&str; 9] =
    ["eligible", "invited", "sent", "delivered", "read", "skipped", "cancelled", "optIn", "optOut"];
const ERRORS: [(&str, &str); 6] = [
    ("proactive", "1001"),
    ("twilio", "30003"),
    ("twilio", "1001"),
    ("outbound", "expired"),
    ("outbound", "cancelled"),
    ("outbound_wa", "470"),
];

/// An event of one of three messages, without its type's details.
fn event_of(event_type: &str, message: u8, seconds: i64) -> Value {
    let attempted = ATTEMPTED + i64::from(message) * HOUR;
    json!({"type": event_type, "messageId": format!("m{message}"), "attemptedTime": attempted,
        "time": attempted + seconds * 1000})
}

fn with(mut event: Value, details: &Value) -> Value {
    event.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
    event
}

/// Every field of `attempted` events. Empty strings are unknown values.
fn details_of_attempts() -> impl Strategy<Value = Value> {
    let one_of = |values: &'static [&'static str]| prop::sample::select(values);
    let route = (
        one_of(&["prmsg", "c2m"]),
        one_of(&["sms", "wa"]),
        one_of(&["", "sms", "wa"]),
        one_of(&["billing", "sales"]),
        one_of(&["", "billing", "sales"]),
        one_of(&["API", "UI"]),
    );
    let ids = (
        one_of(&["", "H1", "H2"]),
        one_of(&["", "c1", "c2"]),
        one_of(&["", "100", "200"]),
        one_of(&["", "+16001234567", "+16001234568"]),
    );
    (route, ids).prop_map(|((app, channel, initial_channel, skill, initial_skill, source), ids)| {
        let (handoff, campaign, ivr_number, address) = ids;
        json!({"app": app, "channel": channel, "initialChannel": initial_channel, "skill": skill,
            "initialSkill": initial_skill, "source": source, "handoffId": handoff,
            "proactiveCampaignId": campaign, "ivrNumber": ivr_number, "address": address})
    })
}

/// Few values, so that events often contradict each other.
fn events() -> impl Strategy<Value = Vec<Value>> {
    let message = 0_u8..3;
    let seconds = 0_i64..4;
    let attempt = (message.clone(), details_of_attempts())
        .prop_map(|(message, details)| with(event_of("attempted", message, 0), &details));
    let step = (message.clone(), seconds.clone(), prop::sample::select(&STEPS[..]))
        .prop_map(|(message, seconds, step)| event_of(step, message, seconds));
    let failed = (message.clone(), seconds.clone(), prop::sample::select(&ERRORS[..])).prop_map(
        |(message, seconds, (source, code))| {
            with(event_of("failed", message, seconds), &json!({"errorSource": source, "errorCode": code}))
        },
    );
    let conversation = (message.clone(), seconds.clone(), any::<bool>(), 0..2).prop_map(
        |(message, seconds, created, id)| {
            let event_type = if created { "conversationCreated" } else { "conversationClosed" };
            with(event_of(event_type, message, seconds), &json!({"conversationId": format!("c{id}")}))
        },
    );
    let csat = (message, seconds, 1..=5).prop_map(|(message, seconds, score)| {
        with(event_of("csat", message, seconds), &json!({"score": score}))
    });
    prop::collection::vec(
        prop_oneof![2 => attempt, 4 => step, 2 => failed, 2 => conversation, 1 => csat],
        1..25,
    )
}

/// The events, and the same events in another order, with duplicates, and the sizes of its batches.
fn arrivals() -> impl Strategy<Value = (Vec<Value>, Vec<Value>, Vec<usize>)> {
    events().prop_flat_map(|events| {
        let arrived: Vec<_> = events.iter().chain(events.iter().step_by(2)).cloned().collect();
        (Just(events), Just(arrived).prop_shuffle(), prop::collection::vec(1_usize..6, 1..20))
    })
}

fn identified(values: &[Value]) -> Vec<(TransactionId, Event)> {
    let account = "12345678".parse().unwrap();
    let events = values.iter().map(event);
    events.map(|event| (event.transaction_id(&key(), &account), event)).collect()
}

fn store(values: &[Value], batch_sizes: &[usize]) -> Store {
    let mut store = Store::default();
    let events = identified(values);
    let mut rest = &events[..];
    for size in batch_sizes.iter().cycle() {
        let (batch, after) = rest.split_at((*size).min(rest.len()));
        store.apply(batch.iter().map(|(id, event)| (*id, event)));
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    store
}

/// The counts and the error of one message, written down from the documentation and not from the code: it looks at
/// all events at once.
fn model(events: &[&Value]) -> (Counts, Option<String>) {
    let has = |names: &[&str]| events.iter().any(|event| names.contains(&event["type"].as_str().unwrap()));
    let of_type = |name| events.iter().filter(move |event| event["type"] == name);
    let text = |event: &Value, field: &str| event[field].as_str().unwrap().to_owned();
    if !has(&["attempted"]) {
        return (Counts::default(), None);
    }
    let errors: Vec<_> = of_type("failed")
        .map(|event| (event["time"].as_i64(), text(event, "errorSource"), text(event, "errorCode")))
        .collect();
    let ours = |name: &str| errors.iter().any(|(_, source, code)| source == "outbound" && code == name);
    let first_error = errors.iter().filter(|(_, source, _)| source != "outbound").min();
    let first_score = of_type("csat").map(|event| (event["time"].as_i64(), event["score"].as_i64())).min();
    let sent = has(&["sent", "delivered", "read", "conversationCreated", "conversationClosed", "csat"]);
    let ended = has(&["failed", "skipped", "cancelled"]);
    let error = match first_error {
        Some((_, source, code)) => Some(format!("{source}_{code}")),
        None if sent || has(&["skipped"]) => None,
        None if ours("expired") => Some("outbound_expired".to_owned()),
        None if ours("cancelled") || has(&["cancelled"]) => Some("outbound_cancelled".to_owned()),
        None => None,
    };
    let counts = Counts {
        attempted: 1,
        eligible: i64::from(sent || error.as_deref() != Some("proactive_1001")),
        skipped: i64::from(has(&["skipped"]) && !sent),
        sent: i64::from(sent),
        failed: i64::from(ended && !sent),
        delivered: i64::from(has(&["delivered"])),
        read: i64::from(has(&["read"])),
        conversations_created: i64::from(has(&["conversationCreated", "conversationClosed", "csat"])),
        conversations_closed: i64::from(has(&["conversationClosed"])),
        csat_sum: first_score.and_then(|(_, score)| score).unwrap_or(0),
        csat_count: i64::from(first_score.is_some()),
    };
    (counts, error)
}

fn recount(rows: &BTreeMap<TransactionId, Transaction>) -> BTreeMap<CellKey, Counts> {
    let mut cells: BTreeMap<_, Counts> = BTreeMap::new();
    for cell in rows.values().filter_map(cell) {
        *cells.entry(cell.key).or_default() += cell.counts;
    }
    cells
}

proptest! {
    #[test]
    fn order_duplicates_and_batches_do_not_matter((events, arrived, sizes) in arrivals()) {
        prop_assert_eq!(store(&arrived, &sizes), store(&events, &[1]));
    }

    /// Several attempts of one message are rare in `events`.
    #[test]
    fn attempts_are_merged_in_any_order(
        (attempts, arrived) in prop::collection::vec(details_of_attempts(), 2..5)
            .prop_flat_map(|attempts| (Just(attempts.clone()), Just(attempts).prop_shuffle())),
    ) {
        let of_one_message = |attempts: &[Value]| {
            let events: Vec<_> = attempts.iter().map(|details| with(event_of("attempted", 0, 0), details)).collect();
            store(&events, &[1])
        };
        prop_assert_eq!(of_one_message(&attempts), of_one_message(&arrived));
    }

    #[test]
    fn the_rollup_equals_a_recount_and_a_model((events, arrived, sizes) in arrivals()) {
        let store = store(&arrived, &sizes);
        prop_assert_eq!(&store.rollup, &recount(&store.rows));

        let (mut total, mut errors) = (Counts::default(), BTreeMap::new());
        for message in 0..3 {
            let name = format!("m{message}");
            let events: Vec<_> = events.iter().filter(|event| event["messageId"] == name.as_str()).collect();
            let (counts, error) = model(&events);
            total += counts;
            if let Some(error) = error {
                *errors.entry(error).or_default() += 1;
            }
        }
        prop_assert_eq!(store.rollup.values().copied().sum::<Counts>(), total);

        let mut counted: BTreeMap<String, i64> = BTreeMap::new();
        for (key, counts) in &store.rollup {
            if let Some(error) = &key.error {
                *counted.entry(error.to_string()).or_default() += counts.attempted;
            }
        }
        prop_assert_eq!(counted, errors);
    }

    #[test]
    fn counts_of_a_message_are_consistent((_, arrived, sizes) in arrivals()) {
        for row in store(&arrived, &sizes).rows.values() {
            let counts = counts(row);
            prop_assert!((0..=1).contains(&counts.pending()));
            prop_assert!(counts.sent >= counts.delivered.max(counts.read).max(counts.conversations_created));
            prop_assert!(counts.conversations_created >= counts.conversations_closed);
            prop_assert!(counts.attempted >= counts.eligible && counts.eligible >= counts.sent);
            prop_assert!(counts.failed >= counts.skipped);
        }
    }
}
