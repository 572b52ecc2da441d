//! The relay: in-app and Apple messages.

use http::Method;
use outbound_connectors::Outcome;
use outbound_model::from_json_str;
use outbound_sandbox::{ApiName, ChannelName, PhoneButton, Reply};

use crate::support::{World, relay_channel, secret, text};

const PHONE: &str = "+16001230001";

#[tokio::test]
async fn a_message_arrives_and_its_statuses_follow() {
    let world = World::start().await;
    let Some(Outcome::Accepted { provider_id }) = world.text(ApiName::Relay, PHONE).await else { panic!() };
    assert_eq!(provider_id.as_str(), text(PHONE).id.to_string());
    assert_eq!(world.steps(), ["sent", "delivered", "read"]);
    let entry = world.ledger().pop().unwrap();
    assert_eq!((entry.channel, entry.phone()), (ChannelName::InApp, PHONE));
    let content = entry.phone_content();
    assert_eq!(content.text, "Tea\nIt is ready.\nYour tea is ready.");
    assert_eq!(content.files, ["https://shop.example/tea.png"]);
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_ignored() {
    let world = World::start().await;
    for _ in 0..2 {
        assert!(matches!(world.text(ApiName::Relay, PHONE).await, Some(Outcome::Accepted { .. })));
    }
    let ledger = world.ledger();
    assert_eq!((ledger.len(), ledger[0].repeats), (1, 1));
    assert_eq!(world.steps().len(), 3);
}

#[tokio::test]
async fn the_signature_is_checked_if_there_is_a_token() {
    let world = World::with(|config| config.with_token(secret("relay token"))).await;
    let channel = relay_channel();
    for (token, status) in [("relay token", 202), ("another", 401)] {
        let request = world.relayed(&text(PHONE), &channel, &secret(token));
        assert_eq!(world.send(&request).await.unwrap().status, status, "{token}");
    }
    assert_eq!(world.request(Method::POST, "/relay", &[], "{}").await.status, 401);
}

#[tokio::test]
async fn other_bodies_are_rejected() {
    let world = World::start().await;
    let message = r#"{"preview":{"type":"inapp"}}"#;
    let body = |kind: &str, recipient: &str, message: &str| {
        format!(
            r#"{{"type":"{kind}","data":{{"messageId":"1","recipient":"{recipient}","message":{message}}}}}"#
        )
    };
    for (body, status) in [
        (body("message.send", "member-2048", message), 202),
        (body("message.other", "member-2048", message), 400),
        (body("message.send", "", message), 400),
        (body("message.send", &"x".repeat(129), message), 400),
        (body("message.send", "member-2048", r#"{"preview":{"type":"fax"}}"#), 400),
        (body("message.send", "member-2048", "[]"), 400),
        ("[]".to_owned(), 400),
        (String::new(), 400),
    ] {
        assert_eq!(world.request(Method::POST, "/relay", &[], &body).await.status, status, "{body}");
    }
    assert!(world.sandbox.reply(Reply::text(ApiName::Relay, "member-2048", "Hi").unwrap()).is_ok());
}

#[tokio::test]
async fn the_items_of_an_apple_picker_are_buttons() {
    let world = World::start().await;
    let json = r#"{"type":"apple-twilio","messageComponents":[{"type":"body","content":"Coming?"},
        {"type":"button","index":0,"sub_type":"quick_reply","content":"Yes"},
        {"type":"button","index":1,"sub_type":"quick_reply","content":"No"}]}"#;
    let request = world.relayed(&text(PHONE), &from_json_str(json).unwrap(), &secret("any"));
    world.send(&request).await.unwrap();
    let entry = world.ledger().pop().unwrap();
    assert_eq!(entry.channel, ChannelName::Apple);
    let button = |label: &str| PhoneButton { label: label.to_owned(), payload: Some(label.to_owned()) };
    assert_eq!(entry.phone_content().buttons, [button("Yes"), button("No")]);
}
