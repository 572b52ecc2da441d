//! Properties of checks of arbitrary handoffs: no panic, ranges within bounds, effective fixes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use outbound_rules::Finding;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{CHANNELS, Subject, findings};

/// Strings of characters and words that rules check.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("${{1}}".to_owned()),
        Just("{{2}}".to_owned()),
        "[${}# 0-9]{1,6}",
        Just("https://www.example.com/".to_owned()),
        Just("http://bit.ly/".to_owned()),
        Just(" reply YES ".to_owned()),
        Just("👨‍👩‍👧".to_owned()),
        "[ \n\t\r]{1,6}",
        "[*_~`’–é\u{200b}\u{200d}\u{202e}\u{7}א😀]{1,4}",
        "[a-zA-Z.+:/?@-]{1,12}",
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Digits with typical separators.
fn number() -> impl Strategy<Value = String> {
    let countries =
        vec!["+", "", "0", "00", "+1 ", "+1-415-", "+44 (0)", "+39 06", "+39 (0)6", "+7 8", "tel:+49"];
    (prop::sample::select(countries), "[0-9 ()./\u{a0}\u{2013}-]{4,16}")
        .prop_map(|(country, rest)| format!("{country}{rest}"))
}

/// A value of a field, mostly of the expected type.
fn field(key: &str) -> BoxedStrategy<Value> {
    match key {
        "outboundnumber" | "phone_number" => {
            prop_oneof![4 => number(), 1 => text()].prop_map(Value::from).boxed()
        }
        "variables" | "Variables" | "appNames" => {
            prop::collection::vec(prop_oneof![Just("1".to_owned()), text()], 0..4)
                .prop_map(Value::from)
                .boxed()
        }
        "index" => (-2_i64..4).prop_map(Value::from).boxed(),
        "isClickable" | "isSameMessageForNotification" => any::<bool>().prop_map(Value::from).boxed(),
        "sub_type" => {
            prop::sample::select(vec!["quick_reply", "url", "phone_number", "image", "document", "text", "x"])
                .prop_map(Value::from)
                .boxed()
        }
        "height" | "thumbnailImageAlignment" | "cardOrientation" => {
            prop::sample::select(vec!["tall", "left", "HORIZONTAL", "VERTICAL", "x"])
                .prop_map(Value::from)
                .boxed()
        }
        _ => text().prop_map(Value::from).boxed(),
    }
}

/// An object with one of these types and some of these fields.
fn object(types: &'static [&'static str], keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let fields: Vec<_> = keys.iter().map(|key| prop::option::of(field(key))).collect();
    (prop::sample::select(types), fields).prop_map(move |(name, values)| {
        let mut object = json!({ "type": name });
        for (key, value) in keys.iter().zip(values) {
            if let Some(value) = value {
                object[*key] = value;
            }
        }
        object
    })
}

const COMPONENTS: &[&str] = &["body", "header", "footer", "button", "media", "text", "image", "other"];
const COMPONENT_KEYS: &[&str] = &[
    "content",
    "variables",
    "optOut",
    "title",
    "sub_type",
    "index",
    "url",
    "phone_number",
    "height",
    "thumbnailImageAlignment",
    "messageText",
    "notificationTitle",
    "notificationMessage",
    "isSameMessageForNotification",
    "isClickable",
    "destinationUrl",
    "Variables",
];
const CHANNEL_KEYS: &[&str] = &[
    "language",
    "outboundnumber",
    "templatename",
    "namespace",
    "serviceAccountName",
    "cardOrientation",
    "appNames",
];

fn handoff() -> impl Strategy<Value = Value> {
    let components = prop::collection::vec(object(COMPONENTS, COMPONENT_KEYS), 0..5);
    let channel = (object(&CHANNELS, CHANNEL_KEYS), components).prop_map(|(mut channel, components)| {
        channel["messageComponents"] = components.into();
        channel
    });
    (prop::collection::vec(channel, 1..3), "[a-zA-Z<>#]{1,40}", -2_i64..40).prop_map(
        |(channels, name, number)| {
            let mut handoff = Subject::clean("wa").handoff;
            handoff["channels"] = channels.into();
            handoff["name"] = name.into();
            handoff["lookbackPeriodDay"] = number.into();
            handoff["lookbackPeriodHour"] = number.into();
            handoff
        },
    )
}

