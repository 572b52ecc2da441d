//! One field's value from the form into the JSON it came from, which stays as it is wherever the form
//! shows the same.

use std::borrow::Cow;

use outbound_model::{HandoffName, Object};
use serde_json::Value;

use super::fields::{Control, Field};

/// A value that a browser shows and sends back: line ends are its own, a line has none, and U+0000
/// cannot be shown.
pub(crate) fn as_shown(text: &str, is_multi_line: bool) -> Cow<'_, str> {
    if !text.contains(['\r', '\n', '\0']) {
        return Cow::Borrowed(text);
    }
    let line_end = if is_multi_line { "\n" } else { "" };
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    Cow::Owned(text.replace('\n', line_end))
}

/// The text that the form shows for a value; empty for one that is not there.
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

/// Puts what was posted for `field` into `object`; a sentence where that is no value of the field.
/// A checkbox that is not posted is not set; of any other field that means that it was not in the
/// form, and nothing changes.
pub(crate) fn set(object: &mut Object, field: &Field, posted: Option<&str>) -> Result<(), String> {
    if field.control == Control::Check {
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

/// The value that a text stands for; none for an empty one.
fn value(field: &Field, posted: &str) -> Result<Option<Value>, String> {
    if field.key == "name" {
        return posted
            .parse::<HandoffName>()
            .map(|name| Some(name.as_str().into()))
            .map_err(|problem| format!("{problem}.").replacen("expected", "Expected", 1));
    }
    match field.control {
        Control::Number => match posted.trim().parse::<i64>() {
            Ok(number) => Ok(Some(number.into())),
            Err(_) => Err("Expected a whole number.".to_owned()),
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
    fn what_the_form_shows_alike_stays_as_it_is() {
        let line = |control| Field { key: "x", label: "", control, hint: "" };
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
    fn wrong_numbers_are_told() {
        let field = Field { key: "x", label: "", control: Control::Number, hint: "" };
        for wrong in ["", "ten", "1.5", "99999999999999999999", "0x1"] {
            let mut object = json!({"x": 1}).as_object().unwrap().clone();
            assert!(set(&mut object, &field, Some(wrong)).is_err(), "{wrong}");
            assert_eq!(object["x"], json!(1));
        }
    }
}
