//! Retries, disabling and signatures of webhooks, with a manual clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod common;
mod fixture;
mod nodes;

use fixture::{FakeSender, Fixture, operator};
use outbound_app::{AppError, NewWebhook, SendError};
use outbound_model::{AuditAction, DeliveryState, DisabledReason};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn retry_delays_increase_until_the_webhook_is_disabled() {
    let fixture = Fixture::new(&FakeSender::answering(vec![Err(SendError::TimedOut); 10])).await;
    fixture.save("Tea").await;
    let mut waits = Vec::new();
    for attempt in 1..=9 {
        let delivery = fixture.attempted(1, attempt).await;
        let wait = delivery.next_attempt_at.unwrap().millis() - delivery.last_attempt.unwrap().at.millis();
        waits.push(wait);
        fixture.world.advance_clock(wait / 1000 + 1);
        assert_eq!(fixture.webhook().await.disabled, None);
    }
    let hours = [2, 5, 10, 14, 20, 24].map(|hours| hours * 3600);
    for (wait, least) in waits.into_iter().zip([&[5, 300, 1800], &hours[..]].concat()) {
        assert!((least * 1000..=least * 1100).contains(&wait), "{wait} ms after {least} s");
    }
    let last = fixture.attempted(1, 10).await;
    assert_eq!((last.state(), last.next_attempt_at), (DeliveryState::Failed, None));
    assert_eq!(fixture.webhook().await.disabled.map(|(_, because)| because), Some(DisabledReason::Failing));
    let audit = fixture.world.app.audit(&operator(&fixture.world), None, 1).await.unwrap();
    assert_eq!((audit[0].entry.action, &*audit[0].entry.actor), (AuditAction::WebhookDisabled, "outbound"));
}

#[tokio::test]
async fn one_failed_delivery_does_not_disable_the_webhook() {
    let fixture =
        Fixture::new(&FakeSender::answering([Ok(500); 9].into_iter().chain([Ok(204), Ok(500)]))).await;
    fixture.save("Tea").await;
    for attempt in 1..=9 {
        let wait = fixture.attempted(1, attempt).await.next_attempt_at.unwrap();
        if attempt < 9 {
            fixture.world.advance_clock(wait.seconds() + 1 - fixture.world.app.now().seconds());
        }
    }
    fixture.save("Coffee").await;
    assert_eq!(fixture.attempted(2, 1).await.state(), DeliveryState::Delivered);
    fixture.world.advance_clock(DAY + DAY / 10);
    assert_eq!(fixture.attempted(1, 10).await.state(), DeliveryState::Failed);
    assert_eq!(fixture.webhook().await.disabled, None);
}

#[tokio::test]
async fn a_ping_is_not_retried_and_does_not_disable_the_webhook() {
    let fixture = Fixture::new(&FakeSender::answering([Err(SendError::Tls)])).await;
    fixture.world.app.ping_webhook(&operator(&fixture.world), &fixture.webhook).await.unwrap();
    assert_eq!(fixture.attempted(1, 1).await.state(), DeliveryState::Failed);
    assert_eq!(fixture.webhook().await.disabled, None);
}

#[tokio::test]
async fn messages_are_signed_with_the_old_secret_for_a_day() {
    let sender = FakeSender::answering([]);
    let fixture = Fixture::new(&sender).await;
    let signatures = async |number| {
        fixture.world.app.ping_webhook(&operator(&fixture.world), &fixture.webhook).await.unwrap();
        fixture.attempted(number, 1).await;
        let posted = sender.posted().pop().unwrap();
        posted.signature.split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(signatures(1).await.len(), 1);
    fixture.world.app.rotate_webhook_secret(&operator(&fixture.world), &fixture.webhook).await.unwrap();
    let both = signatures(2).await;
    assert_eq!(both.len(), 2);
    assert_ne!(both[0], both[1]);
    fixture.world.advance_clock(DAY - 1);
    assert_eq!(signatures(3).await.len(), 2);
    fixture.world.advance_clock(1);
    assert_eq!(signatures(4).await.len(), 1);
}

#[tokio::test]
async fn the_number_of_webhooks_is_limited() {
    let fixture = Fixture::new(&FakeSender::answering([])).await;
    let create = async |description: &str| {
        let url = "https://receiver.example".to_owned();
        let new = NewWebhook { url, description: description.to_owned(), ..NewWebhook::default() };
        fixture.world.app.create_webhook(&operator(&fixture.world), new).await.map(drop)
    };
    assert!(matches!(create(&"x".repeat(201)).await, Err(AppError::Invalid(_))));
    for _ in 1..20 {
        create("").await.unwrap();
    }
    assert!(matches!(create("").await, Err(AppError::TooManyWebhooks)));
}
