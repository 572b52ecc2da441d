//! Whatever a handoff says: no panic, ranges within the text, fixes that mend, bounded answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use outbound_model::{At, FromJson, Handoff};
use outbound_rules::{Finding, Limits, Samples, Settings, check};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::Subject;

const CHANNELS: [&str; 5] = ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"];

fn findings(handoff: &Value) -> Vec<Finding> {
    let handoff = Handoff::from_json(handoff.clone(), At::ROOT).expect("a handoff");
    let settings = Settings {
        rule_set: Limits::LivePerson,
        permitted_media_hosts: vec!["cdn.example.com".to_owned()],
        ..Settings::default()
    };
    let value = |key: &str| (key.parse().unwrap(), "https://cdn.example.com/é  \n.png".to_owned());
    let samples = Samples::from_iter([(0, ["1", "body.1", "button0.1"].map(value).into_iter().collect())]);
    check(&handoff, &settings, Some(&samples))
}

/// Text made of what rules look at.
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

/// Digits and what people write between them.
fn number() -> impl Strategy<Value = String> {
    let countries =
        vec!["+", "", "0", "00", "+1 ", "+1-415-", "+44 (0)", "+39 06", "+39 (0)6", "+7 8", "tel:+49"];
    (prop::sample::select(countries), "[0-9 ()./\u{a0}\u{2013}-]{4,16}")
        .prop_map(|(country, rest)| format!("{country}{rest}"))
}

/// One value of a field: mostly text, sometimes what else may stand there.
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

/// An object of a given type with some of these fields.
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
    fn places_are_in_the_handoff_and_ranges_in_the_text(handoff in handoff()) {
        for finding in findings(&handoff) {
            let value = handoff.pointer(&finding.pointer);
            prop_assert!(value.is_some(), "{:?}", finding);
            if let Some(range) = finding.range.clone() {
                let meant = value.and_then(Value::as_str).and_then(|text| text.get(range));
                prop_assert!(meant.is_some_and(|meant| !meant.is_empty()), "{:?}", finding);
            }
        }
    }

    #[test]
    fn every_fix_is_accepted_by_its_rule(handoff in handoff()) {
        prop_assert_eq!(not_accepted(&handoff), Vec::<String>::new());
    }
}

/// The fixes that do not mend what they are offered for.
fn not_accepted(handoff: &Value) -> Vec<String> {
    let before = findings(handoff);
    let mut wrong = Vec::new();
    for finding in &before {
        let Some(fix) = &finding.fix else { continue };
        let mut mended = handoff.clone();
        let applied = fix.apply(&mut mended);
        let same = |f: &&Finding| f.name == finding.name && f.pointer == finding.pointer;
        let left = findings(&mended).iter().filter(same).count();
        let is_number = finding.rule == "GEN-09";
        if !applied || left >= before.iter().filter(same).count() || (is_number && !exists(&fix.value)) {
            wrong.push(format!("{finding:?} in {mended}"));
        }
    }
    wrong
}

/// Whether libphonenumber calls a number valid. Its parser takes the first 8 of a number behind +7 for
/// a trunk prefix; those are left out.
fn exists(number: &Value) -> bool {
    let number = number.as_str().unwrap();
    number.starts_with("+78") || phonenumber::parse(None, number).is_ok_and(|number| number.is_valid())
}

#[test]
fn every_fix_for_a_documented_example_is_accepted_by_its_rule() {
    let handoffs: Vec<Value> = serde_json::from_str(outbound_model::examples::HANDOFFS).unwrap();
    for handoff in handoffs {
        assert_eq!(not_accepted(&handoff), Vec::<String>::new());
    }
}

/// Texts that make a careless check slow; in the seven fields of a component they are a megabyte.
fn hostile_texts() -> Vec<String> {
    [
        "a",
        "{",
        "{{",
        "${{",
        "{{1}}",
        "{{ 1 }}",
        "{1",
        "\n",
        " \t",
        "*a ",
        "_",
        "```",
        "\u{202e}א",
        "\u{200b}",
        "😀",
        "👨‍👩‍👧\u{200d}",
        "’",
        "https://bit.ly/",
        "reply YES ",
        "://",
        "@",
        "e\u{301}",
        "\u{0}",
    ]
    .map(|unit| unit.repeat(150_000 / unit.len()))
    .into()
}

/// Work beyond linear would show as a test that does not end; what is asserted is that the answer
/// stays small however much is wrong.
#[test]
fn a_megabyte_of_anything_gets_a_short_answer() {
    let keys = ["content", "optOut", "title", "url", "phone_number", "messageText", "notificationTitle"];
    for text in hostile_texts() {
        for channel in CHANNELS {
            let mut handoff = Subject::clean(channel).handoff;
            for key in keys {
                handoff["channels"][0]["messageComponents"][0][key] = text.as_str().into();
            }
            handoff["channels"][0]["outboundnumber"] = text.as_str().into();
            handoff["channels"][0]["language"] = text.as_str().into();
            let found = findings(&handoff);
            assert!(found.len() < 150, "{channel} {:.9}: {}", text, found.len());
            assert!(found.iter().all(|f| f.message.len() < 2000), "{channel} {text:.9}");
        }
    }
}

#[test]
fn thousands_of_placeholders_variables_and_buttons_get_an_answer() {
    let text = (0..20_000).map(|n| format!("{{{{{}}}}} ", n % 999 + 1)).collect::<Vec<_>>().concat();
    let variables: Vec<String> = (0..20_000).map(|n| (n * 7).to_string()).collect();
    let mut handoff = Subject::clean("wa").handoff;
    let components = &mut handoff["channels"][0]["messageComponents"];
    components[0]["content"] = text.into();
    components[0]["variables"] = variables.into();
    let button = json!({"type": "button", "index": 0, "content": "A", "sub_type": "quick_reply"});
    components.as_array_mut().unwrap().extend(std::iter::repeat_n(button, 10_000));
    let found = findings(&handoff);
    assert_eq!(found.iter().filter(|f| f.name == "variable-undeclared").count(), 1);
    assert_eq!(found.iter().filter(|f| f.name == "button-index").count(), 9_999);
}
