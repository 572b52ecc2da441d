//! Provider fields that handoffs do not have are kept and exported unchanged, whatever their names are.

use outbound_formats::{Format, ReadOptions};
use outbound_model::{Handoff, from_json_str};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{document, one, read_with};

/// Field names, including names of handoff fields and of keys in the extension.
const NAMES: [&str; 20] = [
    "type",
    "index",
    "content",
    "sub_type",
    "url",
    "phone_number",
    "variables",
    "title",
    "height",
    "name",
    "text",
    "x-meta",
    "x-twilio",
    "x-rbm",
    "x-fields",
    "x-names",
    "x-type",
    "x-types",
    "x-in-card",
    "other",
];

/// An arbitrary value.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!("${{1}}")),
        Just(json!(7)),
        Just(json!(true)),
        Just(json!([])),
        "[a-z]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let name = prop::sample::select(&NAMES[..]);
        prop::collection::vec((name, inner), 0..3).prop_map(|fields| {
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
        })
    })
}

/// Arbitrary fields, except for those named in `excluded`.
fn fields(excluded: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(&NAMES[..]).prop_filter("excluded", |name| !excluded.contains(name));
    prop::collection::btree_map(name, value(), 0..4)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// `known` with additional arbitrary fields.
fn with(known: Value, excluded: &'static [&'static str]) -> impl Strategy<Value = Value> {
    fields(excluded).prop_map(move |mut fields| {
        fields.extend(known.as_object().unwrap().clone());
        fields.into()
    })
}

/// An object of an unknown type, often with the name of a component type of handoffs.
fn unknown() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "button",
        "media",
        "CAROUSEL",
        "copy_code",
        "Copy_Code",
        "x-meta",
        "other",
    ]);
    (kind, fields(&["type"])).prop_map(|(kind, mut fields)| {
        fields.insert("type".to_owned(), kind.into());
        fields.into()
    })
}

