//! Valid handoffs, and a small language for the edits in the case tables.
//!
//! ```text
//! WA-01 template-name
//!   breaks /templatename = "Order" -> /templatename
//!   passes /templatename = "order"
//! ```
//! A line is a list of edits, separated by ` ;; `: `POINTER = JSON` sets a value, `- POINTER` removes it, `+ JSON`
//! adds a component, `+reply|+link|+call INDEX LABEL [TARGET]` adds a button, `sample KEY = JSON` sets a sample
//! value and `setting JSON` sets the settings. Pointers are relative to the first channel, or to the handoff if
//! prefixed with `^`. `<x*9>` in a string means nine x.
#![allow(dead_code)]

use outbound_model::{At, FromJson, Handoff};
use outbound_render::Key;
use outbound_rules::{Finding, RuleSet, RuleSettings, Samples, check};
use serde_json::{Value, json};

pub(crate) const CHANNELS: [&str; 5] = ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"];

/// The findings with LivePerson's limits, a list of hosts and unusual sample values.
pub(crate) fn findings(handoff: &Value) -> Vec<Finding> {
    let handoff = Handoff::from_json(handoff.clone(), At::ROOT).expect("a handoff");
    let settings = RuleSettings {
        rule_set: RuleSet::LivePerson,
        permitted_media_hosts: vec!["cdn.example.com".to_owned()],
        ..RuleSettings::default()
    };
    let value = |key: &str| (key.parse().unwrap(), "https://cdn.example.com/é  \n.png".to_owned());
    let samples = Samples::from_iter([(0, ["1", "body.1", "button0.1"].map(value).into_iter().collect())]);
    check(&handoff, &settings, Some(&samples))
}

/// A rule's cases.
pub(crate) struct Case {
    /// The rule's id and name.
    pub(crate) id: String,
    pub(crate) name: String,
    /// Edits that violate the rule, and the location of the finding.
    pub(crate) breaks: Vec<(String, String)>,
    /// Edits that just comply with the rule.
    pub(crate) passes: Vec<String>,
}

/// The cases of a table.
pub(crate) fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in table.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.trim().split_once(' ').expect(line);
        match word {
            "breaks" => {
                let (edits, pointer) = rest.rsplit_once("->").expect(line);
                cases
                    .last_mut()
                    .expect(line)
                    .breaks
                    .push((edits.trim().to_owned(), absolute(pointer.trim())));
            }
            "passes" => cases.last_mut().expect(line).passes.push(rest.to_owned()),
            id => cases.push(Case { id: id.into(), name: rest.into(), breaks: vec![], passes: vec![] }),
        }
    }
    cases
}

fn absolute(pointer: &str) -> String {
    pointer.strip_prefix('^').map_or_else(|| format!("/channels/0{pointer}"), str::to_owned)
}

/// The JSON of a handoff, with settings and sample values for the check.
pub(crate) struct Subject {
    pub(crate) handoff: Value,
    pub(crate) settings: RuleSettings,
    values: Vec<(Key, String)>,
}

impl Subject {
    /// A handoff of one channel without findings.
    pub(crate) fn clean(channel: &str) -> Self {
        let handoff = json!({
            "id": "H072047293477861", "name": "Greeting", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
            "routeAllWithinLookback": true, "createdAt": "2022-10-01T08:00:00.000Z",
            "updatedAt": "2022-10-03T09:00:00.000Z", "channels": [clean_channel(channel)],
        });
        Self { handoff, settings: RuleSettings::default(), values: vec![] }
    }

    pub(crate) fn edited(channel: &str, edits: &str) -> Self {
        let mut subject = Self::clean(channel);
        edits.split(" ;; ").filter(|edit| !edit.is_empty()).for_each(|edit| subject.edit(edit.trim()));
        subject
    }

    pub(crate) fn check(&self) -> Vec<Finding> {
        let handoff = Handoff::from_json(self.handoff.clone(), At::ROOT).expect("a handoff");
        let samples = Samples::from_iter([(0, self.values.iter().cloned().collect())]);
        check(&handoff, &self.settings, (!self.values.is_empty()).then_some(&samples))
    }

    fn edit(&mut self, edit: &str) {
        if let Some(rest) = edit.strip_prefix("sample ") {
            let (key, value) = rest.split_once(" = ").expect(edit);
            let value = value_of(value).as_str().unwrap().to_owned();
            self.values.push((key.parse().unwrap(), value));
            return;
        }
        if let Some(settings) = edit.strip_prefix("setting ") {
            self.settings = serde_json::from_str(settings).expect(edit);
        } else if let Some(pointer) = edit.strip_prefix("- ") {
            let pointer = absolute(pointer);
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            self.handoff.pointer_mut(parent).and_then(|v| v.as_object_mut()?.shift_remove(key)).expect(edit);
        } else if let Some(component) = edit.strip_prefix('+') {
            self.push(component);
        } else {
            let (pointer, value) = edit.split_once(" = ").expect(edit);
            self.set(&absolute(pointer), value_of(value));
        }
    }

