//! The walk through both versions.

use outbound_model::{At, Extension, Object};
use serde_json::Value;

use crate::buttons::are_in_order;
use crate::matching::{self, Matching, moved};
use crate::{Change, Kind, words};

/// The service's own fields, which change without anybody having written anything.
const NOT_WRITTEN: [&str; 3] = ["id", "createdAt", "updatedAt"];
const CHANNELS: &str = "channels";
const COMPONENTS: &str = "messageComponents";
const SAMPLES: &str = "samples";

/// Every difference between two handoffs as files hold them.
pub(crate) fn changes(old: &Object, new: &Object) -> Vec<Change> {
    let mut walk = Walk::default();
    let root = Both { old: At::ROOT, new: At::ROOT };
    let passed: Vec<&str> = NOT_WRITTEN.into_iter().chain([CHANNELS, Extension::KEY]).collect();
    walk.fields(old, new, &passed, &root);
    let [old_channels, new_channels] = [old, new].map(|version| list(version.get(CHANNELS)));
    let matching = matching::channels(old_channels, new_channels);
    walk.list(old_channels, new_channels, &matching, &root.key(CHANNELS), Level::Channel);
    walk.extension(old, new, &matching, &root);
    walk.changes
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The same place in both versions.
struct Both<'p> {
    old: At<'p>,
    new: At<'p>,
}

impl Both<'_> {
    fn key<'c>(&'c self, key: &'c str) -> Both<'c> {
        Both { old: self.old.key(key), new: self.new.key(key) }
    }

    fn index(&self, old: usize, new: usize) -> Both<'_> {
        Both { old: self.old.index(old), new: self.new.index(new) }
    }
}

/// What the elements of a list are.
#[derive(Clone, Copy)]
enum Level {
    Channel,
    Component,
}

#[derive(Default)]
struct Walk {
    changes: Vec<Change>,
    channel: Option<String>,
    component: Option<String>,
}

impl Walk {
    /// The fields of two objects, but for those in `passed`.
    fn fields(&mut self, old: &Object, new: &Object, passed: &[&str], at: &Both<'_>) {
        for (key, new) in new.iter().filter(|(key, _)| !passed.contains(&key.as_str())) {
            self.value(old.get(key), Some(new), &at.key(key));
        }
        let gone = old.iter().filter(|(key, _)| !new.contains_key(*key) && !passed.contains(&key.as_str()));
        for (key, old) in gone {
            self.value(Some(old), None, &at.key(key));
        }
    }

    fn value(&mut self, old: Option<&Value>, new: Option<&Value>, at: &Both<'_>) {
        match (old, new) {
            (Some(old), Some(new)) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => self.fields(old, new, &[], at),
            (Some(Value::String(old)), Some(Value::String(new))) => {
                self.push(Kind::Changed, at);
                self.fill_last(Some(old.clone().into()), Some(new.clone().into()));
                self.changes.last_mut().into_iter().for_each(|change| change.words = words(old, new));
            }
            (None, None) => {}
            (old, new) => {
                let kind = match (old, new) {
                    (None, _) => Kind::Added,
                    (_, None) => Kind::Removed,
                    _ => Kind::Changed,
                };
                self.push(kind, at);
                self.fill_last(old.cloned(), new.cloned());
            }
        }
    }

    /// Channels or components, matched.
    fn list(&mut self, old: &[Value], new: &[Value], matching: &Matching, at: &Both<'_>, level: Level) {
        let places: Vec<usize> = matching.pairs.iter().map(|(old, _)| *old).collect();
        let moved = moved(&places);
        let index_follows = are_in_order(old) && are_in_order(new);
        let mut pairs = matching.pairs.iter().zip(moved).peekable();
        for (place, element) in new.iter().enumerate() {
            let pair = pairs.next_if(|((_, new), _)| *new == place);
            let from = pair.and_then(|((from, _), moved)| Some((*from, old.get(*from)?, moved)));
            self.enter(level, Some(element));
            match from {
                None => self.value(None, Some(element), &at.index(0, place)),
                Some((from, before, moved)) => {
                    let at = at.index(from, place);
                    if moved {
                        self.push(Kind::Moved, &at);
                    }
                    self.element(before, element, index_follows, &at);
                }
            }
        }
        for place in &matching.removed {
            self.enter(level, old.get(*place));
            self.value(old.get(*place), None, &at.index(*place, 0));
        }
        self.enter(level, None);
    }

    /// A channel or component that is in both versions.
    fn element(&mut self, old: &Value, new: &Value, index_follows: bool, at: &Both<'_>) {
        let (Value::Object(before), Value::Object(after)) = (old, new) else {
            return self.value(Some(old), Some(new), at);
        };
        let lists = [before, after].map(|channel| channel.get(COMPONENTS).and_then(Value::as_array));
        match lists {
            [Some(old), Some(new)] if self.component.is_none() => {
                self.fields(before, after, &[COMPONENTS], at);
                let matching = matching::components(old, new);
                self.list(old, new, &matching, &at.key(COMPONENTS), Level::Component);
            }
            _ => {
                let passed: &[&str] =
                    if index_follows && matching::is_button(new) { &["index"] } else { &[] };
                self.fields(before, after, passed, at);
            }
        }
    }

    /// What is ours. Samples go with their channels, wherever these stand now; those of a channel that
    /// came or went are part of that change.
    fn extension(&mut self, old: &Object, new: &Object, matching: &Matching, root: &Both<'_>) {
        let at = root.key(Extension::KEY);
        let empty = Object::new();
        let channels = list(new.get(CHANNELS));
        let [old, new] = [old, new].map(|version| object(version.get(Extension::KEY)).unwrap_or(&empty));
        self.fields(old, new, &[SAMPLES], &at);
        let at = at.key(SAMPLES);
        let [old, new] = [old, new].map(|ours| object(ours.get(SAMPLES)).unwrap_or(&empty));
        for (from, to) in &matching.pairs {
            self.enter(Level::Channel, channels.get(*to));
            let [from, to] = [from, to].map(ToString::to_string);
            let [before, after] = [old.get(&from), new.get(&to)].map(|texts| object(texts).unwrap_or(&empty));
            let at = Both { old: at.old.key(&from), new: at.new.key(&to) };
            self.fields(before, after, &[], &at);
        }
        self.enter(Level::Channel, None);
    }

    /// What follows is about this channel or component, or about none.
    fn enter(&mut self, level: Level, element: Option<&Value>) {
        let name = element.map(|element| element.get("type").and_then(Value::as_str).unwrap_or_default());
        let name = name.map(str::to_owned);
        match level {
            Level::Channel => self.channel = name,
            Level::Component => self.component = name,
        }
    }

    fn push(&mut self, kind: Kind, at: &Both<'_>) {
        self.changes.push(Change {
            kind,
            channel: self.channel.clone(),
            component: self.component.clone(),
            old_path: (kind != Kind::Added).then(|| at.old.to_string()),
            new_path: (kind != Kind::Removed).then(|| at.new.to_string()),
            old: None,
            new: None,
            words: Vec::new(),
        });
    }

    fn fill_last(&mut self, old: Option<Value>, new: Option<Value>) {
        if let Some(change) = self.changes.last_mut() {
            (change.old, change.new) = (old, new);
        }
    }
}

fn object(value: Option<&Value>) -> Option<&Object> {
    value.and_then(Value::as_object)
}
