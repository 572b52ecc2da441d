//! Checks of buttons that WhatsApp, RCS and Apple configurations share: indexes (GEN-12), types (GEN-13), URLs
//! and phone numbers.

use std::collections::HashSet;

use outbound_model::{At, Button};
use outbound_render::Component;

use super::text_fields::{self, TextFields};
use super::web::{self, Address, Purpose};
use super::{BUTTON_INDEX, BUTTON_INDEX_GAP, BUTTON_KIND, PHONE_MALFORMED, URL_NOT_ABSOLUTE};
use crate::context::Context;

/// The type of a button.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    QuickReply,
    Url,
    PhoneNumber,
}

/// A button with its index among the components.
pub(crate) struct Placed<'h> {
    pub(crate) component: usize,
    pub(crate) button: &'h Button,
}

impl Placed<'_> {
    /// The button's type; `None` if the contract does not name it.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.button.sub_type.as_deref()? {
            "quick_reply" => Some(Kind::QuickReply),
            "url" => Some(Kind::Url),
            "phone_number" => Some(Kind::PhoneNumber),
            _ => None,
        }
    }

    pub(crate) fn is(&self, kind: Kind) -> bool {
        self.kind() == Some(kind)
    }
}

/// Checks the rules for buttons of all channels and sorts the buttons into display order. `list` is the location
/// of the components. A button of an unknown type is reported, and no other rule applies to it.
pub(crate) fn check(buttons: &mut [Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    let unknown_buttons = buttons.iter().filter(|placed| placed.kind().is_none());
    let mut seen: HashSet<i64> = unknown_buttons.filter_map(|placed| placed.button.index).collect();
    for placed in &*buttons {
        let at = list.index(placed.component);
        if placed.kind().is_none() {
            unknown(placed, &at, ctx);
            continue;
        }
        let problem = match placed.button.index {
            None => Some("The button has no index."),
            Some(index) if index < 0 => Some("The index of a button is at least 0."),
            Some(index) => (!seen.insert(index)).then_some("Another button has the same index."),
        };
        match (problem, placed.button.index) {
            (Some(problem), None) => ctx.add(BUTTON_INDEX.at(&at).say(problem)),
            (Some(problem), Some(_)) => ctx.add(BUTTON_INDEX.at(&at.key("index")).say(problem)),
            (None, _) => {}
        }
    }
    buttons.sort_by_key(|placed| placed.button.index.unwrap_or(i64::MAX));
    if seen.len() == buttons.len() {
        gap(buttons, list, ctx);
    }
}

/// Reports a button of an unknown type.
pub(crate) fn unknown(placed: &Placed<'_>, at: &At<'_>, ctx: &mut Context<'_>) {
    ctx.add(match placed.button.sub_type.as_deref() {
        Some(kind) => BUTTON_KIND.at(&at.key("sub_type")).say(format!(
            "A button is a quick_reply, url or phone_number. This {kind:.40} is kept unchanged and not checked."
        )),
        None => BUTTON_KIND
            .at(at)
            .lacks("sub_type")
            .say("The button has no sub_type. It is kept unchanged and not checked."),
    });
}

/// Reports the first button whose index differs from its position. Only called if all indexes are distinct.
fn gap(buttons: &[Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    for (position, placed) in (0_i64..).zip(buttons).filter(|(_, placed)| placed.kind().is_some()) {
        if placed.button.index != Some(position) && placed.button.index >= Some(0) {
            let at = list.index(placed.component);
            ctx.add(BUTTON_INDEX_GAP.at(&at.key("index")).fix(position));
            return;
        }
    }
}

/// Checks the text of one button and the URL that it opens. `part` selects its sample values. Returns the URL.
pub(crate) fn content(
    placed: &Placed<'_>,
    part: Option<Component>,
    list: &At<'_>,
    ctx: &mut Context<'_>,
) -> Option<Address> {
    let at = list.index(placed.component);
    let Button { content, url, variables, .. } = placed.button;
    let fields = [("content", content.as_deref()), ("url", url.as_deref())];
    let declared = Some(("variables", variables.as_deref()));
    text_fields::check(&TextFields { part, fields: &fields, declared }, &at, ctx);
    if !placed.is(Kind::Url) {
        return None;
    }
    let Some(url) = url else {
        ctx.add(URL_NOT_ABSOLUTE.at(&at).lacks("url").say("The button has no URL."));
        return None;
    };
    web::check(url, Purpose::Link, part, &at.key("url"), ctx)
}

/// The phone number that a button dials. Reports a missing number.
pub(crate) fn number<'h>(placed: &Placed<'h>, list: &At<'_>, ctx: &mut Context<'_>) -> Option<&'h str> {
    if !placed.is(Kind::PhoneNumber) {
        return None;
    }
    let number = placed.button.phone_number.as_deref();
    if number.is_none() {
        let found = PHONE_MALFORMED.at(&list.index(placed.component)).lacks("phone_number");
        ctx.add(found.say("The button has no phone number."));
    }
    number
}
