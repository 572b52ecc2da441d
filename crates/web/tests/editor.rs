//! The editor without its script: a button returns the changed form, and nothing is saved.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Page;
use maud::Markup;
use outbound_model::{Handoff, from_json_str};
use outbound_rules::{RuleSettings, Samples, check};
use outbound_web::catalogue::editor::{Draft, DraftView, Editor, Form, FormError, Operation, OperationError};
use outbound_web::catalogue::preview;
use serde_json::{Value, json};

fn handoff(channels: &Value) -> Handoff {
    let value = json!({"id": "H1", "name": "Greeting", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00.000Z",
        "updatedAt": "2022-10-01T08:00:00.000Z", "channels": channels});
    from_json_str(&value.to_string()).unwrap()
}

fn sms(text: &str) -> Value {
    json!({"type": "sms-twilio", "language": "en", "outboundnumber": "+14156586515",
        "messageComponents": [{"type": "body", "content": text, "optOut": "Reply STOP to stop."}]})
}

fn wa(labels: &[&str]) -> Value {
    let button = |(index, label)| json!({"type": "button", "index": index, "content": label, "sub_type": "quick_reply"});
    let body = json!({"type": "body", "content": "Hi ${{1}}", "variables": ["1"]});
    let components: Vec<Value> = std::iter::once(body).chain(labels.iter().enumerate().map(button)).collect();
    json!({"type": "wa", "language": "en", "messageComponents": components})
}

fn page(draft: &Draft) -> Page {
    let handoff = draft.handoff().unwrap();
    let findings = check(&handoff, &RuleSettings::default(), Samples::of_handoff(&handoff).as_ref());
    let view = DraftView::new(handoff, findings);
    let previews = preview::draw(&view.rendered, &[]);
    let buttons = Markup::default();
    let editor = Editor {
        draft,
        view: &view,
        previews: &previews,
        action: "/edit",
        live: "/live",
        hidden: &[],
        foot: Markup::default(),
        buttons,
        is_changed: true,
    };
    Page::read(&editor.draw().into_string())
}

/// Presses the buttons in order. Returns the handoff and the last page.
fn press(stored: &Handoff, operations: &[&str]) -> (Value, Page) {
    let mut draft = Draft::of(stored).unwrap();
    for operation in operations {
        let form = Form::read(&page(&draft).posted(operation)).unwrap();
        draft = Draft::read(stored, &form).unwrap();
        draft.apply(&form.other("op").unwrap().parse().unwrap(), &RuleSettings::default()).unwrap();
    }
    (serde_json::to_value(draft.handoff().unwrap()).unwrap(), page(&draft))
}

/// The draft after changing some fields in the form of the stored handoff.
fn typed(stored: &Handoff, changes: &[(&str, &str)]) -> Result<Draft, FormError> {
    let body = page(&Draft::of(stored).unwrap()).posted("refresh");
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Draft::read(stored, &Form::read(body.as_bytes())?)
}

