//! The buttons: WA-30 to WA-35.

use std::collections::HashSet;

use outbound_model::{At, placeholders};
use outbound_render::Component;

use super::body;
use super::{
    BUTTON_GROUPS, BUTTON_PHONE_LENGTH, BUTTON_URL_LENGTH, BUTTON_URL_PLACEHOLDER, BUTTON_URL_WHATSAPP,
    BUTTONS_FOLDED, BUTTONS_ON_DESKTOP, LABEL_CHARACTERS, LABEL_LENGTH, LABEL_PLACEHOLDER, LABEL_TWICE,
    LIVEPERSON_BUTTONS, TOO_MANY_BUTTONS,
};
use crate::context::Context;
use crate::general::buttons::{self, Kind, Placed};
use crate::general::phone;
use crate::text;

pub(super) fn check(placed: &mut [Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    buttons::check(placed, list, ctx);
    counts(placed, list, ctx);
    groups(placed, list, ctx);
    let mut labels = HashSet::new();
    for button in placed.iter().filter(|button| button.kind().is_some()) {
        check_button(button, list, ctx);
        let at = list.index(button.component);
        if button.button.content.as_deref().is_some_and(|label| !labels.insert(label.trim().to_lowercase())) {
            ctx.add(LABEL_TWICE.at(&at.key("content")));
        }
    }
}

fn count(placed: &[Placed<'_>], kind: Kind) -> usize {
    placed.iter().filter(|button| button.is(kind)).count()
}

fn counts(placed: &[Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    let (links, phones) = (count(placed, Kind::Url), count(placed, Kind::PhoneNumber));
    let replies = count(placed, Kind::QuickReply);
    for (what, number, max) in
        [("buttons", placed.len(), 10), ("links", links, 2), ("phone numbers", phones, 1)]
    {
        if number > max {
            ctx.add(
                TOO_MANY_BUTTONS
                    .at(list)
                    .say(format!("There are {number} {what}; at most {max} are allowed.")),
            );
        }
    }
    let actions = links + phones;
    if replies > 3 || links > 1 || phones > 1 || (replies > 0 && actions > 0) {
        ctx.add(LIVEPERSON_BUTTONS.at(list));
    }
    if placed.len() > 3 {
        ctx.add(BUTTONS_FOLDED.at(list));
    }
    if placed.len() > 3 || (replies > 0 && actions > 0) {
        ctx.add(BUTTONS_ON_DESKTOP.at(list));
    }
}

/// Reports the first button that separates quick replies from each other, or other buttons from each other.
fn groups(placed: &[Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    let checked: Vec<_> = placed.iter().filter(|button| button.kind().is_some()).collect();
    let is_boundary =
        |pair: &&[&Placed<'_>]| matches!(pair, [a, b] if a.is(Kind::QuickReply) != b.is(Kind::QuickReply));
    if let Some([_, button]) = checked.windows(2).filter(is_boundary).nth(1) {
        ctx.add(BUTTON_GROUPS.at(&list.index(button.component)));
    }
}

fn check_button(placed: &Placed<'_>, list: &At<'_>, ctx: &mut Context<'_>) {
    let at = list.index(placed.component);
    label(placed.button.content.as_deref(), &at, ctx);
    let index = placed.button.index.and_then(|index| u16::try_from(index).ok()).unwrap_or_default();
    let part = Component::Button(index);
    let address = buttons::content(placed, Some(part), list, ctx);
    if address.is_some_and(|address| address.is_within("wa.me") || address.is_within("whatsapp.com")) {
        ctx.add(BUTTON_URL_WHATSAPP.at(&at.key("url")));
    }
    if let Some(url) = placed.button.url.as_deref().filter(|_| placed.is(Kind::Url)) {
        let at = at.key("url");
        body::check_placeholders(url, part, &at, ctx);
        text::limit(ctx, &BUTTON_URL_LENGTH, &at, url, 2000, "The URL");
        let mut all = placeholders(url);
        if let Some(first) = all.next().filter(|first| first.range.end < url.len() || all.next().is_some()) {
            ctx.add(BUTTON_URL_PLACEHOLDER.at(&at).range(first.range));
        }
    }
    if let Some(number) = buttons::number(placed, list, ctx) {
        let at = at.key("phone_number");
        phone::check(number, true, &at, ctx);
        text::limit(ctx, &BUTTON_PHONE_LENGTH, &at, number, 20, "The phone number");
    }
}

fn label(label: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(label) = label.filter(|label| !label.is_empty()) else {
        return ctx.add(LABEL_LENGTH.at(at).lacks("content").say("The button has no label."));
    };
    let at = at.key("content");
    text::limit(ctx, &LABEL_LENGTH, &at, label, 25, "The label");
    if let Some(placeholder) = placeholders(label).next() {
        ctx.add(LABEL_PLACEHOLDER.at(&at).range(placeholder.range));
    }
    let special = text::first(label, |c| c == '\n')
        .or_else(|| text::emoji(label).next())
        .or_else(|| text::formatting(label));
    if let Some(range) = special {
        ctx.add(LABEL_CHARACTERS.at(&at).range(range));
    }
}
