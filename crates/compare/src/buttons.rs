//! The `index` of a button: its position among the buttons.

use serde_json::Value;

use crate::matching::is_button;

/// Whether the indexes of the buttons in a list are 0, 1, 2 and so on. If this holds for both versions, index
/// changes are not reported, because they only follow from buttons that were added, removed or moved.
pub(crate) fn are_in_order(list: &[Value]) -> bool {
    let buttons = list.iter().filter(|element| is_button(element));
    buttons.zip(0_i64..).all(|(button, index)| button.get("index").and_then(Value::as_i64) == Some(index))
}
