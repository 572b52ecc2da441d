//! The buttons that WhatsApp, RCS and Apple configurations share: their indexes (GEN-12), kinds
//! (GEN-13), addresses and numbers.

use std::collections::HashSet;

use outbound_model::{At, Button};
use outbound_render::Component;

use super::texts::{self, Texts};
use super::web::{self, Address, Use};
use super::{BUTTON_INDEX, BUTTON_INDEX_GAP, BUTTON_KIND, PHONE_MALFORMED, URL_NOT_ABSOLUTE};
use crate::context::Context;

/// What a button does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    QuickReply,
    Url,
    PhoneNumber,
}

/// A button of a channel, with its place among the components.
pub(crate) struct Placed<'h> {
    pub(crate) component: usize,
    pub(crate) button: &'h Button,
}

impl Placed<'_> {
    /// `None` for one that the contract does not name.
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

/// Checks what holds for the buttons of any channel, those among the components at `list`, and
/// puts them in the order in which they are shown. A button of another kind is kept as it came: that
/// is told, and no other rule looks at it.
pub(crate) fn check(buttons: &mut [Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    let kept = buttons.iter().filter(|placed| placed.kind().is_none());
    let mut seen: HashSet<i64> = kept.filter_map(|placed| placed.button.index).collect();
    for placed in &*buttons {
        let at = list.index(placed.component);
        if placed.kind().is_none() {
            unknown(placed, &at, ctx);
            continue;
        }
        let wrong = match placed.button.index {
            None => Some("The button has no index."),
            Some(index) if index < 0 => Some("The index of a button is at least 0."),
            Some(index) => (!seen.insert(index)).then_some("Another button has the same index."),
        };
        match (wrong, placed.button.index) {
            (Some(wrong), None) => ctx.add(BUTTON_INDEX.at(&at).say(wrong)),
            (Some(wrong), Some(_)) => ctx.add(BUTTON_INDEX.at(&at.key("index")).say(wrong)),
            (None, _) => {}
        }
    }
    buttons.sort_by_key(|placed| placed.button.index.unwrap_or(i64::MAX));
    if seen.len() == buttons.len() {
        gap(buttons, list, ctx);
    }
}

/// Reports a button of a kind that a handoff does not have.
pub(crate) fn unknown(placed: &Placed<'_>, at: &At<'_>, ctx: &mut Context<'_>) {
    ctx.add(match placed.button.sub_type.as_deref() {
        Some(kind) => BUTTON_KIND.at(&at.key("sub_type")).say(format!(
            "A button is a quick_reply, url or phone_number. This {kind:.40} is kept as it is and not checked."
        )),
        None => BUTTON_KIND.at(at).lacks("sub_type").say("The button has no sub_type: it is kept as it is and not checked."),
    });
}

/// The first button whose index is not its place; only asked where all have indexes of their own.
fn gap(buttons: &[Placed<'_>], list: &At<'_>, ctx: &mut Context<'_>) {
    for (place, placed) in (0_i64..).zip(buttons).filter(|(_, placed)| placed.kind().is_some()) {
        if placed.button.index != Some(place) && placed.button.index >= Some(0) {
            let at = list.index(placed.component);
            ctx.add(BUTTON_INDEX_GAP.at(&at.key("index")).fix(place));
            return;
        }
    }
}

/// Checks the texts of one button and the address it opens; `part` is where its samples are.
/// Answers with the address.
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
    texts::check(&Texts { part, fields: &fields, declared }, &at, ctx);
    if !placed.is(Kind::Url) {
        return None;
    }
    let Some(url) = url else {
        ctx.add(URL_NOT_ABSOLUTE.at(&at).lacks("url").say("The button has no address to open."));
        return None;
    };
    web::check(url, Use::Link, part, &at.key("url"), ctx)
}

/// The number that a button dials, or a finding that there is none.
pub(crate) fn number<'h>(placed: &Placed<'h>, list: &At<'_>, ctx: &mut Context<'_>) -> Option<&'h str> {
    if !placed.is(Kind::PhoneNumber) {
        return None;
    }
    let number = placed.button.phone_number.as_deref();
    if number.is_none() {
        let found = PHONE_MALFORMED.at(&list.index(placed.component)).lacks("phone_number");
        ctx.add(found.say("The button has no phone number to dial."));
    }
    number
}
