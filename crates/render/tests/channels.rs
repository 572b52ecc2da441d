//! What each channel shows, on small configurations.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use outbound_model::{Handoff, from_json_str};
use outbound_render::{ChannelPreview, Values, render, render_channel};
use serde_json::{Value, json};

const HANDOFFS: &str = include_str!("../../model/examples/handoffs.json");
/// Written by `cargo run -p outbound-render --example preview -- 1=Ann 2=Monday 4=https://a.example/b.png`.
const DOCUMENTED: &str = include_str!("documented.txt");

fn values(assignments: &[&str]) -> Values {
    assignments.iter().map(|text| Values::assignment(text).unwrap()).collect()
}

fn preview(channel: &str, fields: &Value, components: &Value, assignments: &[&str]) -> ChannelPreview {
    let mut json = json!({"type": channel, "messageComponents": components});
    json.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    render_channel(&from_json_str(&json.to_string()).unwrap(), &values(assignments))
}

/// The preview as JSON, as the web tool draws from it.
fn drawn(channel: &str, fields: &Value, components: &Value, assignments: &[&str]) -> Value {
    serde_json::to_value(preview(channel, fields, components, assignments)).unwrap()
}

fn replies(count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| json!({"type": "button", "index": n, "content": "b", "sub_type": "quick_reply"}))
        .collect()
}

#[test]
fn documented_handoffs_read_as_they_should() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let values = values(&["1=Ann", "2=Monday", "4=https://a.example/b.png"]);
    let mut text = String::new();
    for handoff in &handoffs {
        writeln!(text, "{}", render(handoff, &values)).unwrap();
    }
    assert_eq!(text, DOCUMENTED);
}

#[test]
fn whatsapp_numbers_each_component_anew() {
    let components = json!([
        {"type": "header", "sub_type": "image", "content": "${{1}}"},
        {"type": "body", "content": "Hi ${{1}}"},
        {"type": "button", "index": 1, "content": "b", "sub_type": "url", "url": "https://a.example/{{1}}"},
        {"type": "button", "index": 0, "content": "a", "sub_type": "url", "url": "https://a.example/{{1}}"},
    ]);
    let shown = drawn("wa", &json!({}), &components, &["1=plain", "header.1=h.png", "button1.1=own"]);
    assert_eq!(shown["preview"]["header"]["media"]["address"]["text"], "h.png");
    assert_eq!(shown["preview"]["body"]["text"], "Hi plain");
    assert_eq!(shown["preview"]["buttons"][0]["action"]["url"]["text"], "https://a.example/plain");
    assert_eq!(shown["preview"]["buttons"][1]["action"]["url"]["text"], "https://a.example/own");
}

#[test]
fn other_channels_number_across_and_heed_plain_values_only() {
    let components =
        json!([{"type": "body", "content": "${{1}} ${{2}}"}, {"type": "media", "content": "{{3}}"}]);
    let rcs = preview("googlercs", &json!({}), &components, &["1=a", "body.2=b"]);
    assert_eq!(rcs.missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2", "3"]);
    assert!(rcs.to_string().contains("a ${{2}}"));
}

#[test]
fn what_is_missing_and_what_is_too_much_is_named() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let values = values(&["body.1=Ann", "body.2=x", "body.3=x", "body.4=x", "9=x", "header.1=x"]);
    let shown = serde_json::to_value(render(&handoffs[1], &values)).unwrap();
    assert_eq!(shown["channels"][0]["missing"], json!(["body.5"]));
    assert_eq!(shown["channels"][1]["missing"], json!(["1"]));
    assert_eq!(shown["surplus"], json!(["9", "header.1"]));
}

#[test]
fn a_whatsapp_bubble_has_header_text_and_small_print() {
    for (sub_type, kind) in [("image", "image"), ("VIDEO", "video"), ("document", "document")] {
        let header = json!([{"type": "header", "sub_type": sub_type, "content": "https://a.example/b"}]);
        let shown = drawn("wa", &json!({}), &header, &[]);
        assert_eq!(shown["preview"]["header"]["media"]["kind"], kind);
    }
    let components = json!([
        {"type": "footer", "content": "{{1}} stays"},
        {"type": "header", "sub_type": "text", "content": "Order {{1}}"},
        {"type": "body", "content": "*1*\n2\n3\n4\n5\n6"},
    ]);
    let shown = &drawn("wa", &json!({}), &components, &["1=A1"])["preview"];
    assert_eq!(shown["header"]["text"]["text"], "Order A1");
    assert_eq!(shown["footer"], "{{1}} stays");
    assert_eq!(shown["body_runs"][0], json!({"range": {"start": 1, "end": 2}, "styles": ["bold"]}));
    assert_eq!(shown["read_more_at"], 11);
}