    fn set(&mut self, pointer: &str, value: Value) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match self.handoff.pointer_mut(parent).expect(pointer) {
            Value::Object(object) => drop(object.insert(key.to_owned(), value)),
            Value::Array(items) if key == "-" => items.push(value),
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
            other => panic!("{pointer}: {other}"),
        }
    }

    fn push(&mut self, component: &str) {
        let (kind, rest) = component.split_once(' ').expect(component);
        let rest = expand(rest);
        let mut parts = serde_json::Deserializer::from_str(&rest).into_iter::<Value>().map(Result::unwrap);
        let mut next = || parts.next().unwrap_or_default();
        let button = |sub_type: &str, index: Value, label: Value| json!({"type": "button", "index": index, "content": label, "sub_type": sub_type});
        let mut component = match kind {
            "reply" => button("quick_reply", next(), next()),
            "link" => button("url", next(), next()),
            "call" => button("phone_number", next(), next()),
            _ => next(),
        };
        match kind {
            "link" => component["url"] = next(),
            "call" => component["phone_number"] = next(),
            _ => {}
        }
        self.set("/channels/0/messageComponents/-", component);
    }
}

fn value_of(json: &str) -> Value {
    serde_json::from_str(&expand(json)).unwrap_or_else(|e| panic!("{json}: {e}"))
}

/// Expands `<x*9>` to nine x.
fn expand(text: &str) -> String {
    let Some((before, after)) = text.split_once('<') else { return text.to_owned() };
    let repeated = after.split_once('>').and_then(|(inside, rest)| {
        let (unit, count) = inside.rsplit_once('*')?;
        Some((unit.repeat(count.parse().ok()?), rest))
    });
    let (unit, rest) = repeated.unwrap_or(("<".to_owned(), after));
    format!("{before}{unit}{}", expand(rest))
}

/// A configuration of the channel without findings.
pub(crate) fn clean_channel(channel: &str) -> Value {
    match channel {
        "wa" => json!({
            "type": "wa", "language": "en", "namespace": "b8520e15_f77b_5f76_fb50_9f756d03676b",
            "templatename": "order_update", "outboundnumber": "12535277322",
            "messageComponents": [{"type": "body", "variables": ["1"],
                "content": "Hello ${{1}}, your order is ready for you."}],
        }),
        "sms-twilio" => json!({
            "type": "sms-twilio", "language": "en", "outboundnumber": "+14156586515",
            "messageComponents": [{"type": "body", "content": "Hi ${{1}}, it is ready.", "variables": ["1"],
                "optOut": "Reply STOP to stop, HELP for help."}],
        }),
        "apple-twilio" => json!({
            "type": "apple-twilio", "language": "en",
            "messageComponents": [{"type": "body", "content": "Your order ${{1}} is ready.", "variables": ["1"]}],
        }),
        "googlercs" => json!({
            "type": "googlercs", "language": "en", "serviceAccountName": "c2m-7453907-grcs",
            "cardOrientation": "VERTICAL",
            "messageComponents": [
                {"type": "body", "title": "Ready", "content": "Your order ${{1}} is ready.", "variables": ["1"]},
                {"type": "media", "height": "medium", "content": "https://cdn.example.com/a.png", "variables": []},
            ],
        }),
        "inapp" => json!({
            "type": "inapp", "language": "en", "appNames": ["com.example.shop"],
            "messageComponents": [
                {"type": "text", "messageText": "Hi ${{1}}", "notificationTitle": "Ready",
                 "isSameMessageForNotification": true, "variables": ["1"]},
                {"type": "image", "url": "https://cdn.example.com/a.png", "isClickable": true,
                 "destinationUrl": "https://www.example.com", "variables": []},
            ],
        }),
        other => panic!("no channel {other}"),
    }
}

/// The case tables and the channel that each of them edits.
pub(crate) const TABLES: [(&str, &str); 6] = [
    ("sms-twilio", include_str!("../cases/general.txt")),
    ("wa", include_str!("../cases/wa.txt")),
    ("sms-twilio", include_str!("../cases/sms_twilio.txt")),
    ("apple-twilio", include_str!("../cases/apple_twilio.txt")),
    ("googlercs", include_str!("../cases/googlercs.txt")),
    ("inapp", include_str!("../cases/inapp.txt")),
];
