//! Twilio's actions and a handoff's buttons.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::Value;

use crate::buttons::button;
use crate::fields::Fields;
use crate::losses::Losses;
use crate::phones;

/// Fields of an action that a button keeps as they are.
const KEPT: [&str; 2] = ["id", "webview_size"];

/// The button at `place` of an action. Its address is as Twilio writes it.
pub(super) fn read(
    value: Value,
    place: usize,
    at: At<'_>,
    losses: &mut Losses,
) -> Result<Button, ShapeError> {
    let mut fields = Fields::of(value, at)?;
    let kind = fields.take::<Option<String>>("type")?.unwrap_or_else(|| "QUICK_REPLY".to_owned());
    let sub_type = kind.to_ascii_lowercase();
    let mut button = button(place, &sub_type, fields.take("title")?);
    match sub_type.as_str() {
        "quick_reply" => {}
        "url" => button.url = Some(fields.take("url")?),
        "phone_number" => button.phone_number = Some(fields.take("phone")?),
        _ => losses.add(&at, format!("A handoff knows no button {kind}; it is kept as it is.")),
    }
    button.extra = fields.rest();
    Ok(button)
}

/// Whether it sends an answer.
pub(super) fn is_reply(button: &Button) -> bool {
    matches!(button.sub_type.as_deref(), Some("quick_reply") | None)
}

/// The action of a button; `url` is its address as Twilio writes it.
pub(super) fn write(button: &Button, url: Option<String>, at: &At<'_>, losses: &mut Losses) -> Value {
    let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
    let mut action = Object::from_iter([("type".to_owned(), sub_type.to_ascii_uppercase().into())]);
    let number = button.phone_number.as_deref();
    let number = number.map(|number| phones::e164(number, &at.key("phone_number"), losses));
    let own = [("title", button.content.clone()), ("url", url), ("phone", number)];
    for (key, text) in own {
        if let Some(text) = text {
            action.insert(key.to_owned(), text.into());
        }
    }
    let basic = matches!(sub_type, "quick_reply" | "url" | "phone_number");
    for (key, value) in &button.extra {
        if !basic || KEPT.contains(&key.as_str()) {
            action.insert(key.clone(), value.clone());
        } else {
            losses.add(&at.key(key), "Twilio's action has no such field; it is left out.");
        }
    }
    action.into()
}
