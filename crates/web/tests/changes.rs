//! Differences between two versions, parsed as browsers parse them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Page;
use outbound_compare::compare;
use outbound_model::{Handoff, from_json_str};
use outbound_web::catalogue::changes::{Layout, draw};
use serde_json::{Value, json};

fn shown(old: &Value, new: &Value, layout: Layout) -> Page {
    let read = |channels: &Value| -> Handoff {
        let value = json!({"id": "H1", "name": "Greeting", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
            "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00.000Z",
            "updatedAt": "2022-10-01T08:00:00.000Z", "channels": channels});
        from_json_str(&value.to_string()).unwrap()
    };
    Page::read(&draw(&compare(&read(old), &read(new)).unwrap(), layout).into_string())
}

fn sms(text: &str) -> Value {
    json!([{"type": "sms-twilio", "messageComponents": [{"type": "body", "content": text}]}])
}

fn elements(page: &Page, name: &str) -> Vec<String> {
    page.all(name).map(|element| element.text.clone()).collect()
}

#[test]
fn a_changed_field_is_labelled_and_marked_in_both_layouts() {
    for layout in [Layout::Inline, Layout::SideBySide] {
        let page = shown(&sms("Good morning, Ann"), &sms("Good evening, Ann"), layout);
        assert_eq!(
            (elements(&page, "del"), elements(&page, "ins")),
            (vec!["morning".to_owned()], vec!["evening".to_owned()])
        );
        let head =
            &page.elements.iter().find(|element| element.get("class") == Some("change-head")).unwrap().text;
        assert_eq!(head, "ChangedSMSText");
    }
}

#[test]
fn an_added_channel_is_shown_by_its_texts() {
    let page = shown(&json!([]), &sms("Good morning"), Layout::Inline);
    assert_eq!(elements(&page, "ins"), ["Good morning"]);
}

#[test]
fn markup_in_either_version_is_escaped() {
    let script = "<script>alert(1)</script><img src=x>";
    for (old, new) in [
        (sms(script), sms("Hi")),
        (sms("Hi"), sms(script)),
        (json!([]), sms(script)),
        (json!([{"type": script}]), json!([])),
    ] {
        for layout in [Layout::Inline, Layout::SideBySide] {
            let page = shown(&old, &new, layout);
            assert_eq!((page.all("script").count(), page.all("img").count()), (0, 0));
            assert!(page.all("ol").next().unwrap().text.contains("<script>"));
        }
    }
}
