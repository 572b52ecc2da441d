//! Buttons of cards and chips below messages: RCS-04, RCS-05, RCS-11.

use outbound_model::{At, foreign_field, foreign_key};
use serde_json::Value;

use super::{
    CARD_BUTTONS, CARD_MANY_BUTTONS, CHIPS, DIALLED, FALLBACK_LENGTH, GOOGLE, LABEL_LENGTH, POSTBACK_LENGTH,
    Shape, URL_LENGTH,
};
use crate::context::Context;
use crate::general::buttons::{self, Placed};
use crate::general::phone;
use crate::text;

/// Maximum number of characters of reply data and URLs (Google, phones.agentMessages, 2026).
const MAX_LENGTH: usize = 2048;

/// Checks the buttons of a card or the chips below a message.
pub(super) fn check(placed: &mut [Placed<'_>], shape: Shape, list: &At<'_>, ctx: &mut Context<'_>) {
    buttons::check(placed, list, ctx);
    let count = placed.len();
    if shape == Shape::Card && count > 10 {
        ctx.add(CARD_BUTTONS.at(list).say(format!("The card has {count} buttons; at most 10 are allowed.")));
    } else if shape == Shape::Card && count > 4 {
        ctx.add(CARD_MANY_BUTTONS.at(list));
    } else if shape != Shape::Card && count > 11 {
        ctx.add(CHIPS.at(list).say(format!("The message has {count} buttons; at most 11 are allowed.")));
    }
    for button in placed.iter().filter(|button| button.kind().is_some()) {
        check_button(button, list, ctx);
    }
}

fn check_button(placed: &Placed<'_>, list: &At<'_>, ctx: &mut Context<'_>) {
    let at = list.index(placed.component);
    buttons::content(placed, None, list, ctx);
    match placed.button.content.as_deref() {
        None | Some("") => ctx.add(LABEL_LENGTH.at(&at).say("The button has no label.")),
        Some(label) => text::limit(ctx, &LABEL_LENGTH, &at.key("content"), label, 25, "The label"),
    }
    if let Some(url) = &placed.button.url {
        text::limit(ctx, &URL_LENGTH, &at.key("url"), url, MAX_LENGTH, "The URL");
    }
    for (key, rule, what) in [
        ("postbackData", &POSTBACK_LENGTH, "The reply data"),
        ("fallbackUrl", &FALLBACK_LENGTH, "The fallback URL"),
    ] {
        let extra = &placed.button.extra;
        let Some(value) = foreign_field(extra, GOOGLE, key).and_then(Value::as_str) else { continue };
        let provider_key = foreign_key(GOOGLE);
        let provider_at = at.key(&provider_key);
        let at = if extra.contains_key(&provider_key) { &provider_at } else { &at };
        text::limit(ctx, rule, &at.key(key), value, MAX_LENGTH, what);
    }
    let Some(number) = buttons::number(placed, list, ctx) else { return };
    let at = at.key("phone_number");
    // Codes such as *100# are not phone numbers.
    if !number.contains(['*', '#']) {
        phone::check(number, true, &at, ctx);
    } else if let Some(range) = text::first(number, |c| !(c.is_ascii_digit() || matches!(c, '+' | '*' | '#')))
    {
        ctx.add(DIALLED.at(&at).range(range));
    }
}
