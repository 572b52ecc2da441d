//! Conversion between Google's suggestions and buttons of handoffs.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::{Value, json};

use crate::buttons::button;
use crate::channel_export::ChannelExport;
use crate::fields::FieldReader;
use crate::losses::Losses;
use crate::{Format, foreign, phones};

const LINK: &str = "openUrlAction";
const DIAL: &str = "dialAction";

/// Reads a suggestion as the button at index `place`. Fields that buttons do not have are kept unchanged.
pub(super) fn read(
    value: Value,
    place: usize,
    at: At<'_>,
    losses: &mut Losses,
) -> Result<Button, ShapeError> {
    let mut fields = FieldReader::of(value, at)?;
    let reply: Option<Object> = fields.take("reply")?;
    let action: Option<Object> = fields.take("action")?;
    losses.fields(&at, &fields.rest(), &[], "A handoff's button");
    match (reply, action) {
        (Some(reply), action) => {
            let sentence =
                "A suggestion is either a reply or an action, but this one is both; the action is omitted.";
            losses.add_some(&at, "action", action.as_ref(), sentence);
            let mut fields = FieldReader::some(Some(reply), at.key("reply"));
            let mut button = button(place, "quick_reply", fields.take("text")?);
            button.extra = foreign::keep(Format::Rbm, without_postback(fields.rest(), place));
            Ok(button)
        }
        (None, Some(action)) => read_action(FieldReader::some(Some(action), at.key("action")), place, losses),
        (None, None) => Err(at.problem("is neither a reply nor an action")),
    }
}

fn read_action(mut fields: FieldReader<'_>, place: usize, losses: &mut Losses) -> Result<Button, ShapeError> {
    let at = fields.at;
    let text = fields.take("text")?;
    let (link, dial): (Option<Object>, Option<Object>) = (fields.take(LINK)?, fields.take(DIAL)?);
    let mut rest = without_postback(fields.rest(), place);
    let mut others: Vec<String> = rest.keys().filter(|key| key.ends_with("Action")).cloned().collect();
    if link.is_some() && dial.is_some() {
        others.push(DIAL.to_owned());
    }
    let (key, object) = match (link, dial) {
        (Some(link), _) => (LINK, link),
        (None, Some(dial)) => (DIAL, dial),
        (None, None) => {
            if others.is_empty() {
                return Err(at.problem("is not a supported action"));
            }
            let kind = others.remove(0);
            remove_actions(&mut rest, &others, &at, losses);
            losses.add(&at, format!("Handoffs have no button type {kind}; it is kept unchanged."));
            let mut button = button(place, &kind, text);
            button.extra = foreign::keep(Format::Rbm, rest);
            return Ok(button);
        }
    };
    remove_actions(&mut rest, &others, &at, losses);
    let at = at.key(key);
    let mut inner = FieldReader::some(Some(object), at);
    let mut button = button(place, if key == LINK { "url" } else { "phone_number" }, text);
    if key == LINK {
        button.url = Some(inner.take("url")?);
    } else {
        button.phone_number = Some(inner.take("phoneNumber")?);
    }
    let inner = inner.rest();
    if !inner.is_empty() {
        rest.insert(key.to_owned(), inner.into());
    }
    button.extra = foreign::keep(Format::Rbm, rest);
    Ok(button)
}

/// Removes and reports further actions, because a suggestion has only one.
fn remove_actions(rest: &mut Object, others: &[String], at: &At<'_>, losses: &mut Losses) {
    for other in others {
        rest.shift_remove(other);
        losses.add(&at.key(other), "An action has one type, but this one has several; this one is omitted.");
    }
}

/// Removes postback data that an export generates again.
fn without_postback(mut fields: Object, place: usize) -> Object {
    if fields.get("postbackData").is_some_and(|data| *data == postback(place)) {
        fields.shift_remove("postbackData");
    }
    fields
}

fn postback(place: usize) -> String {
    format!("btn_{place}")
}

