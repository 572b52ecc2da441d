//! Rendering succeeds for arbitrary configurations and values, and all ranges are in bounds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::{Channel, from_json_str};
use outbound_render::{Filled, MAX_FILLED_IN, Preview, Values, render, render_channel, substitute};
use proptest::prelude::*;
use serde_json::{Value, json};

fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        "([$]?\\{\\{[0-9]{1,4}\\}\\}|[a-z*_~` \n]){0,30}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "https://a.example/[a-z.?#{}1]{0,9}".prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn component() -> impl Strategy<Value = Value> {
    let kind =
        prop::sample::select(vec!["body", "header", "footer", "button", "media", "text", "image", "x"]);
    let sub_type = prop::sample::select(vec!["image", "text", "quick_reply", "url", "phone_number", "x"]);
    let fields = proptest::collection::vec(text(), 8);
    (kind, sub_type, any::<Option<i64>>(), any::<Option<bool>>(), fields).prop_map(|(kind, sub_type, index, flag, t)| {
        json!({"type": kind, "sub_type": sub_type, "index": index, "isClickable": flag,
            "isSameMessageForNotification": flag, "content": t[0], "title": t[1], "url": t[2], "optOut": t[3],
            "messageText": t[4], "notificationTitle": t[5], "notificationMessage": t[6], "destinationUrl": t[7]})
    })
}

fn channel() -> impl Strategy<Value = Channel> {
    let kind = prop::sample::select(vec!["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp", "x"]);
    let fields = (kind, text(), text(), proptest::collection::vec(component(), 0..8));
    fields.prop_map(|(kind, language, sender, components)| {
        let json = json!({"type": kind, "language": language, "outboundnumber": sender, "cardOrientation": sender,
            "messageComponents": components});
        from_json_str(&json.to_string()).unwrap()
    })
}

fn values() -> impl Strategy<Value = Values> {
    let key = "(|body\\.|header\\.|button[0-3]\\.)[1-9]";
    proptest::collection::vec((key, any::<String>()), 0..9)
        .prop_map(|values| values.into_iter().map(|(key, value)| (key.parse().unwrap(), value)).collect())
}

/// Asserts that the ranges of all values in a preview are within their text.
fn assert_ranges(shown: &Value) {
    let text = shown.get("text").and_then(Value::as_str);
    let values = shown.get("values").and_then(Value::as_array);
    for value in values.into_iter().flatten() {
        let offset = |end: &str| usize::try_from(value["range"][end].as_u64().unwrap()).unwrap();
        assert!(text.unwrap().get(offset("start")..offset("end")).is_some(), "{shown}");
    }
    match shown {
        Value::Object(fields) => fields.values().for_each(assert_ranges),
        Value::Array(elements) => elements.iter().for_each(assert_ranges),
        _ => {}
    }
}

proptest! {
    #[test]
    fn arbitrary_channels_are_rendered(channel in channel(), values in values()) {
        let preview = render_channel(&channel, &values);
        assert_ranges(&serde_json::to_value(&preview).unwrap());
        let given: Vec<_> = values.keys().collect();
        prop_assert!(preview.used.iter().all(|key| given.contains(key)));
        prop_assert!(!preview.to_string().chars().any(|c| c.is_control() && c != '\n'));
    }

    #[test]
    fn substitution_replaces_only_placeholders(
        text in "([$]?\\{\\{[1-9]\\}\\}|[$a-zé{}]){0,30}", value in "[a-z{}1]{0,9}",
    ) {
        let filled = substitute(&text, |number| (number % 2 == 1).then_some(value.as_str()));
        let mut restored = filled.text.clone();
        for Filled { number, range, missing } in filled.values.iter().rev() {
            prop_assert_eq!(*missing, number % 2 == 0);
            prop_assert!(*missing || filled.text[range.clone()] == value);
            if !missing {
                restored.replace_range(range.clone(), "\u{0}");
            }
        }
        let replaced = outbound_model::placeholders(&text).filter(|p| p.number % 2 == 1);
        let mut expected = text.clone();
        replaced.collect::<Vec<_>>().into_iter().rev().for_each(|p| expected.replace_range(p.range, "\u{0}"));
        prop_assert_eq!(restored, expected);
    }
}

/// Texts of half a megabyte, for which an algorithm of quadratic time would take far too long.
#[test]
fn long_texts_are_rendered() {
    let values: Values = [("1".parse().unwrap(), "long ".repeat(10_000))].into_iter().collect();
    for piece in [
        "{{1}}",
        "${{2}}",
        "{",
        "*a",
        "```",
        "_*~",
        "🇩🇪",
        "a\u{301}",
        "\u{301}",
        "👨\u{200d}",
        "क\u{94d}",
        "\n",
    ] {
        let content = piece.repeat((1 << 19) / piece.len());
        for kind in ["wa", "sms-twilio"] {
            let json = json!({"type": kind, "messageComponents": [{"type": "body", "content": content}]});
            let rendered = render_channel(&from_json_str(&json.to_string()).unwrap(), &values);
            let text = match rendered.preview {
                Preview::WhatsApp(wa) => wa.body.unwrap().text,
                Preview::Sms(sms) => sms.message.text,
                other => panic!("{other:?}"),
            };
            assert!((content.len()..=content.len() + MAX_FILLED_IN).contains(&text.len()), "{piece:?}");
        }
    }
}

#[test]
fn the_total_size_of_values_in_a_text_is_limited() {
    let value = "x".repeat(100_000);
    let filled = substitute(&"{{1}}".repeat(10_000), |_| Some(&value));
    assert!(filled.text.len() <= MAX_FILLED_IN + 50_000);
    assert_eq!(filled.missing().count(), 10_000 - MAX_FILLED_IN / 100_000);
}

#[test]
fn the_total_size_of_values_in_a_handoff_is_limited() {
    let sms = json!({"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "{{1}}"}]});
    let handoff = json!({"id": "H1", "name": "n", "lookbackPeriodDay": 1, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00Z", "updatedAt": "2022-10-01T08:00:00Z",
        "channels": vec![sms; 20]});
    let values = [("1".parse().unwrap(), "x".repeat(100_000))].into_iter().collect();
    let rendered = render(&from_json_str(&handoff.to_string()).unwrap(), &values);
    assert_eq!(rendered.channels.iter().filter(|channel| channel.missing.is_empty()).count(), 10);
    assert_eq!(rendered.surplus, []);
}
