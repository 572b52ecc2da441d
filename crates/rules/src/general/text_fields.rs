//! Text fields of a component and their placeholders: GEN-05 to GEN-07, and the characters of GEN-13.

use outbound_model::{At, MalformedPlaceholder, malformed_placeholders, placeholders};
use outbound_render::Component;

use super::{
    BIDI_OVERRIDE, CONTROL_CHARACTER, PLACEHOLDER_MALFORMED, SAMPLE_LENGTH, SAMPLE_MISSING,
    VARIABLE_UNDECLARED, VARIABLE_UNUSED, ZERO_WIDTH,
};
use crate::context::Context;
use crate::text;

/// Maximum number of findings of one rule per field. Checking stops there.
const MAX_FINDINGS: usize = 20;

/// The text fields of a component.
pub(crate) struct TextFields<'h> {
    /// The component, on channels that number placeholders per component.
    pub(crate) part: Option<Component>,
    /// The keys and values of the text fields.
    pub(crate) fields: &'h [(&'static str, Option<&'h str>)],
    /// The key and value of the list of variables; `None` if the component has no such field.
    pub(crate) declared: Option<(&'static str, Option<&'h [String]>)>,
}

/// The placeholders of a component: each number with the field and range of its first occurrence.
#[derive(Default)]
struct Used(Vec<(u16, &'static str, std::ops::Range<usize>)>);

/// Checks the text fields of the component at `at`.
pub(crate) fn check(component: &TextFields<'_>, at: &At<'_>, ctx: &mut Context<'_>) {
    let mut used = Used::default();
    let mut seen = [false; 1000];
    for (key, text) in component.fields.iter().filter_map(|(key, text)| Some((*key, (*text)?))) {
        characters(text, &at.key(key), ctx);
        for placeholder in placeholders(text) {
            if let Some(new) = seen.get_mut(usize::from(placeholder.number)).filter(|seen| !**seen) {
                *new = true;
                used.0.push((placeholder.number, key, placeholder.range));
            }
        }
    }
    used.0.sort_unstable_by_key(|(number, ..)| *number);
    declared(component, &used, at, ctx);
    samples(component.part, &used, at, ctx);
}

/// Checks characters that no text field may contain.
pub(crate) fn characters(text: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    for MalformedPlaceholder { range, number } in malformed_placeholders(text).take(MAX_FINDINGS) {
        let dollar = if text.get(range.clone()).is_some_and(|t| t.starts_with('$')) { "$" } else { "" };
        let found = PLACEHOLDER_MALFORMED.at(at).range(range);
        ctx.add(match number {
            Some(number) => found.fix(format!("{dollar}{{{{{number}}}}}")),
            None => found,
        });
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some(range) = text::first(text, is_control) {
        ctx.add(CONTROL_CHARACTER.at(at).range(range).fix_at(at, text.replace(is_control, "")));
    }
    if text.is_ascii() {
        return;
    }
    let is_bidi_override = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if let Some(range) = text::first(text, is_bidi_override) {
        ctx.add(BIDI_OVERRIDE.at(at).range(range).fix_at(at, text.replace(is_bidi_override, "")));
    }
    let mut invisible = stray_invisible(text).peekable();
    if let Some(start) = invisible.peek().copied() {
        let length = text.get(start..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        let offsets: Vec<usize> = invisible.collect();
        ctx.add(ZERO_WIDTH.at(at).range(start..start + length).fix_at(at, without(text, &offsets)));
    }
}

/// Offsets of zero-width characters that have no function. Joiners are needed in emoji and in Arabic, Indic and
/// other scripts beyond Latin, Greek and Cyrillic.
fn stray_invisible(text: &str) -> impl Iterator<Item = usize> {
    let mut joinable = false;
    text.char_indices().filter_map(move |(at, c)| {
        let stray = match c {
            '\u{200b}' | '\u{2060}' | '\u{feff}' => true,
            '\u{200c}' | '\u{200d}' => !joinable,
            _ => false,
        };
        if !stray {
            joinable = c > '\u{58f}' && !matches!(c, '\u{200c}' | '\u{200d}');
        }
        stray.then_some(at)
    })
}

/// Removes the characters at these offsets.
fn without(text: &str, offsets: &[usize]) -> String {
    let mut offsets = offsets.iter().peekable();
    text.char_indices().filter(|(at, _)| offsets.next_if_eq(&at).is_none()).map(|(_, c)| c).collect()
}

fn declared(component: &TextFields<'_>, used: &Used, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some((key, declared)) = component.declared else { return };
    let declared = declared.unwrap_or_default();
    let list_at = at.key(key);
    let corrected = || used.0.iter().map(|(number, ..)| number.to_string()).collect::<Vec<_>>();
    let mut declared_numbers: Vec<u16> = declared.iter().filter_map(|d| number(d)).collect();
    declared_numbers.sort_unstable();
    let is_missing = |number: &u16| declared_numbers.binary_search(number).is_err();
    let missing: Vec<_> = used.0.iter().filter(|(number, ..)| is_missing(number)).collect();
    if let Some((_, field, range)) = missing.first() {
        let numbers = list(missing.iter().map(|(number, ..)| number));
        let message = format!("The text uses {numbers}, which the list of variables does not contain.");
        let found = VARIABLE_UNDECLARED.at(&at.key(field)).range(range.clone()).say(message);
        ctx.add(found.fix_at(&list_at, corrected()));
    }
    let is_used =
        |d: &str| number(d).is_some_and(|number| used.0.binary_search_by_key(&number, |(n, ..)| *n).is_ok());
    let surplus: Vec<_> = declared.iter().filter(|d| !is_used(d)).collect();
    if !surplus.is_empty() {
        let message =
            format!("The list of variables contains {}, which the text does not use.", list(surplus.iter()));
        ctx.add(VARIABLE_UNUSED.at(&list_at).say(message).fix(corrected()));
    }
}

/// The placeholder number of a declared variable, which may be any string.
fn number(declared: &str) -> Option<u16> {
    let is_plain = declared.len() <= 3 && !declared.starts_with(['0', '+']);
    is_plain.then(|| declared.parse().ok()).flatten()
}

fn samples(part: Option<Component>, used: &Used, at: &At<'_>, ctx: &mut Context<'_>) {
    if !ctx.has_samples() {
        return;
    }
    for (number, field, range) in &used.0 {
        if let Some(sample) = ctx.sample(part, *number)
            && text::beyond(sample, 1550).is_some()
        {
            ctx.add(SAMPLE_LENGTH.at(&at.key(field)).range(range.clone()));
        }
    }
    let missing: Vec<_> = used.0.iter().filter(|(number, ..)| ctx.sample(part, *number).is_none()).collect();
    if let Some((_, field, range)) = missing.first() {
        let message = format!("No sample value for {}.", list(missing.iter().map(|(number, ..)| number)));
        ctx.add(SAMPLE_MISSING.at(&at.key(field)).range(range.clone()).say(message));
    }
}

/// The first items of a list, for a message.
fn list<T: std::fmt::Display>(items: impl ExactSizeIterator<Item = T>) -> String {
    const SHOWN: usize = 5;
    let more = items.len().saturating_sub(SHOWN);
    let shown: Vec<String> = items.take(SHOWN).map(|item| shorten(&item.to_string())).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

fn shorten(item: &str) -> String {
    item.chars().take(20).collect()
}
