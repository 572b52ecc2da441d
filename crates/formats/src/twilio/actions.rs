//! Conversion between Twilio's actions and buttons of handoffs.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::Value;

use super::{CALL_TO_ACTION, QUICK_REPLY};
use crate::buttons::button;
use crate::channel_export::ChannelExport;
use crate::fields::FieldReader;
use crate::losses::Losses;
use crate::{Format, foreign, phones};

/// Fields of an action that earlier versions stored in the button itself.
const OLD_FIELDS: [&str; 2] = ["id", "webview_size"];
const WEBVIEW_SIZES: [&str; 4] = ["TALL", "FULL", "HALF", "NONE"];

/// Reads an action as the button at index `place`. Its URL keeps Twilio's placeholders.
pub(super) fn read(
    value: Value,
    place: usize,
    at: At<'_>,
    losses: &mut Losses,
) -> Result<Button, ShapeError> {
    let mut fields = FieldReader::of(value, at)?;
    let kind = fields.take::<Option<String>>("type")?.unwrap_or_else(|| "QUICK_REPLY".to_owned());
    let sub_type = kind.to_ascii_lowercase();
    if !is_known(&sub_type) {
        losses.add(&at, format!("Handoffs have no button type {kind}; it is kept unchanged."));
        let mut button = button(place, &sub_type, fields.take_text("title"));
        fields.put("type", kind.into());
        button.extra = foreign::keep(Format::Twilio, fields.rest());
        return Ok(button);
    }
    let mut button = button(place, &sub_type, fields.take("title")?);
    match sub_type.as_str() {
        "url" => button.url = Some(fields.take("url")?),
        "phone_number" => button.phone_number = Some(fields.take("phone")?),
        _ => {}
    }
    button.extra = foreign::keep(Format::Twilio, fields.rest());
    Ok(button)
}

fn is_known(sub_type: &str) -> bool {
    matches!(sub_type, "quick_reply" | "url" | "phone_number")
}

/// Whether a button can be an action of the content type `kind`. Buttons of unknown types only fit the type from
/// which they were imported.
pub(super) fn fits(button: &Button, kind: &str, was_there: bool) -> bool {
    match (button.sub_type.as_deref().unwrap_or("quick_reply"), kind) {
        ("quick_reply", kind) => kind != CALL_TO_ACTION,
        ("url" | "phone_number", kind) => kind != QUICK_REPLY,
        (_, CALL_TO_ACTION | QUICK_REPLY) => was_there,
        _ => true,
    }
}

/// Writes a button as an action. `url` is its URL with Twilio's placeholders. `None` if Twilio would reject it.
pub(super) fn write(
    button: &Button,
    url: Option<String>,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) -> Option<Object> {
    let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
    let mut action = match foreign::kept(Format::Twilio, &button.extra) {
        _ if is_known(sub_type) => write_known(button, sub_type, url, at, export)?,
        Some(kept) => kept.clone(),
        None if export.kept.is_from() && foreign::keeps_nothing(&button.extra) => {
            let mut old = Object::from_iter([("type".to_owned(), sub_type.to_ascii_uppercase().into())]);
            insert(&mut old, "url", url);
            insert(&mut old, "phone", button.phone_number.clone());
            old.extend(button.extra.clone());
            old
        }
        None => return left_out(&format!("a button of type {sub_type}"), at, export),
    };
    insert(&mut action, "title", button.content.clone());
    if !is_known(sub_type) {
        export.losses.unchecked(at, "This button", "Twilio");
    }
    Some(action)
}

fn write_known(
    button: &Button,
    sub_type: &str,
    url: Option<String>,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) -> Option<Object> {
    let mut action = Object::from_iter([("type".to_owned(), sub_type.to_ascii_uppercase().into())]);
    let (has_url, has_number) = (url.is_some(), button.phone_number.is_some());
    let is_complete = sub_type == "quick_reply" || if sub_type == "url" { has_url } else { has_number };
    if !is_complete || button.content.is_none() {
        let what = format!("a {sub_type} button without its label, URL or number");
        return left_out(&what, at, export);
    }
    let other_kind = "An action of this type has no such field; it is omitted.";
    if sub_type == "url" {
        insert(&mut action, "url", url);
    } else {
        export.losses.add_some(at, "url", url.as_ref(), other_kind);
    }
    if sub_type == "phone_number" {
        let number = button.phone_number.as_deref();
        let number = number.map(|number| phones::e164(number, &at.key("phone_number"), export.losses));
        insert(&mut action, "phone", number);
    } else {
        export.losses.add_some(at, "phone_number", button.phone_number.as_ref(), other_kind);
    }
    let kept =
        foreign::fields(Format::Twilio, &button.extra, &OLD_FIELDS, "Twilio's action", at, export.losses);
    for (key, value) in kept {
        action.entry(key).or_insert(value);
    }
    Some(action)
}

/// Reports fields of an action that Twilio does not document for the content type `kind`.
pub(super) fn check(action: &Object, kind: &str, at: &At<'_>, losses: &mut Losses) {
    let basic = ["type", "title", "url", "phone"];
    for (key, value) in action.iter().filter(|(key, _)| !basic.contains(&key.as_str())) {
        let is_size = value.as_str().is_some_and(|size| WEBVIEW_SIZES.contains(&size));
        let is_documented = match key.as_str() {
            "id" => value.is_string(),
            "webview_size" => is_size && kind != CALL_TO_ACTION && kind != QUICK_REPLY,
            _ => false,
        };
        if !is_documented {
            losses.unchecked(at, &format!("The field {key}"), "Twilio");
        }
    }
}

fn left_out(what: &str, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Option<Object> {
    export.losses.add(at, format!("Twilio does not accept {what}; it is omitted."));
    None
}

fn insert(object: &mut Object, key: &str, text: Option<String>) {
    if let Some(text) = text {
        object.insert(key.to_owned(), text.into());
    }
}