fn template() -> impl Strategy<Value = Value> {
    const OWN: &[&str] = &["type", "text", "format", "example", "url", "phone_number"];
    let example = json!({"body_text": [["Ann"]]});
    let body = with(json!({"type": "BODY", "text": "Hi {{1}}", "example": example}), OWN);
    let header = prop::option::of(with(json!({"type": "HEADER", "format": "TEXT", "text": "Hi"}), OWN));
    let footer = prop::option::of(with(json!({"type": "FOOTER", "text": "Acme"}), OWN));
    let link = json!({"type": "URL", "text": "Go", "url": "https://x.example/{{1}}", "example": ["https://x.example/a"]});
    let button = prop_oneof![
        with(json!({"type": "QUICK_REPLY", "text": "Yes"}), OWN),
        with(link, OWN),
        with(json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100"}), OWN),
        unknown(),
    ];
    let buttons = prop::collection::vec(button, 1..4)
        .prop_map(|buttons| json!({"type": "BUTTONS", "buttons": buttons}));
    let others = prop::collection::vec(unknown(), 0..3);
    let head = with(json!({"name": "a", "language": "en", "category": "UTILITY"}), &["name", "language"]);
    (head, header, body, others, footer, buttons).prop_map(
        |(mut head, header, body, others, footer, buttons)| {
            let components = header.into_iter().chain([body]).chain(others).chain(footer).chain([buttons]);
            head["components"] = components.collect();
            head
        },
    )
}

fn content() -> impl Strategy<Value = Value> {
    const OWN: &[&str] = &["type", "title", "url", "phone"];
    let action = |known: Value| prop_oneof![with(known, OWN), unknown()];
    let reply = prop::collection::vec(action(json!({"type": "QUICK_REPLY", "title": "Yes"})), 1..4);
    let link = action(json!({"type": "URL", "title": "Go", "url": "https://x.example/{{2}}"}));
    let links = prop::collection::vec(link, 1..4);
    let known = prop_oneof![
        Just(("twilio/text", json!({"body": "Hi {{1}}"}))),
        reply.prop_map(|actions| ("twilio/quick-reply", json!({"body": "Hi {{1}}", "actions": actions}))),
        links
            .clone()
            .prop_map(|actions| ("twilio/call-to-action", json!({"body": "Hi", "actions": actions}))),
        links.clone().prop_map(|actions| (
            "whatsapp/card",
            json!({"header_text": "{{1}}", "body": "Hi", "actions": actions})
        )),
        links.prop_map(|actions| (
            "twilio/card",
            json!({"title": "{{1}}", "subtitle": "now", "actions": actions})
        )),
    ];
    let names = prop::sample::select(vec!["twilio/flows", "button", "body", "x-twilio", "type"]);
    let others = prop::collection::btree_map(names, fields(&[]), 0..3);
    let variables = json!({"1": "Ann", "2": "b", "later": 7});
    (prop::option::of(known), others).prop_map(move |(known, others)| {
        let mut types: Map<_, _> =
            others.into_iter().map(|(kind, fields)| (kind.to_owned(), fields.into())).collect();
        types.extend(known.map(|(kind, fields)| (kind.to_owned(), fields)));
        if types.is_empty() {
            types.insert("twilio/pay".to_owned(), json!({"type": "OTHER"}));
        }
        json!({"friendly_name": "a", "language": "en", "variables": variables, "types": types})
    })
}

fn message() -> impl Strategy<Value = Value> {
    const OWN: &[&str] = &["text", "postbackData"];
    let reply = with(json!({"text": "Yes"}), OWN).prop_map(|reply| json!({ "reply": reply }));
    let link = with(json!({"url": "https://x.example"}), &["url"]);
    let links = (link, fields(&["text"])).prop_map(|(link, mut action)| {
        action.extend([("text".to_owned(), json!("Go")), ("openUrlAction".to_owned(), link)]);
        json!({ "action": action })
    });
    let others = fields(&["text"]).prop_map(|mut action| {
        action.extend([("text".to_owned(), json!("Where")), ("fooAction".to_owned(), json!({"type": 1}))]);
        json!({ "action": action })
    });
    let suggestion = prop_oneof![reply, links, others];
    let suggestions = || prop::collection::vec(suggestion.clone(), 1..4);
    let file = with(json!({"fileUrl": "https://x.example/a.png"}), &[]);
    let media = file.prop_flat_map(|file| with(json!({"height": "TALL", "contentInfo": file}), &["height"]));
    let upload = with(json!({"file": "files/1"}), &["height"]);
    let media = prop_oneof![media, upload];
    let card = (media, suggestions()).prop_map(|(media, suggestions)| {
        let content = json!({"title": "Hi", "media": media, "suggestions": suggestions});
        json!({"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL", "cardContent": content}}})
    });
    let objects = || fields(&[]).prop_map(Value::from);
    let content = prop_oneof![
        Just(json!({"text": "Hi"})),
        card,
        objects().prop_map(|card| json!({"richCard": {"carouselCard": card}})),
        objects().prop_map(|card| json!({"richCard": {"button": card}})),
        objects().prop_map(|content| json!({"media": content})),
    ];
    let head = with(json!({"ttl": "60s"}), &["name"]);
    (head, content, suggestions()).prop_map(|(mut head, mut content, suggestions)| {
        content["suggestions"] = suggestions.into();
        head["contentMessage"] = content;
        head
    })
}

/// Import, storage and export.
fn round_trip(format: Format, document: &Value) -> Value {
    let read = read_with(format, document.to_string().as_bytes(), ReadOptions::default()).unwrap().remove(0);
    let stored = Value::from(read.handoff.to_file().unwrap()).to_string();
    let handoff: Handoff = from_json_str(&stored).unwrap();
    let exported = crate::write(format, &handoff);
    assert_eq!(exported.documents.len(), 1, "{stored} {:#?}", exported.losses);
    // Only the document is compared. Losses such as that of a message's name are expected.
    exported.documents[0].value.clone()
}