/// Writes the button at index `place` as a suggestion, with `label` and `url` already filled in. `None` if Google
/// would reject it.
pub(super) fn write(
    button: &Button,
    place: usize,
    label: Option<String>,
    url: Option<&String>,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) -> Option<Value> {
    let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
    let action = match sub_type {
        "quick_reply" => None,
        "url" => Some((LINK, "url", url.cloned())),
        "phone_number" => {
            let number = button.phone_number.as_deref();
            let number = number.map(|number| phones::e164(number, &at.key("phone_number"), export.losses));
            Some((DIAL, "phoneNumber", number))
        }
        other => return write_kept(button, other, place, label, at, export),
    };
    let complete = action.as_ref().is_none_or(|(_, _, value)| value.is_some());
    let Some(label) = label.filter(|_| complete) else {
        let what = format!("a {sub_type} button without its label, URL or number");
        return left_out(&what, at, export);
    };
    let mut fields = Object::from_iter([("text".to_owned(), label.into())]);
    let old: &[&str] = match &action {
        Some((key, ..)) => &["postbackData", "fallbackUrl", key],
        None => &["postbackData"],
    };
    let mut kept = foreign::fields(Format::Rbm, &button.extra, old, "Google's suggestion", at, export.losses);
    let postback = kept.shift_remove("postbackData").unwrap_or_else(|| postback(place).into());
    if !postback.is_string() {
        export.losses.unchecked(at, "The field postbackData", "Google");
    }
    fields.insert("postbackData".to_owned(), postback);
    let other_kind = "Only suggestions of other types have this field; it is omitted.";
    export.losses.add_some(at, "url", url.filter(|_| sub_type != "url"), other_kind);
    let number = button.phone_number.as_ref().filter(|_| sub_type != "phone_number");
    export.losses.add_some(at, "phone_number", number, other_kind);
    if let Some((key, field, value)) = &action {
        fields.insert((*key).to_owned(), json!({ *field: value }));
    }
    for (key, value) in &kept {
        if !is_documented(key, value, action.as_ref().map(|(key, ..)| *key)) {
            export.losses.unchecked(at, &format!("The field {key}"), "Google");
        }
        foreign::merge(&mut fields, key, value);
    }
    Some(json!({ if action.is_some() { "action" } else { "reply" }: fields }))
}

/// Writes an action that an import kept. Earlier versions stored its fields in the button itself.
fn write_kept(
    button: &Button,
    kind: &str,
    place: usize,
    label: Option<String>,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) -> Option<Value> {
    let old = || Some(&button.extra).filter(|extra| foreign::keeps_nothing(extra));
    let kept = foreign::kept(Format::Rbm, &button.extra).or_else(old);
    let Some(kept) = kept.filter(|kept| kind.ends_with("Action") && kept.contains_key(kind)) else {
        return left_out(&format!("a button of type {kind}"), at, export);
    };
    let Some(label) = label else { return left_out("a button without a label", at, export) };
    export.losses.unchecked(at, "This suggestion", "Google");
    let mut fields = Object::from_iter([("text".to_owned(), label.into())]);
    kept.iter().for_each(|(key, value)| foreign::merge(&mut fields, key, value));
    fields.entry("postbackData").or_insert_with(|| postback(place).into());
    Some(json!({ "action": fields }))
}

/// Whether Google's reference documents the field of a suggestion with the action `action`.
fn is_documented(key: &str, value: &Value, action: Option<&str>) -> bool {
    let is_one_of =
        |value: &Value, values: &[&str]| value.as_str().is_some_and(|text| values.contains(&text));
    let is_documented_in_link = |(key, value): (&String, &Value)| match key.as_str() {
        "application" => is_one_of(value, &["BROWSER", "WEBVIEW"]),
        "webviewViewMode" => is_one_of(value, &["FULL", "HALF", "TALL"]),
        "description" => value.is_string(),
        _ => false,
    };
    match key {
        "fallbackUrl" => action.is_some() && value.is_string(),
        LINK => {
            action == Some(LINK)
                && value.as_object().is_some_and(|link| link.iter().all(is_documented_in_link))
        }
        _ => false,
    }
}

fn left_out(what: &str, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Option<Value> {
    export.losses.add(at, format!("Google does not accept {what}; it is omitted."));
    None
}
