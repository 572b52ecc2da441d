//! The ledger and the rates.

use http::Method;
use outbound_connectors::Outcome;
use outbound_sandbox::{ApiName, LedgerFilter};
use serde_json::Value;

use crate::support::{PHONE_ID, World, text};

fn phone(number: u32) -> String {
    format!("+1600123{number:04}")
}

async fn get(world: &World, query: &str) -> Value {
    let response = world.request(Method::GET, &format!("/sandbox/messages{query}"), &[], "").await;
    assert_eq!(response.status, 200, "{query}");
    serde_json::from_slice(&response.body).unwrap()
}

#[tokio::test]
async fn a_message_is_listed_with_its_callbacks() {
    let world = World::start().await;
    world.text(ApiName::Meta, &phone(1)).await;
    let listed = get(&world, "").await;
    let entry = &listed["messages"][0];
    for (pointer, expected) in [
        ("/sequence", "1"),
        ("/direction", r#""message""#),
        ("/api", r#""meta""#),
        ("/channel", r#""whatsapp""#),
        ("/sender", r#""106540352242922""#),
        ("/recipient", r#""+16001230001""#),
        ("/messageId", &format!(r#""{}""#, text(&phone(1)).id)),
        ("/at", r#""2026-11-28T10:00:00.000Z""#),
        ("/result", r#""accepted""#),
        ("/errorCode", "null"),
        ("/repeats", "0"),
        ("/status", r#""read""#),
        ("/content/text/body", r#""Hi""#),
        ("/callbacks/0/event", r#""sent""#),
        ("/callbacks/0/at", r#""2026-11-28T10:00:00.200Z""#),
        ("/callbacks/2/response", "200"),
    ] {
        assert_eq!(entry.pointer(pointer).map(Value::to_string).as_deref(), Some(expected), "{pointer}");
    }
    assert_eq!(listed["busiestSeconds"][PHONE_ID], 1);
}

#[tokio::test]
async fn entries_are_filtered_and_paged() {
    let world = World::start().await;
    for (api, number) in [(ApiName::Meta, 1), (ApiName::Rbm, 2), (ApiName::Meta, 2), (ApiName::Meta, 3)] {
        world.text(api, &phone(number)).await;
    }
    let id = text(&phone(2)).id;
    for (query, expected) in [
        ("", vec![1, 2, 3, 4]),
        ("?api=meta", vec![1, 3, 4]),
        ("?phone=%2B16001230002", vec![2, 3]),
        ("?phone=+16001230002", vec![2, 3]),
        ("?api=rbm&phone=%2B16001230002", vec![2]),
        ("?after=1&limit=2", vec![2, 3]),
        ("?after=9", vec![]),
        (&format!("?messageId={id}"), vec![2, 3]),
    ] {
        let listed = get(&world, query).await;
        let entries = listed["messages"].as_array().unwrap();
        let sequences: Vec<_> = entries.iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect();
        assert_eq!(sequences, expected, "{query}");
    }
    for query in ["?api=fax", "?after=x", "?recipient=1"] {
        let response = world.request(Method::GET, &format!("/sandbox/messages{query}"), &[], "").await;
        assert_eq!(response.status, 400, "{query}");
    }
}

#[tokio::test]
async fn the_oldest_entries_make_room() {
    let world = World::with(|config| config.with_ledger_messages(3)).await;
    for number in 1..=5 {
        world.text(ApiName::Rbm, &phone(number)).await;
    }
    let sequences: Vec<_> = world.ledger().iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [3, 4, 5]);
    world.text(ApiName::Rbm, &phone(1)).await;
    assert_eq!(world.ledger().last().unwrap().repeats, 0, "a message that was removed is not known");
}

#[tokio::test]
async fn a_phone_can_be_erased() {
    let world = World::start().await;
    for number in [1, 2] {
        world.text(ApiName::Meta, &phone(number)).await;
    }
    world.sandbox.erase(&phone(1));
    let phones: Vec<_> = world.ledger().iter().map(|entry| entry.recipient.clone()).collect();
    assert_eq!(phones, [phone(2)]);
    let filter = LedgerFilter { phone: Some(phone(1)), ..LedgerFilter::default() };
    assert!(world.sandbox.messages(&filter, 10).is_empty());
}

#[tokio::test]
async fn long_contents_are_not_kept() {
    let world = World::start().await;
    let long = format!(
        r#"{{"messaging_product":"whatsapp","to":"16001230001","text":{{"body":"Hi"}},"x":"{}"}}"#,
        "a".repeat(20_000)
    );
    let response =
        world.request(Method::POST, "/v23.0/1/messages", &[("authorization", "Bearer t")], &long).await;
    assert_eq!(response.status, 200);
    assert!(world.ledger()[0].content.is_none());
}

/// The virtual clock does not move until a callback is due, so all requests are in one second.
#[tokio::test]
async fn messages_over_the_rate_are_throttled_and_the_busiest_second_is_recorded() {
    let world = World::with(|config| config.with_rate(Some(2))).await;
    let phones: Vec<_> = (0..4).map(|_| "+16001239917").collect();
    let mut throttled = 0;
    for phone in &phones {
        let outcome = world.message(ApiName::Meta, &text(phone)).await.unwrap();
        throttled += usize::from(matches!(outcome, Outcome::Throttled { .. }));
    }
    assert_eq!(throttled, 2);
    assert_eq!(world.sandbox.busiest_seconds()[PHONE_ID], 4);
    let other = world.message(ApiName::Rbm, &text("+16001239917")).await.unwrap();
    assert!(matches!(other, Outcome::Accepted { .. }), "each sender has its own rate");
    world.text(ApiName::Rbm, &phone(1)).await;
    let later = world.message(ApiName::Meta, &text("+16001239917")).await.unwrap();
    assert!(matches!(later, Outcome::Accepted { .. }), "callbacks moved the clock by more than a second");
}
