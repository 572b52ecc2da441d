//! The `index` of a button: its place among the buttons.

use serde_json::Value;

use crate::matching::is_button;

/// Whether the indexes in a list say nothing that its order does not: 0, 1 and so on. Where both
/// versions are so, an index only changes because buttons come, go or move, which is told already.
pub(crate) fn are_in_order(list: &[Value]) -> bool {
    let buttons = list.iter().filter(|element| is_button(element));
    buttons.zip(0_i64..).all(|(button, place)| button.get("index").and_then(Value::as_i64) == Some(place))
}
