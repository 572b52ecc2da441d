//! Writes values of the form into the JSON of the handoff. Values that the form shows unchanged keep their spelling.

use std::borrow::Cow;

use outbound_model::{HandoffName, Object};
use serde_json::Value;

use super::fields::{Control, Field};
use crate::error::sentence;
use crate::text;

/// A value as a browser returns it: with its own line ends, or none in a field of one line, and without U+0000.
pub(crate) fn as_shown(text: &str, is_multi_line: bool) -> Cow<'_, str> {
    if !text.contains(['\r', '\n', '\0']) {
        return Cow::Borrowed(text);
    }
    let line_end = if is_multi_line { "\n" } else { "" };
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    Cow::Owned(text.replace('\n', line_end))
}

/// The string that the form shows for a value; empty if there is none.
pub(crate) fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join("\n")
        }
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Sets `field` in `object` to the posted value; an error is a sentence for the user. A missing checkbox is not set; any
/// other missing field was not in the form and does not change.
pub(crate) fn set(object: &mut Object, field: &Field, posted: Option<&str>) -> Result<(), String> {
    if matches!(field.control, Control::Check) {
        let is_set = posted.is_some();
        if object.get(field.key).and_then(Value::as_bool).unwrap_or_default() != is_set {
            object.insert(field.key.to_owned(), is_set.into());
        }
        return Ok(());
    }
    let Some(posted) = posted else { return Ok(()) };
    let is_multi_line = field.control.is_multi_line();
    let posted = as_shown(posted, is_multi_line);
    let current = object.get(field.key);
    if as_shown(&shown(current), is_multi_line) == posted {
        return Ok(());
    }
    match value(field, &posted)? {
        Some(value) => object.insert(field.key.to_owned(), value),
        None => object.shift_remove(field.key),
    };
    Ok(())
}

/// The JSON value of a posted string; `None` if it is empty.
fn value(field: &Field, posted: &str) -> Result<Option<Value>, String> {
    if field.key == "name" {
        return posted
            .parse::<HandoffName>()
            .map(|name| Some(name.as_str().into()))
            .map_err(|problem| sentence(&problem.to_string()));
    }
    match field.control {
        Control::Number => match posted.trim().parse::<i64>() {
            Ok(number) => Ok(Some(number.into())),
            Err(_) => Err(text::expected_number().into_owned()),
        },
        Control::Lines => {
            let lines: Vec<&str> = posted.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            Ok((!lines.is_empty()).then(|| lines.into()))
        }
        _ => Ok((!posted.is_empty()).then(|| posted.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_that_the_form_shows_unchanged_keep_their_spelling() {
        let line = |control| Field { key: "x", label: text::name, control, hint: None };
        for (control, before, posted, after) in [
            (Control::Line, json!({}), Some(""), json!({})),
            (Control::Line, json!({"x": ""}), Some(""), json!({"x": ""})),
            (Control::Line, json!({"x": "a"}), Some(""), json!({})),
            (Control::Line, json!({"x": "a\nb"}), Some("ab"), json!({"x": "a\nb"})),
            (Control::Line, json!({"x": "a\u{0}"}), Some("a\u{fffd}"), json!({"x": "a\u{0}"})),
            (Control::Line, json!({"x": "a"}), None, json!({"x": "a"})),
            (Control::Text, json!({"x": "a\r\nb"}), Some("a\r\nb"), json!({"x": "a\r\nb"})),
            (Control::Text, json!({"x": "a\rb"}), Some("a\r\nb"), json!({"x": "a\rb"})),
            (Control::Text, json!({"x": "a"}), Some("a\r\nb"), json!({"x": "a\nb"})),
            (Control::Check, json!({}), None, json!({})),
            (Control::Check, json!({"x": false}), None, json!({"x": false})),
            (Control::Check, json!({"x": true}), None, json!({"x": false})),
            (Control::Check, json!({}), Some("on"), json!({"x": true})),
            (Control::Number, json!({"x": 7}), Some(" 8 "), json!({"x": 8})),
            (Control::Lines, json!({"x": ["a", " b"]}), Some("a\r\n b"), json!({"x": ["a", " b"]})),
            (Control::Lines, json!({"x": ["a"]}), Some("a\r\n\r\n b "), json!({"x": ["a", "b"]})),
            (Control::Lines, json!({"x": []}), Some(""), json!({"x": []})),
        ] {
            let mut object = before.as_object().unwrap().clone();
            set(&mut object, &line(control), posted).unwrap();
            assert_eq!(Value::Object(object), after, "{before} {posted:?}");
        }
    }

    #[test]
    fn invalid_numbers_are_rejected() {
        let field = Field { key: "x", label: text::name, control: Control::Number, hint: None };
        for invalid in ["", "ten", "1.5", "99999999999999999999", "0x1"] {
            let mut object = json!({"x": 1}).as_object().unwrap().clone();
            assert!(set(&mut object, &field, Some(invalid)).is_err(), "{invalid}");
            assert_eq!(object["x"], json!(1));
        }
    }
}
