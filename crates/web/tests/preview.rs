//! Previews, parsed as browsers parse them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Page;
use outbound_model::examples::HANDOFFS;
use outbound_model::{Handoff, from_json_str};
use outbound_render::{Values, render};
use outbound_web::catalogue::preview;
use serde_json::{Value, json};

fn channel(channel: &Value, permitted: &[&str], values: &[&str]) -> (Page, Vec<String>) {
    let value = json!({"id": "H1", "name": "x", "lookbackPeriodDay": 1, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00.000Z",
        "updatedAt": "2022-10-01T08:00:00.000Z", "channels": [channel]});
    let handoff: Handoff = from_json_str(&value.to_string()).unwrap();
    let values: Values = values.iter().map(|value| Values::assignment(value).unwrap()).collect();
    let permitted: Vec<String> = permitted.iter().map(|host| (*host).to_owned()).collect();
    let previews = preview::draw(&render(&handoff, &values), &permitted);
    (Page::read(&previews.markup.into_string()), previews.media_hosts.into_iter().collect())
}

fn with_class<'p>(page: &'p Page, class: &str) -> Vec<&'p str> {
    let has = |element: &&common::Element| {
        element.get("class").is_some_and(|all| all.split(' ').any(|one| one == class))
    };
    page.elements.iter().filter(has).map(|element| element.text.as_str()).collect()
}

#[test]
fn every_channel_of_the_examples_is_a_labelled_figure() {
    for handoff in from_json_str::<Vec<Handoff>>(HANDOFFS).unwrap() {
        let previews = preview::draw(&render(&handoff, &Values::default()), &[]);
        let page = Page::read(&previews.markup.into_string());
        assert_eq!(page.all("figure").count(), handoff.channels.len());
        assert!(page.all("figcaption").all(|caption| !caption.text.trim().is_empty()));
        assert_eq!(page.faults(), [""; 0], "{}", handoff.name);
        assert_eq!(page.all("img").count(), 0, "no host is permitted");
    }
}

#[test]
fn images_are_loaded_only_from_permitted_hosts() {
    let wa = |address: &str| json!({"type": "wa", "messageComponents": [{"type": "header", "sub_type": "image", "content": address}]});
    let permitted = ["cdn.example.com"];
    for (address, loaded) in [
        ("https://cdn.example.com/a.png", true),
        ("https://CDN.example.com/a.png", true),
        ("http://cdn.example.com/a.png", false),
        ("https://cdn.example.com:8443/a.png", false),
        ("https://other.example.com/a.png", false),
        ("https://cdn.example.com@evil.example/a.png", false),
        ("https://cdn.example.com/{{9}}.png", false),
        ("${{1}}", true),
        ("javascript:alert(1)", false),
    ] {
        let (page, hosts) = channel(&wa(address), &permitted, &["1=https://cdn.example.com/b.png"]);
        assert_eq!(page.all("img").count() == 1, loaded, "{address}");
        assert_eq!(hosts, if loaded { &permitted[..] } else { &[] }, "{address}");
        assert_eq!(with_class(&page, "place").len() == 1, !loaded, "{address}");
    }
}

