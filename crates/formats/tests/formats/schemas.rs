//! Exports are valid by the schema of their target, or a loss reports that the target will reject them. The schemas
//! were written by hand from the providers' references, which they name.

use outbound_formats::{Exported, Format, ReadOptions, WriteOptions, write_any};
use outbound_model::{Handoff, examples};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::{Fixed, assert_lost, handoff, one, read_with};

/// Parts of loss sentences about documents that the target may reject.
const WARNINGS: [&str; 2] = [": Twilio will reject it", "is written as it was imported"];

fn schema(format: Format) -> jsonschema::Validator {
    let text = match format {
        Format::Meta => include_str!("schemas/meta.json"),
        Format::Twilio => include_str!("schemas/twilio.json"),
        _ => include_str!("schemas/rbm.json"),
    };
    jsonschema::validator_for(&text.parse().unwrap()).unwrap()
}

/// Exports with all options that formats require.
fn export(format: Format, handoff: &Handoff) -> Exported {
    let options = WriteOptions { category: Some("UTILITY".to_owned()), language: Some("en".to_owned()) };
    write_any(format, handoff, &options).unwrap()
}

/// The schema violations of the documents, unless a loss warns about them.
fn unreported_violations(format: Format, schema: &jsonschema::Validator, handoff: &Handoff) -> Vec<String> {
    let Exported { documents, losses, .. } = export(format, handoff);
    if losses.iter().any(|loss| WARNINGS.iter().any(|warning| loss.sentence.contains(warning))) {
        return Vec::new();
    }
    let violations = |document: &Value| {
        let errors = schema.iter_errors(document);
        errors.map(|error| format!("{}: {error} in {document}", error.instance_path())).collect::<Vec<_>>()
    };
    documents.iter().flat_map(|document| violations(&document.value)).collect()
}

#[test]
fn documented_examples_are_valid() {
    let handoffs = outbound_formats::liveperson::read(examples::HANDOFFS.as_bytes(), Fixed(0));
    let handoffs: Vec<_> = handoffs.map(Result::unwrap).collect();
    for format in [Format::Meta, Format::Twilio, Format::Rbm] {
        let schema = schema(format);
        for handoff in &handoffs {
            assert_eq!(unreported_violations(format, &schema, handoff), [""; 0], "{format}");
        }
    }
}

/// An optional field with one of these values, some of which are invalid.
fn optional(values: &'static [&'static str]) -> impl Strategy<Value = Option<Value>> {
    prop::option::weighted(0.8, select(values).prop_map(Value::from))
}

fn object(fields: Vec<(&str, Option<Value>)>) -> Value {
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect::<Map<_, _>>().into()
}

fn button() -> impl Strategy<Value = Value> {
    let kinds = ["quick_reply", "url", "phone_number", "copy_code", "viewLocationAction", "URL", ""];
    let kind = prop::option::of(select(kinds.to_vec()));
    let extras = vec![
        ("id", json!("y")),
        ("webview_size", json!("TALL")),
        ("postbackData", json!("p")),
        ("fallbackUrl", json!("https://x.example/f")),
        ("app_deep_link", json!({"meta_app_id": "1"})),
        ("example", json!("SAVE10")),
        ("code", json!("SAVE10")),
        ("viewLocationAction", json!({})),
    ];
    let url = optional(&["https://x.example/{{1}}", "https://x.example/", "{{1}}", ""]);
    let extras = subsequence(extras, 0..3);
    (kind, optional(&["Go", "Hi ${{1}}"]), url, optional(&["+14156586515", "(201) 555-0123"]), extras)
        .prop_map(|(kind, content, url, number, extras)| {
            let mut fields = vec![
                ("type", Some(json!("button"))),
                ("sub_type", kind.map(Value::from)),
                ("content", content),
                ("url", url),
                ("phone_number", number),
            ];
            fields.extend(extras.into_iter().map(|(key, value)| (key, Some(value))));
            object(fields)
        })
}

