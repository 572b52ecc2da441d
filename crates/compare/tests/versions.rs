//! Differences of versions after typical edits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_compare::RunKind::{Added, Removed, Same};
use outbound_compare::{Change, Kind, compare};
use outbound_model::examples::HANDOFFS;
use outbound_model::{Handoff, from_json_str};
use proptest::prelude::*;
use serde_json::{Value, json};

// A JSON array, as the macro makes it.
#[expect(clippy::needless_pass_by_value)]
fn handoff(channels: Value) -> Value {
    json!({"id": "H1", "name": "Greeting", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00.000Z",
        "updatedAt": "2022-10-01T08:00:00.000Z", "channels": channels})
}

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let read = |version: &Value| from_json_str::<Handoff>(&version.to_string()).unwrap();
    compare(&read(old), &read(new)).unwrap()
}

/// One line per change: kind, old path, new path.
fn summary(old: &Value, new: &Value) -> Vec<String> {
    let line = |change: Change| {
        let path = |path: Option<String>| path.unwrap_or_else(|| "-".to_owned());
        format!("{:?} {} {}", change.kind, path(change.old_path), path(change.new_path))
    };
    changes(old, new).into_iter().map(line).collect()
}

fn sms(text: &str) -> Value {
    json!({"type": "sms-twilio", "language": "en", "messageComponents": [{"type": "body", "content": text}]})
}

fn wa(labels: &[&str]) -> Value {
    let button = |(index, label): (usize, &&str)| json!({"type": "button", "index": index, "content": label, "sub_type": "quick_reply"});
    let mut components = vec![json!({"type": "body", "content": "Hi"})];
    components.extend(labels.iter().enumerate().map(button));
    json!({"type": "wa", "language": "en", "messageComponents": components})
}

#[test]
fn times_are_not_compared() {
    for example in serde_json::from_str::<Vec<Value>>(HANDOFFS).unwrap() {
        let mut later = example.clone();
        later["updatedAt"] = json!("2030-01-01T00:00:00.000Z");
        assert_eq!(changes(&example, &later), []);
    }
}

#[test]
fn a_channel_inserted_at_the_front_is_one_addition() {
    let old = handoff(json!([sms("Hi"), wa(&["Yes"])]));
    let new = handoff(json!([sms("Hello"), sms("Hi"), wa(&["Yes"])]));
    assert_eq!(summary(&old, &new), ["Added - /channels/0"]);
    assert_eq!(summary(&new, &old), ["Removed /channels/0 -"]);
}

#[test]
fn swapped_channels_are_moved() {
    let old = handoff(json!([sms("Hi"), wa(&["Yes"])]));
    let new = handoff(json!([wa(&["Yes"]), sms("Hi Ann")]));
    let expected = [
        "Moved /channels/1 /channels/0",
        "Changed /channels/0/messageComponents/0/content /channels/1/messageComponents/0/content",
    ];
    assert_eq!(summary(&old, &new), expected);
}

#[test]
fn buttons_are_matched_by_label_then_by_preceding_button() {
    let at = |index: usize| format!("/channels/0/messageComponents/{index}");
    for (old, new, expected) in [
        (&["Yes", "No"][..], &["Help", "Yes", "No"][..], vec![format!("Added - {}", at(1))]),
        (&["Help", "Yes"], &["Yes"], vec![format!("Removed {} -", at(1))]),
        (&["Yes", "No"], &["Yes", "Never"], vec![format!("Changed {0}/content {0}/content", at(2))]),
        (
            &["Yes", "No"],
            &["Help", "Yes", "Never"],
            vec![format!("Added - {}", at(1)), format!("Changed {}/content {}/content", at(2), at(3))],
        ),
        (&["Yes", "No"], &["No", "Help"], vec![format!("Added - {}", at(2)), format!("Removed {} -", at(1))]),
    ] {
        let [old, new] = [old, new].map(|labels| handoff(json!([wa(labels)])));
        assert_eq!(summary(&old, &new), expected);
    }
}