/// Removes postback data, which an export adds where it is missing.
fn without_postbacks(mut message: Value) -> Value {
    let card = message
        .pointer_mut("/contentMessage/richCard/standaloneCard/cardContent/suggestions")
        .map(Value::take);
    let chips = message.pointer_mut("/contentMessage/suggestions").map(Value::take);
    let mut lists = [card, chips];
    for suggestion in lists.iter_mut().flatten().filter_map(Value::as_array_mut).flatten() {
        for kind in ["reply", "action"] {
            let inner = suggestion.get_mut(kind).and_then(Value::as_object_mut);
            inner.map(|inner| inner.remove("postbackData"));
        }
    }
    json!([message, lists])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_templates_round_trip(template in template()) {
        prop_assert_eq!(round_trip(Format::Meta, &template), template);
    }

    #[test]
    fn arbitrary_contents_round_trip(content in content()) {
        prop_assert_eq!(round_trip(Format::Twilio, &content), content);
    }

    #[test]
    fn arbitrary_messages_round_trip(message in message()) {
        let exported = round_trip(Format::Rbm, &message);
        prop_assert_eq!(without_postbacks(exported), without_postbacks(message));
    }

    #[test]
    fn arbitrary_handoffs_round_trip(component in unknown(), mut channel in fields(&["type", "name"])) {
        channel.retain(|key, _| matches!(key.as_str(), "other" | "x-meta" | "x-fields" | "index" | "height"));
        channel.extend([("type".to_owned(), json!("wa")), ("messageComponents".to_owned(), json!([{"type": "x", "a": component}]))]);
        let handoff = json!({"name": "a", "id": "H1", "channels": [channel], "lookbackPeriodDay": 1,
            "lookbackPeriodHour": 0, "routeAllWithinLookback": false, "createdAt": "2026-01-01T00:00:00.000Z",
            "updatedAt": "2026-01-01T00:00:00.000Z"});
        prop_assert_eq!(round_trip(Format::LivePerson, &handoff), handoff);
    }
}

/// Regression test: the field `type` of a content type must not replace the type itself.
#[test]
fn content_types_with_a_field_type_are_kept() {
    let flows = json!({"body": "Hi", "type": "OTHER", "button_text": "Go", "pages": []});
    let content = json!({"friendly_name": "signup", "language": "en", "types": {"twilio/flows": flows}});
    assert_eq!(round_trip(Format::Twilio, &content), content);
}

