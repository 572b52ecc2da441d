//! Recursive comparison of two versions.

use outbound_model::{At, Extension, Object};
use serde_json::Value;

use crate::buttons::are_in_order;
use crate::matching::{self, Matching, out_of_order};
use crate::{Change, Kind, words};

/// Fields that the service sets. They differ between versions without an edit.
const SERVICE_FIELDS: [&str; 3] = ["id", "createdAt", "updatedAt"];
const CHANNELS: &str = "channels";
const COMPONENTS: &str = "messageComponents";
const SAMPLES: &str = "samples";

/// All differences between two handoffs in file format.
pub(crate) fn changes(old: &Object, new: &Object) -> Vec<Change> {
    let mut walk = Walk::default();
    let root = Location { old: At::ROOT, new: At::ROOT };
    let skipped: Vec<&str> = SERVICE_FIELDS.into_iter().chain([CHANNELS, Extension::KEY]).collect();
    walk.fields(old, new, &skipped, &root);
    let [old_channels, new_channels] = [old, new].map(|version| list(version.get(CHANNELS)));
    let matching = matching::channels(old_channels, new_channels);
    walk.list(old_channels, new_channels, &matching, &root.key(CHANNELS), ElementLevel::Channel);
    walk.extension(old, new, &matching, &root);
    walk.changes
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Corresponding locations in both versions.
struct Location<'p> {
    old: At<'p>,
    new: At<'p>,
}

impl Location<'_> {
    fn key<'c>(&'c self, key: &'c str) -> Location<'c> {
        Location { old: self.old.key(key), new: self.new.key(key) }
    }

    fn index(&self, old: usize, new: usize) -> Location<'_> {
        Location { old: self.old.index(old), new: self.new.index(new) }
    }
}

/// The type of the elements of a list.
#[derive(Clone, Copy)]
enum ElementLevel {
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
    /// Compares the fields of two objects, except those in `skipped`.
    fn fields(&mut self, old: &Object, new: &Object, skipped: &[&str], at: &Location<'_>) {
        for (key, new) in new.iter().filter(|(key, _)| !skipped.contains(&key.as_str())) {
            self.value(old.get(key), Some(new), &at.key(key));
        }
        let removed =
            old.iter().filter(|(key, _)| !new.contains_key(*key) && !skipped.contains(&key.as_str()));
        for (key, old) in removed {
            self.value(Some(old), None, &at.key(key));
        }
    }

    fn value(&mut self, old: Option<&Value>, new: Option<&Value>, at: &Location<'_>) {
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

    /// Compares two lists of channels or components.
    fn list(
        &mut self,
        old: &[Value],
        new: &[Value],
        matching: &Matching,
        at: &Location<'_>,
        level: ElementLevel,
    ) {
        let old_indexes: Vec<usize> = matching.pairs.iter().map(|(old, _)| *old).collect();
        let moved = out_of_order(&old_indexes);
        let skip_index = are_in_order(old) && are_in_order(new);
        let mut pairs = matching.pairs.iter().zip(moved).peekable();
        for (index, element) in new.iter().enumerate() {
            let pair = pairs.next_if(|((_, new), _)| *new == index);
            let origin = pair.and_then(|((from, _), moved)| Some((*from, old.get(*from)?, moved)));
            self.enter(level, Some(element));
            match origin {
                None => self.value(None, Some(element), &at.index(0, index)),
                Some((from, before, moved)) => {
                    let at = at.index(from, index);
                    if moved {
                        self.push(Kind::Moved, &at);
                    }
                    self.element(before, element, skip_index, &at);
                }
            }
        }
        for index in &matching.removed {
            self.enter(level, old.get(*index));
            self.value(old.get(*index), None, &at.index(*index, 0));
        }
        self.enter(level, None);
    }

    /// Compares a channel or component that both versions have.
    fn element(&mut self, old: &Value, new: &Value, skip_index: bool, at: &Location<'_>) {
        let (Value::Object(before), Value::Object(after)) = (old, new) else {
            return self.value(Some(old), Some(new), at);
        };
        let lists = [before, after].map(|channel| channel.get(COMPONENTS).and_then(Value::as_array));
        match lists {
            [Some(old), Some(new)] if self.component.is_none() => {
                self.fields(before, after, &[COMPONENTS], at);
                let matching = matching::components(old, new);
                self.list(old, new, &matching, &at.key(COMPONENTS), ElementLevel::Component);
            }
            _ => {
                let skipped: &[&str] = if skip_index && matching::is_button(new) { &["index"] } else { &[] };
                self.fields(before, after, skipped, at);
            }
        }
    }

    /// Compares the extension. Samples are compared between matching channels, regardless of their order.
    /// Samples of an added or removed channel are part of that change.
    fn extension(&mut self, old: &Object, new: &Object, matching: &Matching, root: &Location<'_>) {
        let at = root.key(Extension::KEY);
        let empty = Object::new();
        let channels = list(new.get(CHANNELS));
        let [old, new] = [old, new].map(|version| object(version.get(Extension::KEY)).unwrap_or(&empty));
        self.fields(old, new, &[SAMPLES], &at);
        let at = at.key(SAMPLES);
        let [old, new] = [old, new].map(|extension| object(extension.get(SAMPLES)).unwrap_or(&empty));
        for (from, to) in &matching.pairs {
            self.enter(ElementLevel::Channel, channels.get(*to));
            let [from, to] = [from, to].map(ToString::to_string);
            let [before, after] =
                [old.get(&from), new.get(&to)].map(|samples| object(samples).unwrap_or(&empty));
            let at = Location { old: at.old.key(&from), new: at.new.key(&to) };
            self.fields(before, after, &[], &at);
        }
        self.enter(ElementLevel::Channel, None);
    }

    /// Sets the channel or component of the following changes; `None` outside of both.
    fn enter(&mut self, level: ElementLevel, element: Option<&Value>) {
        let name = element.map(|element| element.get("type").and_then(Value::as_str).unwrap_or_default());
        let name = name.map(str::to_owned);
        match level {
            ElementLevel::Channel => self.channel = name,
            ElementLevel::Component => self.component = name,
        }
    }

    fn push(&mut self, kind: Kind, at: &Location<'_>) {
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
