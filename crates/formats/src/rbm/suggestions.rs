//! Google's suggestions and a handoff's buttons.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::{Value, json};

use crate::buttons::button;
use crate::fields::Fields;
use crate::losses::Losses;
use crate::phones;

const LINK: &str = "openUrlAction";
const DIAL: &str = "dialAction";

/// The button at `place` of a suggestion. What a button has no field for stands in its extra fields,
/// as Google writes it.
pub(super) fn read(
    value: Value,
    place: usize,
    at: At<'_>,
    losses: &mut Losses,
) -> Result<Button, ShapeError> {
    let mut fields = Fields::of(value, at)?;
    let reply: Option<Object> = fields.take("reply")?;
    let action: Option<Object> = fields.take("action")?;
    losses.fields(&at, &fields.rest(), &[], "A handoff's button");
    let (inner, at) = match (reply, action) {
        (Some(reply), _) => (reply, at.key("reply")),
        (None, Some(action)) => {
            return read_action(Fields::some(Some(action), at.key("action")), place, losses);
        }
        (None, None) => return Err(at.problem("is neither a reply nor an action")),
    };
    let mut fields = Fields::some(Some(inner), at);
    let mut button = button(place, "quick_reply", fields.take("text")?);
    button.extra = without_postback(fields.rest(), place);
    Ok(button)
}

fn read_action(mut fields: Fields<'_>, place: usize, losses: &mut Losses) -> Result<Button, ShapeError> {
    let at = fields.at;
    let text = fields.take("text")?;
    let (link, dial): (Option<Object>, Option<Object>) = (fields.take(LINK)?, fields.take(DIAL)?);
    let (key, object) = match (link, dial) {
        (Some(link), _) => (LINK, link),
        (None, Some(dial)) => (DIAL, dial),
        (None, None) => {
            let rest = without_postback(fields.rest(), place);
            let kind = rest.keys().find(|key| key.ends_with("Action")).cloned();
            let kind = kind.ok_or_else(|| at.problem("is no action that is known here"))?;
            losses.add(&at, format!("A handoff knows no button {kind}; it is kept as it is."));
            let mut button = button(place, &kind, text);
            button.extra = rest;
            return Ok(button);
        }
    };
    let at = at.key(key);
    let mut inner = Fields::some(Some(object), at);
    let mut button = button(place, if key == LINK { "url" } else { "phone_number" }, text);
    if key == LINK {
        button.url = Some(inner.take("url")?);
    } else {
        button.phone_number = Some(inner.take("phoneNumber")?);
    }
    button.extra = without_postback(fields.rest(), place);
    let rest = inner.rest();
    if !rest.is_empty() {
        button.extra.insert(key.to_owned(), rest.into());
    }
    Ok(button)
}

/// The postback that an export writes by itself is not worth a field.
fn without_postback(mut fields: Object, place: usize) -> Object {
    if fields.get("postbackData").is_some_and(|data| *data == postback(place)) {
        fields.shift_remove("postbackData");
    }
    fields
}

fn postback(place: usize) -> String {
    format!("btn_{place}")
}

/// The suggestion of the button at `place`; `label` and `url` are filled in.
pub(super) fn write(
    button: &Button,
    place: usize,
    label: Option<String>,
    url: Option<&str>,
    at: &At<'_>,
    losses: &mut Losses,
) -> Value {
    let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
    let mut fields = Object::new();
    if let Some(label) = label {
        fields.insert("text".to_owned(), label.into());
    }
    fields.insert("postbackData".to_owned(), postback(place).into());
    let (kind, action, known): (_, _, &[&str]) = match sub_type {
        "url" => ("action", Some((LINK, json!({ "url": url }))), &["postbackData", "fallbackUrl", LINK]),
        "phone_number" => {
            let number = button.phone_number.as_deref();
            let number = number.map(|number| phones::e164(number, &at.key("phone_number"), losses));
            let dial = json!({ "phoneNumber": number });
            ("action", Some((DIAL, dial)), &["postbackData", "fallbackUrl", DIAL])
        }
        "quick_reply" => ("reply", None, &["postbackData"]),
        other => ("action", None, &[other, "postbackData", "fallbackUrl"]),
    };
    for (key, value) in button.extra.iter().filter(|(key, _)| known.contains(&key.as_str())) {
        fields.insert(key.clone(), value.clone());
    }
    losses.fields(at, &button.extra, known, "Google's suggestion");
    let other_kind = "A suggestion of another kind has this; it is left out.";
    losses.add_some(at, "url", button.url.as_ref().filter(|_| sub_type != "url"), other_kind);
    let number = button.phone_number.as_ref().filter(|_| sub_type != "phone_number");
    losses.add_some(at, "phone_number", number, other_kind);
    if let Some((key, Value::Object(mut object))) = action {
        if let Some(Value::Object(rest)) = fields.shift_remove(key) {
            object.extend(rest);
        }
        fields.insert(key.to_owned(), object.into());
    }
    json!({ kind: fields })
}