/// Earlier versions stored provider fields among the handoff's fields.
#[test]
fn handoffs_stored_by_earlier_versions_are_exported_unchanged() {
    let button = |sub_type: &str, more: Value| {
        let mut button = json!({"type": "button", "index": 0, "sub_type": sub_type});
        button.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        button
    };
    let body = json!({"type": "body", "content": "Hi", "variables": []});
    let offer = json!({"type": "limited_time_offer", "limited_time_offer": {"text": "Hurry"}});
    let safe = json!({"type": "body", "add_security_recommendation": true, "variables": []});
    let meta = json!([
        body,
        offer,
        button("copy_code", json!({"example": "SAVE10"})),
        button("url", json!({"content": "Go", "url": "https://x.example", "app_deep_link": {"a": 1}}))
    ]);
    let copy = button("copy_code", json!({"content": "Copy", "code": "SAVE10"}));
    let reply = button("quick_reply", json!({"content": "Yes", "id": "y"}));
    let web = button(
        "url",
        json!({"content": "Web", "url": "https://x.example", "postbackData": "w",
        "fallbackUrl": "https://x.example/f", "openUrlAction": {"application": "WEBVIEW"}}),
    );
    let file = json!({"type": "media", "content": "https://x.example/a.pdf", "forceRefresh": true});
    let there = button("shareLocationAction", json!({"content": "Where", "shareLocationAction": {}}));
    for (format, channel, components, kept, expected) in [
        (
            Format::Meta,
            "wa",
            meta,
            json!({"category": "UTILITY", "ttl": 1, "x-names": {}}),
            json!({"name": "t", "language": "en", "category": "UTILITY", "ttl": 1, "components": [
            {"type": "BODY", "text": "Hi"}, offer, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE10"},
            {"type": "URL", "text": "Go", "url": "https://x.example", "app_deep_link": {"a": 1}}]}]}),
        ),
        (
            Format::Meta,
            "wa",
            json!([safe]),
            json!({"category": "AUTHENTICATION"}),
            json!({"name": "t", "language": "en", "category": "AUTHENTICATION", "components": [
            {"type": "BODY", "add_security_recommendation": true}]}),
        ),
        (
            Format::Twilio,
            "wa",
            json!([body, copy, reply]),
            json!({"sid": "HX1", "x-type": "whatsapp/card"}),
            json!({"friendly_name": "t", "language": "en", "types": {"whatsapp/card": {"body": "Hi", "actions": [
            {"type": "COPY_CODE", "title": "Copy", "code": "SAVE10"}, {"type": "QUICK_REPLY", "title": "Yes", "id": "y"}]}}}),
        ),
        (
            Format::Twilio,
            "wa",
            json!([{"type": "twilio/list-picker", "body": "b"}]),
            json!({"x-type": "twilio/list-picker"}),
            json!({"friendly_name": "t", "language": "en", "types": {"twilio/list-picker": {"body": "b"}}}),
        ),
        (
            Format::Rbm,
            "googlercs",
            json!([file, web, there]),
            json!({"ttl": "1s"}),
            json!({"ttl": "1s", "contentMessage": {"contentInfo": {"fileUrl": "https://x.example/a.pdf", "forceRefresh": true},
            "suggestions": [{"action": {"text": "Web", "postbackData": "w", "fallbackUrl": "https://x.example/f",
                "openUrlAction": {"url": "https://x.example", "application": "WEBVIEW"}}},
              {"action": {"text": "Where", "postbackData": "btn_1", "shareLocationAction": {}}}]}}),
        ),
        (
            Format::Rbm,
            "googlercs",
            json!([{"type": "carouselCard", "carouselCard": {"cardWidth": "SMALL"}}]),
            json!({}),
            json!({"contentMessage": {"richCard": {"carouselCard": {"cardWidth": "SMALL"}}}}),
        ),
    ] {
        let mut handoff = crate::handoff(
            json!([{"type": channel, "language": "en", "templatename": "t", "messageComponents": components}]),
            json!({}),
        );
        handoff.extension.as_mut().unwrap().extra.insert(format.to_string(), json!({ "0": kept }));
        assert_eq!(document(format, &handoff), expected, "{format}");
    }
}

#[test]
fn fields_kept_for_one_provider_are_reported_as_losses_for_another() {
    let template = json!({"name": "a", "language": "en", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hi"},
        {"type": "CAROUSEL", "cards": []}, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE10"},
        {"type": "URL", "text": "Go", "url": "https://x.example", "app_deep_link": {"meta_app_id": "1"}}]}]});
    let exported = crate::write(Format::Twilio, &one(Format::Meta, &template).handoff);
    let action = json!({"type": "URL", "title": "Go", "url": "https://x.example"});
    let types = json!({"twilio/call-to-action": {"body": "Hi", "actions": [action]}});
    assert_eq!(exported.documents[0].value["types"], types);
    let components = "/channels/0/messageComponents";
    crate::assert_lost(&exported.losses, &format!("{components}/1"), "no such component; it is omitted");
    crate::assert_lost(
        &exported.losses,
        &format!("{components}/2"),
        "Twilio does not accept a button of type copy_code",
    );
    crate::assert_lost(&exported.losses, &format!("{components}/3/x-meta"), "data of meta; it is omitted");
}