#[test]
fn channels_are_added_moved_and_removed_without_saving() {
    let stored = handoff(&json!([sms("Hi")]));
    let types = |operations: &[&str]| {
        let (handoff, _) = press(&stored, operations);
        handoff["channels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["type"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(&["add-channel wa"]), ["sms-twilio", "wa"]);
    assert_eq!(types(&["add-channel wa", "up 1"]), ["wa", "sms-twilio"]);
    assert_eq!(types(&["add-channel wa", "add-channel inapp", "remove 0", "down 0"]), ["inapp", "wa"]);
}

#[test]
fn samples_and_unknown_fields_move_with_their_channel() {
    let mut value = serde_json::to_value(handoff(&json!([sms("Hi"), wa(&[])]))).unwrap();
    value["channels"][1]["colour"] = json!("blue");
    value["x-outbound"] = json!({"samples": {"1": {"body.1": "Ann"}}});
    let stored: Handoff = from_json_str(&value.to_string()).unwrap();
    let (moved, page) = press(&stored, &["up 1"]);
    assert_eq!(moved["channels"][0]["colour"], "blue");
    let sample =
        page.elements.iter().find(|e| e.get("name") == Some("/x-outbound/samples/0/body.1")).unwrap();
    assert_eq!(sample.get("value"), Some("Ann"));
}

#[test]
fn buttons_keep_their_indexes_in_order() {
    let stored = handoff(&json!([wa(&["Yes", "No", "Help"])]));
    let labels = |operations: &[&str]| {
        // The live preview and saving send the form again.
        let (handoff, _) = press(&stored, &[operations, &["refresh"]].concat());
        let components = handoff["channels"][0]["messageComponents"].as_array().unwrap().clone();
        let buttons = components.iter().filter(|c| c["type"] == "button");
        buttons
            .map(|b| (b["index"].as_i64().unwrap(), b["content"].as_str().unwrap_or("").to_owned()))
            .collect::<Vec<_>>()
    };
    let expected =
        |labels: &[&str]| (0..).zip(labels.iter().map(|label| (*label).to_owned())).collect::<Vec<_>>();
    assert_eq!(labels(&["up 0 2"]), expected(&["No", "Yes", "Help"]));
    assert_eq!(labels(&["remove 0 1"]), expected(&["No", "Help"]));
    assert_eq!(labels(&["add 0 button", "up 0 4"]), expected(&["Yes", "No", "", "Help"]));
    assert_eq!(labels(&["add 0 button", "add 0 button"]), expected(&["Yes", "No", "Help", "", ""]));
}

#[test]
fn an_inserted_placeholder_is_added_to_the_list() {
    let stored = handoff(&json!([wa(&["Shop"]), sms("Hi")]));
    let (changed, _) =
        press(&stored, &["placeholder 0 0 content", "placeholder 0 1 url", "placeholder 1 0 content"]);
    let components = &changed["channels"][0]["messageComponents"];
    assert_eq!(
        (&components[0]["content"], &components[0]["variables"]),
        (&json!("Hi ${{1}}${{2}}"), &json!(["1", "2"]))
    );
    assert_eq!((&components[1]["url"], &components[1]["variables"]), (&json!("{{1}}"), &json!(["1"])));
    assert_eq!(changed["channels"][1]["messageComponents"][0]["content"], "Hi${{1}}");
}

#[test]
fn the_list_of_placeholders_changes_only_if_the_placeholders_change() {
    let stored = handoff(&json!([{"type": "sms-twilio", "messageComponents": [
        {"type": "body", "content": "Hi ${{1}}", "variables": ["1", "9"]}]}]));
    let name = "/channels/0/messageComponents/0/content";
    for (text, expected) in
        [("Hello ${{1}}", json!(["1", "9"])), ("Hi ${{2}}, ${{1}}", json!(["1", "2"])), ("Hi", json!([]))]
    {
        let handoff =
            serde_json::to_value(typed(&stored, &[(name, text)]).unwrap().handoff().unwrap()).unwrap();
        assert_eq!(handoff["channels"][0]["messageComponents"][0]["variables"], expected, "{text}");
    }
}

#[test]
fn a_finding_is_shown_next_to_its_field_and_can_be_fixed() {
    let stored = handoff(&json!([sms("Hi ${{ 1 }}")]));
    let page_before = page(&Draft::of(&stored).unwrap());
    let field = page_before.by_id("f-c0-m0-content").unwrap();
    assert_eq!(field.get("aria-invalid"), Some("true"));
    let notes = page_before.by_id("nf-c0-m0-content").unwrap();
    assert!(
        notes.text.contains("GEN-05") && field.get("aria-describedby").unwrap().contains("nf-c0-m0-content")
    );
    let fix = page_before
        .all("button")
        .filter_map(|b| b.get("value"))
        .find(|value| value.starts_with("fix "))
        .unwrap();
    let (fixed, page_after) = press(&stored, &[fix]);
    assert_eq!(fixed["channels"][0]["messageComponents"][0]["content"], "Hi ${{1}}");
    assert!(!page_after.by_id("nf-c0-m0-content").unwrap().text.contains("GEN-05"));
}

#[test]
fn invalid_input_is_reported_next_to_its_field_and_kept() {
    let stored = handoff(&json!([]));
    for (name, posted, id) in [("/name", " ", "f-name"), ("/lookbackPeriodDay", "ten", "f-lookbackPeriodDay")]
    {
        let draft = typed(&stored, &[(name, posted)]).unwrap();
        assert_eq!(draft.problems().map(|(pointer, _)| pointer).collect::<Vec<_>>(), [name]);
        let page = page(&draft);
        assert_eq!(page.by_id(id).unwrap().get("value"), Some(posted));
        assert!(page.by_id(&format!("n{id}")).unwrap().text.contains("Expected"));
        assert_eq!(draft.handoff().unwrap(), stored);
    }
}

#[test]
fn invalid_forms_are_rejected() {
    let stored = handoff(&json!([sms("Hi")]));
    let many = (0..5000).map(|n| format!("%2Fx{n}=1&")).collect::<Vec<_>>().concat();
    for (body, expected) in [
        (many + "%40end=1", FormError::TooLarge),
        ("%2Fname=x".to_owned(), FormError::Incomplete),
        ("a=1&a=2&%40end=1".to_owned(), FormError::Twice("a".to_owned())),
        (format!("{}=1&%40end=1", "/a".repeat(200)), FormError::Unknown("/a".repeat(20))),
        ("%40%2Fchannels%2F0=7&%40end=1".to_owned(), FormError::OtherVersion),
        ("%40%2Fchannels%2F0=pager&%40end=1".to_owned(), FormError::Unknown("pager".to_owned())),
        ("%40%2Fchannels%2F1=0&%40end=1".to_owned(), FormError::Incomplete),
        (
            "%40%2Fchannels%2F0=0&%2Fx-outbound%2Fsamples%2F0%2F%2F%2F=1&%40end=1".to_owned(),
            FormError::Unknown("//".to_owned()),
        ),
    ] {
        let error = Form::read(body.as_bytes()).and_then(|form| Draft::read(&stored, &form)).unwrap_err();
        assert_eq!(error, expected, "{error}");
    }
}

#[test]
fn operations_on_missing_elements_are_rejected() {
    let mut draft = Draft::of(&handoff(&json!([sms("Hi")]))).unwrap();
    for operation in [
        "remove 7",
        "remove 0 9",
        "up 0",
        "down 0",
        "up 0 0",
        "add 3 body",
        "placeholder 0 7 content",
        "fix x /name",
    ] {
        let parsed: Operation = operation.parse().unwrap();
        assert_eq!(draft.apply(&parsed, &RuleSettings::default()), Err(OperationError::Gone), "{operation}");
    }
    for operation in ["", "save", "add-channel pager", "up x", "remove 0 0 0", "up -1"] {
        assert_eq!(operation.parse::<Operation>(), Err(OperationError::Unknown), "{operation}");
    }
}

#[test]
fn markup_in_every_field_is_escaped() {
    let script = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"'>";
    let mut channels = json!([sms(script), wa(&[script]), {"type": script}]);
    channels[0]["language"] = json!(script);
    channels[0]["outboundnumber"] = json!(script);
    let page = page(&Draft::of(&handoff(&channels)).unwrap());
    assert_eq!((page.all("script").count(), page.all("img").count()), (0, 0));
    assert_eq!(page.faults(), [""; 0]);
    assert!(page.by_id("f-c0-m0-content").unwrap().text.starts_with(script));
}

/// The draft after the user has visited these fields and left them empty.
fn after_leaving(stored: &Handoff, draft: &Draft, left: &str) -> Draft {
    let body = page(draft).posted("refresh");
    let fields = form_urlencoded::parse(&body).into_owned().filter(|(name, _)| name != "left");
    let fields = fields.chain([("left".to_owned(), left.to_owned())]);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Draft::read(stored, &Form::read(body.as_bytes()).unwrap()).unwrap()
}

#[test]
fn missing_fields_of_new_components_are_reported_once_visited_or_saved() {
    for channel in ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"] {
        let stored = handoff(&json!([]));
        let (_, added) = press(&stored, &[&format!("add-channel {channel}")]);
        let notes = |page: &Page| {
            let notes = page.elements.iter().filter(|one| one.get("class") == Some("notes"));
            notes
                .filter(|one| one.get("id").unwrap().starts_with("nf-c0"))
                .map(|one| one.text.clone())
                .collect::<String>()
        };
        assert_eq!(notes(&added), "", "{channel}");
        assert!(added.all("input").chain(added.all("textarea")).all(|one| one.get("aria-invalid").is_none()));
        assert!(added.by_id("summary").unwrap().text.ends_with(" missing"), "{channel}");
        let mut draft = Draft::of(&stored).unwrap();
        draft.apply(&format!("add-channel {channel}").parse().unwrap(), &RuleSettings::default()).unwrap();
        let field = if channel == "inapp" { "messageText" } else { "content" };
        let left = after_leaving(&stored, &draft, &format!("/channels/0/messageComponents/0/{field}"));
        let missed = page(&left).by_id(&format!("nf-c0-m0-{field}")).unwrap().text.clone();
        assert!(missed.contains("Error: "), "{channel}: {missed}");
        draft.finish();
        let saved = page(&draft);
        assert!(notes(&saved).len() > missed.len(), "{channel}");
        assert!(!saved.by_id("summary").unwrap().text.contains(" missing"), "{channel}");
    }
}

#[test]
fn missing_fields_of_stored_components_are_reported_at_once() {
    let stored = handoff(&json!([{"type": "sms-twilio", "messageComponents": [{"type": "body"}]}]));
    let page = page(&Draft::of(&stored).unwrap());
    assert!(page.by_id("nf-c0-m0-content").unwrap().text.contains("Error: "));
    let summary = &page.by_id("summary").unwrap().text;
    assert!(summary.contains(" error") && !summary.contains(" missing"), "{summary}");
}
