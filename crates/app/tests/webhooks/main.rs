//! When webhooks are tried again, when they are given up, and who signs: at a time that the test sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod common;
mod nodes;
mod told;

use outbound_app::{AppError, NewWebhook, SendError};
use outbound_model::{AuditAction, DeliveryState, DisabledBecause};
use told::{Sender, Told, operator};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn tries_are_further_and_further_apart_and_then_the_webhook_is_disabled() {
    let told = Told::by(&Sender::answering(vec![Err(SendError::TimedOut); 10])).await;
    told.save("Tea").await;
    let mut waits = Vec::new();
    for attempt in 1..=9 {
        let tried = told.tried(1, attempt).await;
        let wait = tried.next_attempt_at.unwrap().millis() - tried.last_attempt.unwrap().at.millis();
        waits.push(wait);
        told.world.pass(wait / 1000 + 1);
        assert_eq!(told.webhook().await.disabled, None);
    }
    let hours = [2, 5, 10, 14, 20, 24].map(|hours| hours * 3600);
    for (wait, least) in waits.into_iter().zip([&[5, 300, 1800], &hours[..]].concat()) {
        assert!((least * 1000..=least * 1100).contains(&wait), "{wait} ms after {least} s");
    }
    let last = told.tried(1, 10).await;
    assert_eq!((last.state(), last.next_attempt_at), (DeliveryState::Failed, None));
    assert_eq!(told.webhook().await.disabled.map(|(_, because)| because), Some(DisabledBecause::Failing));
    let audit = told.world.app.audit(&operator(&told.world), None, 1).await.unwrap();
    assert_eq!((audit[0].entry.action, &*audit[0].entry.actor), (AuditAction::WebhookDisabled, "outbound"));
}

#[tokio::test]
async fn a_delivery_that_fails_alone_disables_nothing() {
    let told = Told::by(&Sender::answering([Ok(500); 9].into_iter().chain([Ok(204), Ok(500)]))).await;
    told.save("Tea").await;
    for attempt in 1..=9 {
        let wait = told.tried(1, attempt).await.next_attempt_at.unwrap();
        if attempt < 9 {
            told.world.pass(wait.seconds() + 1 - told.world.app.now().seconds());
        }
    }
    told.save("Coffee").await;
    assert_eq!(told.tried(2, 1).await.state(), DeliveryState::Delivered);
    told.world.pass(DAY + DAY / 10);
    assert_eq!(told.tried(1, 10).await.state(), DeliveryState::Failed);
    assert_eq!(told.webhook().await.disabled, None);
}

#[tokio::test]
async fn a_ping_is_tried_once_and_disables_nothing() {
    let told = Told::by(&Sender::answering([Err(SendError::Tls)])).await;
    told.world.app.ping_webhook(&operator(&told.world), &told.webhook).await.unwrap();
    assert_eq!(told.tried(1, 1).await.state(), DeliveryState::Failed);
    assert_eq!(told.webhook().await.disabled, None);
}

#[tokio::test]
async fn the_old_secret_signs_for_a_day() {
    let sender = Sender::answering([]);
    let told = Told::by(&sender).await;
    let signatures = async |number| {
        told.world.app.ping_webhook(&operator(&told.world), &told.webhook).await.unwrap();
        told.tried(number, 1).await;
        let posted = sender.posted().pop().unwrap();
        posted.signature.split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(signatures(1).await.len(), 1);
    told.world.app.rotate_webhook_secret(&operator(&told.world), &told.webhook).await.unwrap();
    let both = signatures(2).await;
    assert_eq!(both.len(), 2);
    assert_ne!(both[0], both[1]);
    told.world.pass(DAY - 1);
    assert_eq!(signatures(3).await.len(), 2);
    told.world.pass(1);
    assert_eq!(signatures(4).await.len(), 1);
}

#[tokio::test]
async fn an_account_has_so_many_webhooks() {
    let told = Told::by(&Sender::answering([])).await;
    let create = async |description: &str| {
        let url = "https://receiver.example".to_owned();
        let new = NewWebhook { url, description: description.to_owned(), ..NewWebhook::default() };
        told.world.app.create_webhook(&operator(&told.world), new).await.map(drop)
    };
    assert!(matches!(create(&"x".repeat(201)).await, Err(AppError::Invalid(_))));
    for _ in 1..20 {
        create("").await.unwrap();
    }
    assert!(matches!(create("").await, Err(AppError::TooManyWebhooks)));
}