#[test]
fn buttons_with_the_same_target_are_matched() {
    let with = |buttons: Value| handoff(json!([{"type": "wa", "messageComponents": buttons}]));
    let link = |label: &str| json!({"type": "button", "content": label, "url": "https://shop.example"});
    let reply = json!({"type": "button", "content": "Yes"});
    let found = summary(&with(json!([reply, link("Visit the shop")])), &with(json!([link("Visit us")])));
    let at = "/channels/0/messageComponents";
    assert_eq!(found, [format!("Changed {at}/1/content {at}/0/content"), format!("Removed {at}/0 -")]);
}

#[test]
fn index_changes_are_reported_unless_they_follow_the_order() {
    let old = handoff(json!([wa(&["Yes", "No"])]));
    let mut swapped = old.clone();
    swapped["channels"][0]["messageComponents"][1]["index"] = json!(1);
    swapped["channels"][0]["messageComponents"][2]["index"] = json!(0);
    let at = |index: usize| format!("/channels/0/messageComponents/{index}/index");
    assert_eq!(summary(&old, &swapped), [1, 2].map(|index| format!("Changed {0} {0}", at(index))));
    let moved = summary(&old, &handoff(json!([wa(&["No", "Yes"])])));
    assert_eq!(moved, ["Moved /channels/0/messageComponents/2 /channels/0/messageComponents/1"]);
}

#[test]
fn only_strings_are_compared_word_by_word() {
    let mut new = handoff(json!([sms("Good evening, Ann")]));
    new["lookbackPeriodDay"] = json!(7);
    new["colour"] = json!("blue");
    let found = changes(&handoff(json!([sms("Good morning, Ann")])), &new);
    let kinds: Vec<_> = found.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [Kind::Changed, Kind::Added, Kind::Changed]);
    assert_eq!((found[0].old.clone(), found[0].new.clone()), (Some(json!(30)), Some(json!(7))));
    let runs: Vec<_> = found[2].words.iter().map(|run| (run.kind, run.text.as_str())).collect();
    assert_eq!(runs, [(Same, "Good "), (Removed, "morning"), (Added, "evening"), (Same, ", Ann")]);
    assert_eq!(
        (found[2].channel.as_deref(), found[2].component.as_deref()),
        (Some("sms-twilio"), Some("body"))
    );
}

#[test]
fn samples_are_compared_between_matching_channels() {
    let mut old = handoff(json!([sms("Hi ${{1}}")]));
    old["x-outbound"] = json!({"samples": {"0": {"1": "Ann", "2": "Monday"}}});
    let mut new = handoff(json!([wa(&[]), sms("Hi ${{1}}")]));
    new["x-outbound"] = json!({"samples": {"1": {"1": "Bob", "2": "Monday"}}});
    let expected = ["Added - /channels/0", "Changed /x-outbound/samples/0/1 /x-outbound/samples/1/1"];
    assert_eq!(summary(&old, &new), expected);
}

#[test]
fn many_long_strings_are_compared() {
    let text =
        |word: &str| (0..20_000).map(|n| format!("{word}{}", n * 7 % 401)).collect::<Vec<_>>().join(" ");
    let many = |word: &str| handoff((0..20).map(|_| sms(&text(word))).collect());
    assert_eq!(changes(&many("a"), &many("b")).len(), 20);
}

proptest! {
    /// The old and new value of each change are located at its paths.
    #[test]
    fn paths_point_to_their_values(order in Just(vec![0, 1, 2, 3]).prop_shuffle(), count in 0..5_usize, text in "[ab ]{0,8}") {
        let channels = [sms("Hi"), wa(&["Yes", "No"]), sms("Bye"), wa(&["Call"])];
        let old = handoff(json!(channels));
        let mut new = handoff(order.iter().take(count).map(|index: &usize| channels[*index].clone()).collect());
        if let Some(content) = new.pointer_mut("/channels/0/messageComponents/0/content") {
            *content = json!(text);
        }
        for change in changes(&old, &new) {
            let at = |version: &Value, path: &Option<String>| path.as_ref().map(|path| version.pointer(path).unwrap().clone());
            if change.kind != Kind::Moved {
                prop_assert_eq!(&change.old, &at(&old, &change.old_path));
                prop_assert_eq!(&change.new, &at(&new, &change.new_path));
            }
        }
    }
}
