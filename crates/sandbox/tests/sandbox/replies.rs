//! Replies and presses of buttons.

use http::Method;
use outbound_connectors::{
    CallbackEvent, Content, InboundContent, InboundMessage, KeywordAction, Outcome, OutgoingMessage,
};
use outbound_model::{Channel, from_json_str};
use outbound_sandbox::{ApiName, Direction, Reply, SandboxError};
use serde_json::json;

use crate::support::{AGENT, NUMBER, PHONE_ID, World, text};

const PHONE: &str = "+16001230001";
const JSON: (&str, &str) = ("content-type", "application/json");

fn last_reply(world: &World) -> InboundMessage {
    match world.events().pop() {
        Some(CallbackEvent::Inbound(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reply_arrives_with_its_sender_and_content() {
    for (api, sender) in [
        (ApiName::Meta, PHONE_ID),
        (ApiName::Twilio, NUMBER),
        (ApiName::Rbm, AGENT),
        (ApiName::Relay, "inapp"),
    ] {
        let world = World::start().await;
        world.text(api, PHONE).await;
        world.sandbox.reply(Reply::text(api, PHONE, "Thank you").unwrap()).unwrap();
        world.sandbox.idle().await;
        let reply = last_reply(&world);
        assert!(reply.content == InboundContent::Text("Thank you".to_owned()), "{api:?}");
        assert_eq!((reply.sender.as_str(), &*reply.recipient), (PHONE, sender));
        let entry = world.ledger().pop().unwrap();
        assert_eq!((entry.direction, entry.phone()), (Direction::Reply, PHONE));
        assert_eq!(entry.provider_id.as_deref(), Some(reply.provider_id.as_str()));
    }
}

#[tokio::test]
async fn a_button_press_names_the_message() {
    for api in [ApiName::Meta, ApiName::Twilio, ApiName::Relay] {
        let world = World::start().await;
        let Some(Outcome::Accepted { provider_id }) = world.text(api, PHONE).await else { panic!() };
        world.sandbox.reply(Reply::button(api, PHONE, "Yes", "y").unwrap()).unwrap();
        world.sandbox.idle().await;
        let reply = last_reply(&world);
        let pressed = InboundContent::Button { label: "Yes".to_owned(), payload: "y".to_owned() };
        assert!(reply.content == pressed, "{api:?}");
        assert_eq!(reply.in_reply_to, Some(provider_id));
    }
}

#[tokio::test]
async fn a_phone_presses_the_first_quick_reply_of_the_message() {
    let world = World::start().await;
    let json = json!({"type": "googlercs", "messageComponents": [{"type": "body", "content": "Coming?"},
        {"type": "button", "index": 0, "sub_type": "quick_reply", "content": "Yes"}]});
    let channel: Channel = from_json_str(&json.to_string()).unwrap();
    let content = Content::fill(&channel, &outbound_render::Values::default()).unwrap();
    world.message(ApiName::Rbm, &OutgoingMessage { content, ..text("+16001239918") }).await;
    world.sandbox.idle().await;
    let pressed = InboundContent::Button { label: "Yes".to_owned(), payload: "Yes".to_owned() };
    assert!(last_reply(&world).content == pressed);
}

#[tokio::test]
async fn twilio_blocks_a_phone_that_replied_stop_until_it_replies_start() {
    let world = World::start().await;
    let send = async || world.text(ApiName::Twilio, PHONE).await.unwrap();
    let reply = async |text: &str| {
        world.sandbox.reply(Reply::text(ApiName::Twilio, PHONE, text).unwrap()).unwrap();
        world.sandbox.idle().await;
        last_reply(&world).keyword
    };
    send().await;
    assert_eq!(reply("please stop").await, None);
    assert!(matches!(send().await, Outcome::Accepted { .. }));
    assert_eq!(reply(" stop ").await, Some(KeywordAction::Stop));
    let Outcome::Refused { error, .. } = send().await else { panic!() };
    assert_eq!(error.to_string(), "outbound_twilio_21610");
    assert_eq!(reply("HELP").await, None);
    assert_eq!(reply("start").await, Some(KeywordAction::Start));
    assert!(matches!(send().await, Outcome::Accepted { .. }));
}

#[tokio::test]
async fn a_reply_over_http_is_sent() {
    let world = World::start().await;
    world.text(ApiName::Meta, PHONE).await;
    let body = json!({"api": "meta", "phone": PHONE, "text": "STOP"}).to_string();
    let response = world.request(Method::POST, "/sandbox/replies", &[JSON], &body).await;
    assert_eq!(response.status, 202);
    world.sandbox.idle().await;
    assert!(last_reply(&world).content == InboundContent::Text("STOP".to_owned()));
    let body = json!({"api": "rbm", "phone": "+16001230002", "sender": AGENT,
        "button": {"label": "Yes", "payload": "y"}});
    let response = world.request(Method::POST, "/sandbox/replies", &[JSON], &body.to_string()).await;
    assert_eq!(response.status, 202, "a phone that got no message, to a named sender");
    world.sandbox.idle().await;
    assert_eq!(last_reply(&world).recipient, AGENT);
}

#[tokio::test]
async fn invalid_replies_are_rejected() {
    let world = World::start().await;
    let reply = |more: serde_json::Value| {
        let mut body = json!({"api": "meta", "phone": PHONE});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    for (headers, body, status) in [
        (&[JSON][..], reply(json!({"text": "Hi"})), 409),
        (&[JSON], reply(json!({})), 400),
        (&[JSON], reply(json!({"text": "Hi", "button": {"label": "a", "payload": "b"}})), 400),
        (&[JSON], reply(json!({"text": ""})), 400),
        (&[JSON], reply(json!({"text": "a".repeat(4097)})), 400),
        (&[JSON], reply(json!({"phone": "16001230001", "text": "Hi"})), 400),
        (&[JSON], reply(json!({"api": "fax", "text": "Hi"})), 400),
        (&[JSON], reply(json!({"text": "Hi", "other": 1})), 400),
        (&[JSON], "not JSON".to_owned(), 400),
        (&[("content-type", "text/plain")], reply(json!({"text": "Hi"})), 415),
    ] {
        let response = world.request(Method::POST, "/sandbox/replies", headers, &body).await;
        assert_eq!(response.status, status, "{body}");
    }
    assert!(matches!(Reply::text(ApiName::Meta, "x", "Hi"), Err(SandboxError::Reply { field: "phone", .. })));
}
