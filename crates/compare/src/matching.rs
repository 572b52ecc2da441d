//! Matching the elements of two versions of a list: which comes from which.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// Which elements of two lists are the same; what is in no pair of the new list came.
#[derive(Debug, Default)]
pub(crate) struct Matching {
    /// Places in the old and in the new list, in the order of the new one.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Places in the old list of what is gone.
    pub(crate) removed: Vec<usize>,
}

/// Channels: unchanged ones first; then those of one type, language, template and sender; then
/// what is left of each type, in order.
pub(crate) fn channels(old: &[Value], new: &[Value]) -> Matching {
    let mut links = Links::new(old, new);
    for key in [whole, named, typed] {
        links.link(|value, _| Some(key(value)));
    }
    links.finish()
}

/// Components: unchanged ones first; then buttons by what stands on them and other components by
/// type; then buttons that lead to the same place, and those between the same neighbours, so that a
/// new label is a change of its button.
pub(crate) fn components(old: &[Value], new: &[Value]) -> Matching {
    let mut links = Links::new(old, new);
    links.link(|value, _| Some(whole(value)));
    links.link(|value, _| if is_button(value) { labelled(value) } else { Some(typed(value)) });
    links.link(|value, _| if is_button(value) { target(value) } else { None });
    links.link(|value, neighbour| is_button(value).then(|| format!("{neighbour:?}")));
    links.finish()
}

pub(crate) fn is_button(value: &Value) -> bool {
    text(value, "type") == Some("button")
}

/// All of it but a button's place.
fn whole(value: &Value) -> String {
    match value {
        Value::Object(object) if is_button(value) && object.contains_key("index") => {
            let mut object = object.clone();
            object.shift_remove("index");
            Value::Object(object).to_string()
        }
        _ => value.to_string(),
    }
}

fn named(value: &Value) -> String {
    let fields = ["type", "language", "templatename", "serviceAccountName", "outboundnumber"];
    format!("{:?}", fields.map(|field| text(value, field)))
}

fn labelled(value: &Value) -> Option<String> {
    text(value, "content").map(str::to_owned)
}

/// Where a tap on a button leads.
fn target(value: &Value) -> Option<String> {
    ["url", "phone_number"].into_iter().find_map(|field| text(value, field)).map(str::to_owned)
}

fn typed(value: &Value) -> String {
    format!("{:?}", text(value, "type"))
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// A matching in the making.
struct Links<'v> {
    old: &'v [Value],
    new: &'v [Value],
    /// For each old element the new one.
    of_old: Vec<Option<usize>>,
    /// For each new element the old one.
    of_new: Vec<Option<usize>>,
}

impl<'v> Links<'v> {
    fn new(old: &'v [Value], new: &'v [Value]) -> Self {
        Self { old, new, of_old: vec![None; old.len()], of_new: vec![None; new.len()] }
    }

    /// Links what is unlinked yet and has equal keys, first come, first served; a key may count on the
    /// nearest linked button before, given as its place in the new list.
    fn link(&mut self, key: impl Fn(&Value, Option<usize>) -> Option<String>) {
        let mut free: HashMap<String, VecDeque<usize>> = HashMap::new();
        let mut neighbour = None;
        for (place, value) in self.old.iter().enumerate() {
            match self.of_old.get(place).copied().flatten() {
                Some(linked) if is_button(value) => neighbour = Some(linked),
                Some(_) => {}
                None => {
                    if let Some(key) = key(value, neighbour) {
                        free.entry(key).or_default().push_back(place);
                    }
                }
            }
        }
        neighbour = None;
        let mut found = Vec::new();
        for (place, value) in self.new.iter().enumerate() {
            if self.of_new.get(place).copied().flatten().is_some() {
                neighbour = if is_button(value) { Some(place) } else { neighbour };
                continue;
            }
            let key = key(value, neighbour);
            let old = key.and_then(|key| free.get_mut(&key)).and_then(VecDeque::pop_front);
            found.extend(old.map(|old| (old, place)));
        }
        for (old, new) in found {
            if let (Some(of_old), Some(of_new)) = (self.of_old.get_mut(old), self.of_new.get_mut(new)) {
                (*of_old, *of_new) = (Some(new), Some(old));
            }
        }
    }

    fn finish(self) -> Matching {
        let pairs = self.of_new.iter().enumerate().filter_map(|(new, old)| Some(((*old)?, new)));
        let gone = self.of_old.iter().enumerate().filter(|(_, new)| new.is_none());
        Matching { pairs: pairs.collect(), removed: gone.map(|(old, _)| old).collect() }
    }
}

/// Which of the numbers must move so that the others are in order: all outside a longest increasing
/// subsequence. As many answers as numbers, which are all different.
pub(crate) fn moved(numbers: &[usize]) -> Vec<bool> {
    // At `n`, the smallest last number of an increasing subsequence of n + 1, by its place.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (place, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|(end, _)| end < number);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).map(|(_, place)| *place));
        match ends.get_mut(length) {
            Some(end) => *end = (*number, place),
            None => ends.push((*number, place)),
        }
    }
    let mut moved = vec![true; numbers.len()];
    let mut next = ends.last().map(|(_, place)| *place);
    while let Some(place) = next {
        if let Some(moved) = moved.get_mut(place) {
            *moved = false;
        }
        next = before.get(place).copied().flatten();
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_as_possible_move() {
        for (numbers, expected) in [
            (vec![], vec![]),
            (vec![0, 1, 2], vec![false; 3]),
            (vec![2, 0, 1], vec![true, false, false]),
            (vec![1, 2, 0], vec![false, false, true]),
            (vec![0, 3, 1, 2], vec![false, true, false, false]),
        ] {
            assert_eq!(moved(&numbers), expected, "{numbers:?}");
        }
    }
}