proptest! {
    #[test]
    fn pointers_and_ranges_are_valid(handoff in handoff()) {
        for finding in findings(&handoff) {
            let value = handoff.pointer(&finding.pointer);
            prop_assert!(value.is_some(), "{:?}", finding);
            if let Some(range) = finding.range.clone() {
                let slice = value.and_then(Value::as_str).and_then(|text| text.get(range));
                prop_assert!(slice.is_some_and(|slice| !slice.is_empty()), "{:?}", finding);
            }
        }
    }

    #[test]
    fn fixes_resolve_their_findings(handoff in handoff()) {
        prop_assert_eq!(ineffective_fixes(&handoff), Vec::<String>::new());
    }

    #[test]
    fn unknown_components_have_one_finding(handoff in handoff()) {
        let found = findings(&handoff);
        for (pointer, is_unknown) in components(&handoff) {
            let prefix = format!("{pointer}/");
            let inside = found.iter().filter(|f| f.pointer == pointer || f.pointer.starts_with(&prefix));
            prop_assert!(!is_unknown || inside.count() == 1, "{pointer} in {handoff}: {found:?}");
        }
    }
}

/// The pointer of every component, and whether its type is unknown.
fn components(handoff: &Value) -> Vec<(String, bool)> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for (channel_index, channel) in handoff["channels"].as_array().unwrap().iter().enumerate() {
        let known: &[&str] = match &*text(channel, "type") {
            "wa" => &["header", "body", "footer", "button"],
            "sms-twilio" => &["body"],
            "inapp" => &["text", "image"],
            _ => &["body", "media", "button"],
        };
        for (index, component) in channel["messageComponents"].as_array().unwrap().iter().enumerate() {
            let kinds: &[&str] = match &*text(component, "type") {
                "button" => &["quick_reply", "url", "phone_number"],
                "header" => &["text", "image", "video", "document", "gif", "location"],
                _ => &[],
            };
            let kind = text(component, "sub_type");
            let is_unknown = !known.contains(&&*text(component, "type"))
                || (!kinds.is_empty() && !kinds.contains(&&*kind));
            all.push((format!("/channels/{channel_index}/messageComponents/{index}"), is_unknown));
        }
    }
    all
}

/// The findings that are not resolved by their fix.
fn ineffective_fixes(handoff: &Value) -> Vec<String> {
    let before = findings(handoff);
    let mut ineffective = Vec::new();
    for finding in &before {
        let Some(fix) = &finding.fix else { continue };
        let mut fixed = handoff.clone();
        let applied = fix.apply(&mut fixed);
        let same = |f: &&Finding| f.name == finding.name && f.pointer == finding.pointer;
        let remaining = findings(&fixed).iter().filter(same).count();
        let is_number = finding.rule == "GEN-09";
        if !applied || remaining >= before.iter().filter(same).count() || (is_number && !exists(&fix.value)) {
            ineffective.push(format!("{finding:?} in {fixed}"));
        }
    }
    ineffective
}

/// Whether libphonenumber considers a number valid. Its parser takes the first 8 after +7 for a trunk prefix, so
/// such numbers are not checked.
fn exists(number: &Value) -> bool {
    let number = number.as_str().unwrap();
    number.starts_with("+78") || phonenumber::parse(None, number).is_ok_and(|number| number.is_valid())
}

#[test]
fn fixes_of_documented_examples_resolve_their_findings() {
    let handoffs: Vec<Value> = serde_json::from_str(outbound_model::examples::HANDOFFS).unwrap();
    for handoff in handoffs {
        assert_eq!(ineffective_fixes(&handoff), Vec::<String>::new());
    }
}
