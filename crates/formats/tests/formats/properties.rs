//! Round trips of arbitrary channels: they are imported unchanged, except for reported losses.

use outbound_formats::{Format, ReadOptions};
use outbound_model::{Channel, Handoff, examples};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

use crate::{Fixed, handoff, read_with, write};

/// A string with `count` placeholders numbered from `first`, each once, in any order.
fn text(placeholder: &'static str, first: usize, count: usize) -> impl Strategy<Value = String> {
    let words = prop::collection::vec("[a-zé$ .]{1,8}", count + 1);
    let order = Just((first..first + count).collect::<Vec<_>>()).prop_shuffle();
    (words, order).prop_map(move |(words, order)| {
        let mut text = words[0].clone();
        for (number, word) in order.iter().zip(&words[1..]) {
            text.push_str(&placeholder.replace('n', &number.to_string()));
            text.push_str(word);
        }
        text
    })
}

fn variables(first: usize, count: usize) -> Value {
    (first..first + count).map(|number| number.to_string()).collect::<Vec<_>>().into()
}

fn body() -> impl Strategy<Value = Value> {
    (0..5_usize)
        .prop_flat_map(|count| (text("${{n}}", 1, count), Just(count)))
        .prop_map(|(text, count)| json!({"type": "body", "content": text, "variables": variables(1, count)}))
}

/// At most one button of each type, indexed from 0. The placeholder of the link has this number.
fn buttons(number: usize) -> impl Strategy<Value = Vec<Value>> {
    let link = format!("https://x.example/{{{{{number}}}}}");
    let all = vec![
        json!({"content": "Yes", "sub_type": "quick_reply"}),
        json!({"content": "Call", "sub_type": "phone_number", "phone_number": "+15550100"}),
        json!({"content": "Go", "sub_type": "url", "url": link, "variables": [number.to_string()]}),
        json!({"content": "Look", "sub_type": "url", "url": "https://x.example/"}),
    ];
    subsequence(all, 0..=4).prop_shuffle().prop_map(|buttons| {
        let indexed = buttons.into_iter().enumerate().map(|(index, mut button)| {
            button["type"] = "button".into();
            button["index"] = index.into();
            button
        });
        indexed.collect()
    })
}

fn header() -> impl Strategy<Value = Option<Value>> {
    prop::option::of(prop_oneof![
        text("${{n}}", 1, 1).prop_map(
            |text| json!({"type": "header", "sub_type": "text", "content": text, "variables": ["1"]})
        ),
        Just(json!({"type": "header", "sub_type": "image", "content": "${{1}}", "variables": ["1"]})),
    ])
}

fn whatsapp() -> impl Strategy<Value = Value> {
    let footer = prop::option::of(Just(json!({"type": "footer", "content": "Acme"})));
    (header(), body(), footer, buttons(1)).prop_map(|(header, body, footer, buttons)| {
        let components: Vec<_> = header.into_iter().chain([body]).chain(footer).chain(buttons).collect();
        json!({"type": "wa", "language": "en", "templatename": "t", "messageComponents": components})
    })
}

fn sms() -> impl Strategy<Value = Value> {
    body().prop_map(|body| json!({"type": "sms-twilio", "language": "en", "messageComponents": [body]}))
}

/// A card with a title, media and buttons, with placeholders numbered across the channel.
fn rcs() -> impl Strategy<Value = Value> {
    let body = text("${{n}}", 1, 1)
        .prop_map(|title| json!({"type": "body", "title": title, "content": "x", "variables": ["1"]}));
    let media = prop::option::of(Just(json!({"type": "media", "content": "${{2}}", "variables": ["2"]})));
    (media, body, buttons(1)).prop_map(|(media, body, buttons)| {
        let components: Vec<_> = media.into_iter().chain([body]).chain(buttons).collect();
        json!({"type": "googlercs", "language": "en", "messageComponents": components})
    })
}

fn round_trip(format: Format, handoff: &Handoff) -> Vec<Channel> {
    let documents = write(format, handoff).documents;
    let values: Vec<_> = documents.into_iter().map(|document| document.value).collect();
    let options = ReadOptions { channel: handoff.channels[0].channel_type(), ..ReadOptions::default() };
    let imported = read_with(format, Value::from(values).to_string().as_bytes(), options).unwrap();
    imported.into_iter().flat_map(|one| one.handoff.channels).collect()
}

fn samples() -> Value {
    let samples =
        (1..10).map(|number| (number.to_string(), json!(format!("https://x.example/{number}.png"))));
    Value::Object(samples.collect())
}

proptest! {
    #[test]
    fn whatsapp_channels_round_trip_as_templates(channel in whatsapp()) {
        let handoff = handoff(json!([channel]), samples());
        prop_assert_eq!(round_trip(Format::Meta, &handoff), handoff.channels);
    }

    #[test]
    fn channels_round_trip_as_contents(channel in prop_oneof![whatsapp(), sms(), rcs()]) {
        let handoff = handoff(json!([channel]), samples());
        prop_assert_eq!(round_trip(Format::Twilio, &handoff), handoff.channels);
    }

    #[test]
    fn a_second_export_equals_the_first(channel in prop_oneof![whatsapp(), sms(), rcs()], format in 1..4_usize) {
        let format = Format::ALL[format];
        for document in write(format, &handoff(json!([channel]), samples())).documents {
            let options = ReadOptions { channel: Some(channel["type"].as_str().unwrap().parse().unwrap()), ..ReadOptions::default() };
            let imported = read_with(format, document.value.to_string().as_bytes(), options).unwrap();
            let mut second = write(format, &imported[0].handoff).documents.remove(0).value;
            if format != Format::Rbm && channel["type"] != "wa" {
                second["friendly_name"] = document.value["friendly_name"].clone();
            }
            prop_assert_eq!(second, document.value);
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), format in 0..4_usize) {
        let _ = Format::detect(&bytes);
        let _ = read_with(Format::ALL[format], &bytes, ReadOptions::default());
    }
}

/// Documents in which one value is replaced by a wrong one are either rejected, or imported and exported.
#[test]
fn documents_with_a_wrong_value_do_not_panic() {
    let handoffs = outbound_formats::liveperson::read(examples::HANDOFFS.as_bytes(), Fixed(0));
    for handoff in handoffs.map(Result::unwrap) {
        for format in [Format::Meta, Format::Twilio, Format::Rbm] {
            for document in write(format, &handoff).documents {
                for pointer in pointers(&document.value, String::new()) {
                    for wrong in [json!(null), json!(7), json!("{{x}}"), json!([[]]), json!({"type": "a/b"})]
                    {
                        let mut value = document.value.clone();
                        *value.pointer_mut(&pointer).unwrap() = wrong;
                        let read = read_with(format, value.to_string().as_bytes(), ReadOptions::default());
                        read.iter().flatten().for_each(|one| drop(write(format, &one.handoff)));
                    }
                }
            }
        }
    }
}

fn pointers(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<_> = match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| pointers(value, format!("{at}/{}", key.replace('/', "~1"))))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(i, item)| pointers(item, format!("{at}/{i}"))).collect()
        }
        _ => Vec::new(),
    };
    [at].into_iter().chain(inner).collect()
}
