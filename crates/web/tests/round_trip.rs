//! Converting any handoff to a form and back changes nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Page;
use maud::html;
use outbound_model::examples::HANDOFFS;
use outbound_model::{At, FromJson, Handoff, from_json_str};
use outbound_rules::{RuleSettings, Samples, check};
use outbound_web::catalogue::editor::{Draft, DraftView, Editor, Form};
use outbound_web::catalogue::preview;
use proptest::prelude::*;
use serde_json::{Value, json};

fn drawn(draft: &Draft) -> String {
    let handoff = draft.handoff().unwrap();
    let findings = check(&handoff, &RuleSettings::default(), Samples::of_handoff(&handoff).as_ref());
    let view = DraftView::new(handoff, findings);
    let previews = preview::draw(&view.rendered, &[]);
    let (action, live) = ("/edit", "/edit/live");
    let buttons = html! { button name="op" value="save" { "Save" } };
    Editor {
        draft,
        view: &view,
        previews: &previews,
        action,
        live,
        hidden: &[],
        foot: html! {},
        buttons,
        is_changed: false,
    }
    .draw()
    .into_string()
}

/// The handoff after the form is submitted without a change.
fn round_trip(handoff: &Handoff) -> Handoff {
    let page = Page::read(&drawn(&Draft::of(handoff).unwrap()));
    let form = Form::read(&page.posted("refresh")).unwrap();
    let draft = Draft::read(handoff, &form).unwrap();
    assert_eq!(draft.problems().count(), 0, "{:?}", draft.problems().next());
    draft.handoff().unwrap()
}

#[test]
fn examples_survive_the_round_trip() {
    for handoff in from_json_str::<Vec<Handoff>>(HANDOFFS).unwrap() {
        assert_eq!(round_trip(&handoff), handoff);
    }
}

#[test]
fn pages_of_examples_have_no_faults() {
    for handoff in from_json_str::<Vec<Handoff>>(HANDOFFS).unwrap() {
        let page = drawn(&Draft::of(&handoff).unwrap());
        assert_eq!(Page::read(&page).faults(), [""; 0], "{}", handoff.name);
        assert!(page.len() < 100_000, "{} bytes", page.len());
    }
}

/// Strings that browsers, HTML or forms change in transit.
fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        "(\r\n|[\r\n\u{0}\u{1}\t &<>\"'é${}1])*".prop_map(Value::from),
        "[$]?\\{\\{[1-9]\\}\\}|</textarea>|<script>|&amp;|&#13;|VERTICAL|url".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

/// Replaces the values of a handoff with others of the same type.
fn disturb(value: &mut Value, strings: &mut impl Iterator<Item = Value>) {
    const FIXED: [&str; 5] = ["type", "id", "name", "createdAt", "updatedAt"];
    match value {
        Value::Object(object) => {
            for (_, inner) in object.iter_mut().filter(|(key, _)| !FIXED.contains(&key.as_str())) {
                disturb(inner, strings);
            }
            object.insert("x-own".to_owned(), json!({"deep": [1.50, null]}));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| disturb(item, strings)),
        Value::String(_) => *value = strings.next().unwrap_or_default(),
        _ => {}
    }
}

fn handoff() -> impl Strategy<Value = Handoff> {
    let documented: Vec<Value> = serde_json::from_str(HANDOFFS).unwrap();
    let samples =
        proptest::collection::btree_map("(|body\\.|header\\.|button[0-3]\\.)[1-9]|odd name", text(), 0..5);
    let strings = proptest::collection::vec(text(), 1..60);
    (proptest::collection::vec(0..documented.len(), 0..4), strings, samples, any::<bool>()).prop_map(
        move |(which, strings, samples, has_samples)| {
            let mut handoff = documented[0].clone();
            let channels =
                which.iter().flat_map(|place| documented[*place]["channels"].as_array().unwrap().clone());
            handoff["channels"] = channels.collect();
            handoff["channels"]
                .as_array_mut()
                .unwrap()
                .push(json!({"type": "viber", "messageComponents": ["odd"]}));
            handoff["channels"][0]["messageComponents"]
                .as_array_mut()
                .unwrap()
                .push(json!({"type": "odd", "content": 1}));
            disturb(&mut handoff, &mut strings.into_iter().cycle());
            if has_samples {
                handoff["x-outbound"] = json!({"samples": {"0": samples, "7": {"1": "stray"}}, "odd": 1});
            }
            Handoff::from_json(handoff, At::ROOT).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_handoff_survives_the_round_trip(handoff in handoff()) {
        let back = round_trip(&handoff);
        prop_assert_eq!(back.to_file().unwrap(), handoff.to_file().unwrap());
        prop_assert_eq!(back, handoff);
    }

    #[test]
    fn pages_of_any_handoff_have_no_faults(handoff in handoff()) {
        let page = Page::read(&drawn(&Draft::of(&handoff).unwrap()));
        prop_assert_eq!(page.faults(), Vec::<String>::new());
        prop_assert_eq!(page.all("script").count(), 0);
    }

    #[test]
    fn reading_a_form_never_panics(
        handoff in handoff(),
        fields in proptest::collection::vec(("[/@](channels|messageComponents|x-outbound|samples|[0-9]{1,3}|/){0,5}", "[a-z0-9-]{0,6}"), 0..9),
        op in "(add|remove|up|down|placeholder|fix|add-channel|refresh)( (wa|button|[0-9]{1,3}|content)){0,3}",
    ) {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("@end", "1").extend_pairs(fields);
        if let Ok(form) = Form::read(pairs.finish().as_bytes())
            && let Ok(mut draft) = Draft::read(&handoff, &form)
        {
            let _ = op.parse().map(|op| draft.apply(&op, &RuleSettings::default()));
            prop_assert!(draft.handoff().is_ok());
        }
    }
}