#[test]
fn buttons_stand_in_index_order_and_those_without_one_last() {
    let button = |label: &str, index: Value| json!({"type": "button", "content": label, "index": index});
    let components = json!([button("c", json!(null)), button("b", json!(7)), button("a", json!(-1))]);
    let shown = drawn("wa", &json!({}), &components, &[]);
    let labels = shown["preview"]["buttons"].as_array().unwrap().iter();
    assert_eq!(labels.map(|b| b["label"]["text"].clone()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn whatsapp_lists_more_than_three_buttons() {
    for (count, shown) in [(0, 0), (3, 3), (4, 2), (10, 2)] {
        let preview = drawn("wa", &json!({}), &json!(replies(count)), &[]);
        assert_eq!(preview["preview"]["buttons"].as_array().unwrap().len(), count);
        assert_eq!(preview["preview"]["buttons_shown"], shown);
    }
}

#[test]
fn an_sms_is_text_and_opt_out_with_its_cost() {
    let components = json!([{"type": "body", "content": "Hi “${{1}}”", "optOut": "STOP: ${{2}}"}]);
    let sms = &drawn("sms-twilio", &json!({}), &components, &["2=here"])["preview"];
    assert_eq!(sms["message"]["text"], "Hi “${{1}}”\nSTOP: here");
    assert_eq!(sms["opt_out"], json!({"start": 16, "end": 26}));
    assert_eq!(sms["message"]["values"][1]["range"], json!({"start": 22, "end": 26}));
    assert_eq!(sms["cost"]["encoding"], "UCS-2");
    assert_eq!(sms["cost"]["units"], 16, "the placeholder without a value costs nothing");
    assert_eq!(sms["costly"][0]["replacement"], "\"");
}

#[test]
fn rcs_is_text_file_or_card() {
    let body = json!({"type": "body", "content": "text"});
    let titled = json!({"type": "body", "title": "title", "content": "text"});
    let media = json!({"type": "media", "content": "https://a.example/b.png"});
    let reply = replies(1).remove(0);
    for (components, kind, in_card, chips) in [
        (json!([body]), "text", 0, 0),
        (json!([body, reply]), "text", 0, 1),
        (json!([media]), "media", 0, 0),
        (json!([media, body, reply]), "card", 1, 0),
        (json!([media, reply]), "card", 1, 0),
        (json!([titled, reply, reply, reply, reply, reply, reply]), "card", 4, 2),
        (json!([]), "text", 0, 0),
    ] {
        let rcs = drawn("googlercs", &json!({}), &components, &[]);
        let content = &rcs["preview"]["content"];
        assert_eq!(content["type"], kind, "{rcs}");
        assert_eq!(content["suggestions"].as_array().map_or(0, Vec::len), in_card);
        assert_eq!(rcs["preview"]["chips"].as_array().unwrap().len(), chips);
    }
}

#[test]
fn a_card_takes_one_medium_and_files_stand_alone() {
    let media = json!({"type": "media", "content": "u"});
    let card = preview("googlercs", &json!({}), &json!([media, {"type": "body", "title": "t"}, media]), &[]);
    assert_eq!(card.left_out, [2]);
    let files = drawn("googlercs", &json!({}), &json!([media, media]), &[]);
    assert_eq!(files["preview"]["content"]["files"].as_array().unwrap().len(), 2);
}

#[test]
fn a_card_gives_its_medium_a_place() {
    for (orientation, height, side, place) in [
        (json!("VERTICAL"), json!("short"), json!("right"), json!({"top": {"height_dp": 112}})),
        (json!("vertical"), json!("TALL"), json!(null), json!({"top": {"height_dp": 264}})),
        (json!(null), json!(null), json!(null), json!({"top": {"height_dp": 168}})),
        (json!("HORIZONTAL"), json!("tall"), json!("RIGHT"), json!({"right": {"width_dp": 128}})),
        (json!("HORIZONTAL"), json!(null), json!(null), json!({"left": {"width_dp": 128}})),
    ] {
        let media =
            json!({"type": "media", "content": "u", "height": height, "thumbnailImageAlignment": side});
        let components = json!([media, {"type": "body", "title": "t"}]);
        let card = drawn("googlercs", &json!({"cardOrientation": orientation}), &components, &[]);
        assert_eq!(card["preview"]["content"]["media"]["place"], place);
    }
}

#[test]
fn apple_picks_links_or_declines() {
    let button = |sub_type: &str| json!({"type": "button", "content": "b", "sub_type": sub_type, "url": "u"});
    for (buttons, interactive, unsupported) in [
        (replies(2), json!("quick_reply"), 0),
        (replies(5), json!("quick_reply"), 0),
        (replies(6), json!(null), 6),
        (replies(1), json!(null), 1),
        (vec![button("url")], json!("rich_link"), 0),
        (vec![button("phone_number")], json!(null), 1),
        (vec![button("url"), button("quick_reply")], json!(null), 2),
    ] {
        let apple = &drawn("apple-twilio", &json!({}), &json!(buttons), &[])["preview"];
        assert_eq!(apple["interactive"]["type"], interactive);
        assert_eq!(apple["unsupported"].as_array().map_or(0, Vec::len), unsupported);
    }
}

#[test]
fn apple_counts_segments_for_a_phone_number_only() {
    for (sender, counted) in
        [("+14155550100", true), ("+1 (415) 555-0100", true), ("urn:biz:1234", false), ("", false)]
    {
        let body = json!([{"type": "body", "content": "Hi"}]);
        let apple = drawn("apple-twilio", &json!({"outboundnumber": sender}), &body, &[]);
        assert_eq!(apple["preview"].get("as_sms").is_some(), counted, "{sender}");
    }
}

#[test]
fn a_notification_is_cut_where_devices_cut_it() {
    let text = |same: bool| {
        json!({"type": "text", "messageText": "é".repeat(140), "notificationTitle": "t".repeat(51),
        "notificationMessage": "n ${{1}}", "isSameMessageForNotification": same})
    };
    let image = json!({"type": "image", "url": "u", "isClickable": false, "destinationUrl": "d"});
    let shown = drawn("inapp", &json!({}), &json!([text(true), image]), &[]);
    let notification = &shown["preview"]["notification"];
    assert_eq!(notification["title_cut"], 50);
    assert_eq!(
        notification["body_cuts"],
        json!({"ios_lock_screen": 260, "ios_banner": 160, "android_collapsed": 98})
    );
    assert_eq!(shown["missing"], json!(["1"]), "the sender must give it all the same");
    assert_eq!(shown["preview"]["image"].get("destination"), None);
    let own = drawn("inapp", &json!({}), &json!([text(false)]), &["1=x"]);
    assert_eq!(own["preview"]["notification"]["body"]["text"], "n x");
}

#[test]
fn languages_written_from_the_right_are_marked() {
    for (language, right_to_left) in [
        ("ar", true),
        ("ar_EG", true),
        ("HE-IL", true),
        ("fa", true),
        ("ur", true),
        ("en", false),
        ("arn", false),
    ] {
        let shown = preview("wa", &json!({"language": language}), &json!([]), &[]);
        assert_eq!(shown.right_to_left, right_to_left, "{language}");
    }
}

#[test]
fn what_cannot_be_shown_is_said() {
    let body = json!({"type": "body", "content": "a"});
    let shown = preview("sms-twilio", &json!({}), &json!([{"type": "carousel"}, body, body]), &[]);
    assert_eq!(shown.left_out, [0, 2]);
    let unknown = preview("telepathy", &json!({}), &json!([]), &[]);
    assert!(unknown.to_string().starts_with("telepathy\n  (a channel that cannot be shown)"));
}

#[test]
fn a_terminal_gets_no_control_characters() {
    let body = json!([{"type": "body", "content": "a\u{1b}[31m\r\nb\u{9b}"}]);
    let text = preview("sms-twilio", &json!({}), &body, &[]).to_string();
    assert!(text.contains("  a\u{fffd}[31m\n  b\u{fffd}\n"), "{text}");
}

#[test]
fn a_terminal_names_each_costly_character_once() {
    let body = json!([{"type": "body", "content": "“ç” “абвгдежз”"}]);
    let text = preview("sms-twilio", &json!({}), &body, &[]).to_string();
    assert!(text.ends_with("  UCS-2 because of: “ (write \"), ç, ” (write \"), абвгдежз\n"), "{text}");
}

#[test]
fn a_terminal_marks_where_segments_begin() {
    let body = json!([{"type": "body", "content": "я".repeat(140)}]);
    let text = preview("sms-twilio", &json!({}), &body, &[]).to_string();
    assert!(
        text.contains(&format!("⟦2⟧{}⟦3⟧яяяяяя\n  = 3 segments, UCS-2, 140 code units", "я".repeat(67))),
        "{text}"
    );
}