#[test]
fn placeholders_without_a_sample_are_marked() {
    let sms = json!({"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "Hi ${{1}}, ${{2}}"}]});
    let (page, _) = channel(&sms, &[], &["1=<b>Ann</b>"]);
    assert_eq!(with_class(&page, "value"), ["<b>Ann</b>"]);
    assert_eq!(with_class(&page, "chip"), ["no sample value for ${{2}}", "2"]);
}

#[test]
fn an_sms_shows_its_segments_and_their_lengths() {
    let sms =
        json!({"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "a".repeat(307)}]});
    let (page, _) = channel(&sms, &[], &[]);
    assert_eq!(with_class(&page, "segment-mark"), ["Segment 1", "Segment 2", "Segment 3"]);
    assert_eq!(with_class(&page, "cost"), ["3 segments · GSM-7 · 307 septets"]);
    let meters: Vec<_> = page.all("meter").filter_map(|meter| meter.get("value")).collect();
    assert_eq!(meters, ["153", "153", "1"]);
}

#[test]
fn whatsapp_shows_more_than_three_buttons_as_a_list() {
    let button = |label: &&str| json!({"type": "button", "content": label, "sub_type": "quick_reply"});
    let of = |labels: &[&str]| json!({"type": "wa", "messageComponents": labels.iter().map(button).collect::<Vec<_>>()});
    let (three, _) = channel(&of(&["a", "b", "c"]), &[], &[]);
    assert_eq!((three.all("details").count(), three.all("li").count()), (0, 3));
    let (four, _) = channel(&of(&["a", "b", "c", "d"]), &[], &[]);
    assert_eq!(
        four.all("summary").map(|summary| summary.text.as_str()).collect::<Vec<_>>(),
        ["See all options"]
    );
    assert_eq!(four.all("li").count(), 2 + 1 + 4);
}

#[test]
fn a_card_shows_its_media_according_to_its_orientation() {
    for (orientation, height, side, class) in [
        ("VERTICAL", "short", "left", "card short"),
        ("VERTICAL", "tall", "right", "card tall"),
        ("HORIZONTAL", "tall", "left", "card horizontal column"),
        ("HORIZONTAL", "tall", "right", "card horizontal mirrored column right"),
    ] {
        let rcs = json!({"type": "googlercs", "cardOrientation": orientation, "messageComponents": [
            {"type": "body", "title": "T", "content": "c"},
            {"type": "media", "height": height, "thumbnailImageAlignment": side, "content": "https://a.example/b.png"}]});
        let (page, _) = channel(&rcs, &[], &[]);
        let classes = |start: &str| {
            let found = page
                .elements
                .iter()
                .filter_map(|element| element.get("class"))
                .find(|class| class.starts_with(start));
            found.unwrap_or_default().trim_start_matches("media place ").to_owned()
        };
        assert_eq!(format!("{} {}", classes("card"), classes("media place")), class);
    }
}

#[test]
fn texts_in_other_scripts_are_not_marked_letter_by_letter() {
    let text = "مرحبا ${{1}}، طلبك جاهز للاستلام اليوم";
    let sms = json!({"type": "sms-twilio", "language": "ar", "messageComponents": [{"type": "body", "content": text}]});
    let (page, _) = channel(&sms, &[], &["1=محمد علي"]);
    assert_eq!(with_class(&page, "costly"), [""; 0]);
    assert_eq!(with_class(&page, "value"), ["محمد علي"], "the sample value is one element");
    assert!(
        with_class(&page, "facts")[0].contains("34 characters are not in GSM-7"),
        "{:?}",
        with_class(&page, "facts")
    );
    let sms =
        json!({"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "Hello “Саша”"}]});
    let (page, _) = channel(&sms, &[], &[]);
    assert_eq!(&with_class(&page, "costly")[..3], ["“", "Саша", "”"], "a word is one mark");
}

#[test]
fn right_to_left_languages_are_shown_from_right_to_left() {
    let apple = json!({"type": "apple-twilio", "language": "he", "messageComponents": [{"type": "body", "content": "שלום"}]});
    let (page, _) = channel(&apple, &[], &[]);
    let screen = page.elements.iter().find(|element| element.get("class") == Some("screen")).unwrap();
    assert_eq!((screen.get("lang"), screen.get("dir")), (Some("he"), Some("rtl")));
}

#[test]
fn markup_in_every_field_is_escaped() {
    let script = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    let button = json!({"type": "button", "content": script, "sub_type": script, "url": script});
    let text = json!({"type": "body", "content": script, "title": script, "optOut": script});
    let media = json!({"type": "media", "content": script, "height": script});
    for kind in ["wa", "sms-twilio", "googlercs", "apple-twilio", script] {
        let one = json!({"type": kind, "language": script, "outboundnumber": script, "serviceAccountName": script,
            "messageComponents": [text, media, button, {"type": "footer", "content": script}]});
        let (page, _) = channel(&one, &[], &[]);
        assert_eq!((page.all("script").count(), page.all("img").count()), (0, 0), "{kind}");
        assert_eq!(page.faults(), [""; 0]);
    }
}
