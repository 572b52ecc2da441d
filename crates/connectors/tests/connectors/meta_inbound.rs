//! Messages and preferences of consumers on WhatsApp.

use outbound_connectors::{CallbackEvent, Ignored, InboundContent, Preference};
use serde_json::json;

use crate::meta_callbacks::change;

#[test]
fn messages_of_consumers_have_their_content() {
    for (kind, more, expected) in [
        ("text", json!({"text": {"body": "STOP"}}), InboundContent::Text("STOP".to_owned())),
        (
            "button",
            json!({"button": {"payload": "YES", "text": "Yes please"}}),
            InboundContent::Button { label: "Yes please".to_owned(), payload: "YES".to_owned() },
        ),
        (
            "interactive",
            json!({"interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}}),
            InboundContent::Button { label: "Yes".to_owned(), payload: "y".to_owned() },
        ),
        (
            "interactive",
            json!({"interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "One"}}}),
            InboundContent::Button { label: "One".to_owned(), payload: "1".to_owned() },
        ),
        (
            "interactive",
            json!({"interactive": {"type": "nfm_reply"}}),
            InboundContent::Other("interactive".to_owned()),
        ),
        ("image", json!({"image": {"id": "5"}}), InboundContent::Other("image".to_owned())),
    ] {
        let mut message = json!({"from": "16001234567", "id": "wamid.2", "timestamp": "1764340001", "type": kind,
            "context": {"from": "15550783881", "id": "wamid.1"}});
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let callback = change(
            "messages",
            json!({"metadata": {"phone_number_id": "106540352242922"},
            "contacts": [{"wa_id": "16001234567"}], "messages": [message]}),
        );
        let [CallbackEvent::Inbound(inbound)] = callback.events.as_slice() else { panic!("{callback:?}") };
        assert!(inbound.content == expected, "{kind}");
        assert_eq!(inbound.sender.as_str(), "+16001234567");
        assert_eq!(inbound.recipient, "106540352242922");
        assert_eq!(inbound.in_reply_to.as_ref().unwrap().as_str(), "wamid.1");
        assert_eq!(inbound.time.unwrap().seconds(), 1_764_340_001);
    }
}

#[test]
fn long_messages_are_cut_and_those_without_a_number_are_counted() {
    let callback = change(
        "messages",
        json!({"messages": [
            {"from": "16001234567", "id": "wamid.2", "type": "text", "text": {"body": "é".repeat(5000)}},
            {"from": "US.135792", "id": "wamid.3", "type": "text", "text": {"body": "hidden number"}},
            {"id": "wamid.4", "type": "text"},
        ]}),
    );
    let [CallbackEvent::Inbound(inbound)] = callback.events.as_slice() else { panic!("{callback:?}") };
    assert!(inbound.content == InboundContent::Text("é".repeat(4096)));
    assert_eq!(callback.ignored, Ignored { unknown: 0, malformed: 2 });
    assert!(!format!("{callback:?}").contains('é'));
}

#[test]
fn preferences_are_reported() {
    let preference = |category: &str, value: &str| json!({"wa_id": "16001234567", "detail": "…", "category": category, "value": value, "timestamp": 1_731_705_721});
    let callback = change(
        "user_preferences",
        json!({"metadata": {"phone_number_id": "1"}, "user_preferences": [
            preference("marketing_messages", "stop"),
            preference("marketing_messages", "resume"),
            preference("marketing_messages", "pause"),
            preference("other_messages", "stop"),
            {"wa_id": "16001234567"},
        ]}),
    );
    let changes: Vec<_> = callback
        .events
        .iter()
        .map(|event| match event {
            CallbackEvent::Preference(change) => {
                (change.consumer.as_str(), change.preference, change.time.unwrap().seconds())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let consumer = "+16001234567";
    let expected =
        [(consumer, Preference::Stop, 1_731_705_721), (consumer, Preference::Resume, 1_731_705_721)];
    assert_eq!(changes, expected);
    assert_eq!(callback.ignored, Ignored { unknown: 2, malformed: 1 });
}
