//! Matches the elements of two versions of a list.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// Pairs of corresponding elements in two lists. Elements of the new list without a pair were added.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// Indexes in the old and in the new list, in the order of the new list.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Indexes in the old list of removed elements.
    pub(crate) removed: Vec<usize>,
}

/// Matches channels: unchanged ones first, then those with equal type, language, template and sender, then the
/// remaining ones by type, in order.
pub(crate) fn channels(old: &[Value], new: &[Value]) -> Matching {
    let mut links = Links::new(old, new);
    for key in [content_key, identity_key, type_key] {
        links.link(|value, _| Some(key(value)));
    }
    links.finish()
}

/// Matches components: unchanged ones first, then buttons by label and other components by type, then buttons
/// by target, then buttons by their preceding button, so that a new label is a change of its button.
pub(crate) fn components(old: &[Value], new: &[Value]) -> Matching {
    let mut links = Links::new(old, new);
    links.link(|value, _| Some(content_key(value)));
    links.link(|value, _| if is_button(value) { label(value) } else { Some(type_key(value)) });
    links.link(|value, _| if is_button(value) { target(value) } else { None });
    links.link(|value, previous| is_button(value).then(|| format!("{previous:?}")));
    links.finish()
}

pub(crate) fn is_button(value: &Value) -> bool {
    text(value, "type") == Some("button")
}

/// The complete value, without a button's index.
fn content_key(value: &Value) -> String {
    match value {
        Value::Object(object) if is_button(value) && object.contains_key("index") => {
            let mut object = object.clone();
            object.shift_remove("index");
            Value::Object(object).to_string()
        }
        _ => value.to_string(),
    }
}

fn identity_key(value: &Value) -> String {
    let fields = ["type", "language", "templatename", "serviceAccountName", "outboundnumber"];
    format!("{:?}", fields.map(|field| text(value, field)))
}

fn label(value: &Value) -> Option<String> {
    text(value, "content").map(str::to_owned)
}

/// The URL or phone number that a button opens.
fn target(value: &Value) -> Option<String> {
    ["url", "phone_number"].into_iter().find_map(|field| text(value, field)).map(str::to_owned)
}

fn type_key(value: &Value) -> String {
    format!("{:?}", text(value, "type"))
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// Builder of a [`Matching`].
struct Links<'v> {
    old: &'v [Value],
    new: &'v [Value],
    /// The index of the matching new element, for each old element.
    of_old: Vec<Option<usize>>,
    /// The index of the matching old element, for each new element.
    of_new: Vec<Option<usize>>,
}

impl<'v> Links<'v> {
    fn new(old: &'v [Value], new: &'v [Value]) -> Self {
        Self { old, new, of_old: vec![None; old.len()], of_new: vec![None; new.len()] }
    }

    /// Links the first unlinked elements with equal keys. The second argument of `key` is the nearest preceding
    /// linked button, given by its index in the new list.
    fn link(&mut self, key: impl Fn(&Value, Option<usize>) -> Option<String>) {
        let mut unlinked: HashMap<String, VecDeque<usize>> = HashMap::new();
        let mut previous = None;
        for (index, value) in self.old.iter().enumerate() {
            match self.of_old.get(index).copied().flatten() {
                Some(linked) if is_button(value) => previous = Some(linked),
                Some(_) => {}
                None => {
                    if let Some(key) = key(value, previous) {
                        unlinked.entry(key).or_default().push_back(index);
                    }
                }
            }
        }
        previous = None;
        let mut found = Vec::new();
        for (index, value) in self.new.iter().enumerate() {
            if self.of_new.get(index).copied().flatten().is_some() {
                previous = if is_button(value) { Some(index) } else { previous };
                continue;
            }
            let key = key(value, previous);
            let old = key.and_then(|key| unlinked.get_mut(&key)).and_then(VecDeque::pop_front);
            found.extend(old.map(|old| (old, index)));
        }
        for (old, new) in found {
            if let (Some(of_old), Some(of_new)) = (self.of_old.get_mut(old), self.of_new.get_mut(new)) {
                (*of_old, *of_new) = (Some(new), Some(old));
            }
        }
    }

    fn finish(self) -> Matching {
        let pairs = self.of_new.iter().enumerate().filter_map(|(new, old)| Some(((*old)?, new)));
        let removed = self.of_old.iter().enumerate().filter(|(_, new)| new.is_none());
        Matching { pairs: pairs.collect(), removed: removed.map(|(old, _)| old).collect() }
    }
}

/// Which of the distinct numbers must move to put all of them in ascending order: those outside a longest
/// increasing subsequence. The result has one entry per number.
pub(crate) fn out_of_order(numbers: &[usize]) -> Vec<bool> {
    // ends[n]: the smallest last number of an increasing subsequence of length n + 1, and its index.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut predecessors: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|(end, _)| end < number);
        let predecessor = length.checked_sub(1).and_then(|shorter| ends.get(shorter));
        predecessors.push(predecessor.map(|(_, index)| *index));
        match ends.get_mut(length) {
            Some(end) => *end = (*number, index),
            None => ends.push((*number, index)),
        }
    }
    let mut moved = vec![true; numbers.len()];
    let mut next = ends.last().map(|(_, index)| *index);
    while let Some(index) = next {
        if let Some(moved) = moved.get_mut(index) {
            *moved = false;
        }
        next = predecessors.get(index).copied().flatten();
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_elements_as_possible_move() {
        for (numbers, expected) in [
            (vec![], vec![]),
            (vec![0, 1, 2], vec![false; 3]),
            (vec![2, 0, 1], vec![true, false, false]),
            (vec![1, 2, 0], vec![false, false, true]),
            (vec![0, 3, 1, 2], vec![false, true, false, false]),
        ] {
            assert_eq!(out_of_order(&numbers), expected, "{numbers:?}");
        }
    }
}
