//! The `index` of a button: its place among the buttons, which changes when others come or go.

use serde_json::Value;

use crate::matching::{Matching, is_button};

/// Whether the indexes of the matched buttons say nothing of their own: buttons came or went, and
/// those that stayed kept their order.
pub(crate) fn index_follows(matching: &Matching, old: &[Value], new: &[Value]) -> bool {
    let any_button =
        |places: &[usize], list: &[Value]| places.iter().filter_map(|i| list.get(*i)).any(is_button);
    if !any_button(&matching.removed, old) && !any_button(&matching.added, new) {
        return false;
    }
    let index = |list: &[Value], place: usize| list.get(place)?.get("index")?.as_i64();
    let stayed = matching.pairs.iter().filter(|(_, place)| new.get(*place).is_some_and(is_button));
    let indexes: Option<Vec<_>> = stayed.map(|(o, n)| Some((index(old, *o)?, index(new, *n)?))).collect();
    indexes.is_some_and(|mut indexes| {
        indexes.sort_unstable();
        indexes.is_sorted_by(|(a, b), (c, d)| a < c && b < d)
    })
}
