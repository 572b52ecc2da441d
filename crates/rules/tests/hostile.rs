//! Checks of hostile handoffs are fast and return a limited number of findings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::json;
use support::{CHANNELS, Subject, findings};

/// Strings that make algorithms of more than linear time slow. In the seven fields of a component they add up to
/// a megabyte.
fn hostile_strings() -> Vec<String> {
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

/// An algorithm of more than linear time would not finish. The assertions check that the result stays small.
#[test]
fn a_megabyte_of_text_has_few_findings() {
    let keys = ["content", "optOut", "title", "url", "phone_number", "messageText", "notificationTitle"];
    for text in hostile_strings() {
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
fn thousands_of_placeholders_variables_and_buttons_are_checked() {
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

#[test]
fn thousands_of_phone_numbers_of_all_countries_are_checked() {
    let mut handoff = Subject::clean("googlercs").handoff;
    let call = |n: usize| {
        let number = format!("+{} {} {n}", 1 + n % 998, 555 + n % 400);
        json!({"type": "button", "index": n, "content": "A", "sub_type": "phone_number", "phone_number": number})
    };
    let components = &mut handoff["channels"][0]["messageComponents"];
    components.as_array_mut().unwrap().extend((0..9_000).map(call));
    let found = findings(&handoff);
    assert_eq!(found.iter().filter(|f| f.name == "phone-separators").count(), 9_000);
}