fn component() -> impl Strategy<Value = Value> {
    let text = || optional(&["Hi ${{1}}", "Hi", ""]);
    let file = || optional(&["https://x.example/a.png", "${{1}}", "https://x.example/{{1}}.pdf"]);
    let header = (
        optional(&["text", "image", "location", "sticker"]),
        optional(&["Hi ${{1}}", "https://x.example/a.mp4"]),
    );
    let header = header.prop_map(|(kind, content)| {
        object(vec![("type", Some(json!("header"))), ("sub_type", kind), ("content", content)])
    });
    let body = (text(), optional(&["Title ${{2}}", "Title"]), optional(&["Reply STOP"]), optional(&["now"]))
        .prop_map(|(content, title, opt_out, subtitle)| {
            let kind = ("type", Some(json!("body")));
            object(vec![
                kind,
                ("content", content),
                ("title", title),
                ("optOut", opt_out),
                ("subtitle", subtitle),
            ])
        });
    let footer = text().prop_map(|text| object(vec![("type", Some(json!("footer"))), ("content", text)]));
    let media = (
        file(),
        optional(&["tall", "TALL", "huge"]),
        optional(&["left", "top"]),
        optional(&["https://x.example/t"]),
    );
    let media = media.prop_map(|(content, height, alignment, thumbnail)| {
        object(vec![
            ("type", Some(json!("media"))),
            ("content", content),
            ("height", height),
            ("thumbnailImageAlignment", alignment),
            ("thumbnailUrl", thumbnail),
        ])
    });
    let unknown = select(vec![
        json!({"type": "carousel", "cards": []}),
        json!({"type": "carouselCard", "carouselCard": 5}),
        json!({"type": "twilio/flows", "type2": "OTHER"}),
        json!({"type": "x", "x-twilio": {"twilio/pay": {}}}),
    ]);
    prop_oneof![2 => body, 2 => button(), 1 => header, 1 => footer, 1 => media, 1 => unknown]
}

fn channel() -> impl Strategy<Value = Value> {
    let kind = select(vec!["wa", "sms-twilio", "googlercs"]);
    let parts = prop::collection::vec(component(), 0..6);
    let head = (
        optional(&["en", "pt-BR"]),
        optional(&["order_update", "Order Update!", ""]),
        optional(&["HORIZONTAL", "diagonal"]),
    );
    (kind, parts, head).prop_map(|(kind, parts, (language, name, orientation))| {
        object(vec![
            ("type", Some(kind.into())),
            ("language", language),
            ("templatename", name),
            ("cardOrientation", orientation),
            ("messageComponents", Some(parts.into())),
        ])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn exports_are_valid_or_report_violations(channel in channel(), sample in "[a-z]{1,3}|https://x.example/1") {
        let handoff = handoff(json!([channel]), json!({"1": sample}));
        for format in [Format::Meta, Format::Twilio, Format::Rbm] {
            let violations = unreported_violations(format, &schema(format), &handoff);
            prop_assert!(violations.is_empty(), "{format} {channel}: {violations:#?}");
        }
    }
}

#[test]
fn imports_from_one_provider_are_valid_at_others() {
    let button = |button: Value| json!({"type": "BUTTONS", "buttons": [button]});
    let template =
        |parts: Value| json!({"name": "a", "language": "en", "category": "UTILITY", "components": parts});
    let body = json!({"type": "BODY", "text": "Hi {{1}}", "example": {"body_text": ["Ann"]}});
    let suggestion =
        |suggestion: Value| json!({"contentMessage": {"text": "Hi", "suggestions": [suggestion]}});
    let kept = json!({"text": "Where", "postbackData": "w", "viewLocationAction": {}});
    for (from, document) in [
        (Format::Meta, template(json!([body, button(json!({"type": "COPY_CODE", "example": "SAVE10"}))]))),
        (
            Format::Meta,
            template(json!([body, button(json!({"type": "OTP", "text": "Copy", "otp_type": "COPY_CODE"}))])),
        ),
        (Format::Meta, template(json!([body, {"type": "CAROUSEL", "cards": []}]))),
        (Format::Rbm, suggestion(json!({"action": kept}))),
        (Format::Rbm, json!({"contentMessage": {"text": "Hi"}, "ttl": "3s"})),
    ] {
        let handoff = one(from, &document).handoff;
        for to in [Format::Meta, Format::Twilio, Format::Rbm].into_iter().filter(|to| *to != from) {
            let written = export(to, &handoff);
            assert!(
                written.losses.iter().all(|loss| !loss.sentence.contains(WARNINGS[1])),
                "{:#?}",
                written.losses
            );
            assert_eq!(unreported_violations(to, &schema(to), &handoff), [""; 0]);
        }
    }
}

#[test]
fn missing_languages_are_filled_from_options_and_defaults() {
    let message = json!({"contentMessage": {"text": "Hi"}});
    let handoff = one(Format::Rbm, &message).handoff;
    let without = crate::write(Format::Twilio, &handoff);
    assert_eq!(without.documents[0].value.get("language"), None);
    assert_lost(&without.losses, "/channels/0", "set one with the option language");
    let with = export(Format::Twilio, &handoff);
    assert_eq!(with.documents[0].value["language"], "en");
    let mut options = ReadOptions::default();
    options.defaults.given.language = Some("de".to_owned());
    options.defaults.given.sender = Some("acme".to_owned());
    let mut imported = read_with(Format::Rbm, message.to_string().as_bytes(), options).unwrap();
    let channel = Value::from(imported.remove(0).handoff.to_file().unwrap())["channels"][0].take();
    assert_eq!((&channel["language"], &channel["outboundnumber"]), (&json!("de"), &json!("acme")));
}
