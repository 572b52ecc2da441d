//! Body and footer and their placeholders: WA-20 to WA-29.

use std::ops::Range;

use outbound_model::{At, Piece, TextBody, WaFooter, pieces, placeholders, plural};
use outbound_render::Component;

use super::{
    ADJACENT_PLACEHOLDERS, BLANK_BETWEEN_PLACEHOLDERS, BODY_BLANKS, BODY_EDGE_BREAK, BODY_EMOJI, BODY_LENGTH,
    BODY_LINE_BREAKS, BODY_MISSING, BODY_ONLY_PLACEHOLDERS, ENDS_WITH_PLACEHOLDER, ENDS_WITH_PUNCTUATION,
    FEW_WORDS, FOOTER_CHARACTERS, FOOTER_LENGTH, FOOTER_PLACEHOLDER, NUMBER_REPEATED, NUMBERING,
    RENDERED_LENGTH, STARTS_WITH_PLACEHOLDER, VALUE_CHARACTERS,
};
use crate::context::Context;
use crate::general::text_fields;
use crate::text;

const PART: Component = Component::Body;
const MAX_LENGTH: usize = 1024;

pub(super) fn check(body: &TextBody, at: &At<'_>, ctx: &mut Context<'_>) {
    super::content(PART, body.content.as_deref(), body.variables.as_deref(), at, ctx);
    let content = body.content.as_deref().unwrap_or_default();
    if content.is_empty() {
        return ctx.add(BODY_MISSING.at(at).lacks("content"));
    }
    let at = at.key("content");
    text::limit(ctx, &BODY_LENGTH, &at, content, MAX_LENGTH, "The body");
    rendered(content, &at, ctx);
    white_space(content, &at, ctx);
    if let Some(eleventh) = text::emoji(content).nth(10) {
        ctx.add(BODY_EMOJI.at(&at).range(eleventh));
    }
    if text::fixed(content).all(|fixed| fixed.trim().is_empty()) {
        return ctx.add(BODY_ONLY_PLACEHOLDERS.at(&at));
    }
    edges(content, &at, ctx);
    adjacent(content, &at, ctx);
    words(content, &at, ctx);
}

pub(super) fn footer(footer: &WaFooter, at: &At<'_>, ctx: &mut Context<'_>) {
    let content = footer.content.as_deref().unwrap_or_default();
    if content.is_empty() {
        return ctx.add(FOOTER_LENGTH.at(at).lacks("content").say("The footer has no text."));
    }
    let at = at.key("content");
    text_fields::characters(content, &at, ctx);
    text::limit(ctx, &FOOTER_LENGTH, &at, content, 60, "The footer");
    if let Some(placeholder) = placeholders(content).next() {
        ctx.add(FOOTER_PLACEHOLDER.at(&at).range(placeholder.range));
    }
    if let Some(range) = text::first(content, |c| c == '\n').or_else(|| text::emoji(content).next()) {
        ctx.add(FOOTER_CHARACTERS.at(&at).range(range));
    }
}

/// WA-25 and WA-29, which apply to the placeholders of all components.
pub(super) fn check_placeholders(text: &str, part: Component, at: &At<'_>, ctx: &mut Context<'_>) {
    let mut seen = [false; 1000];
    let mut highest = None;
    let mut repeated = None;
    for placeholder in placeholders(text) {
        let Some(is_seen) = seen.get_mut(usize::from(placeholder.number)) else { continue };
        if *is_seen {
            repeated = repeated.or(Some(placeholder));
            continue;
        }
        *is_seen = true;
        let sample = ctx.sample(Some(part), placeholder.number);
        if sample.is_some_and(|s| s.contains(['\n', '\t']) || text::run(s, ' ', 4).is_some()) {
            ctx.add(VALUE_CHARACTERS.at(at).range(placeholder.range.clone()));
        }
        if highest.as_ref().is_none_or(|(number, _)| *number < placeholder.number) {
            highest = Some((placeholder.number, placeholder.range));
        }
    }
    if let Some((number, range)) = highest
        && let Some(gap) = (1..number).find(|n| seen.get(usize::from(*n)) == Some(&false))
    {
        let message = format!("There is a placeholder {number} but no placeholder {gap}.");
        ctx.add(NUMBERING.at(at).range(range).say(message));
    }
    if let Some(placeholder) = repeated {
        ctx.add(NUMBER_REPEATED.at(at).range(placeholder.range));
    }
}

fn rendered(content: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    if !ctx.has_samples() || text::beyond(content, MAX_LENGTH).is_some() {
        return;
    }
    let count: usize = pieces(content)
        .map(|piece| match piece {
            Piece::Text(fixed) => text::length(fixed),
            Piece::Placeholder(p) => ctx.sample(Some(PART), p.number).map_or(0, text::length),
        })
        .sum();
    if count > MAX_LENGTH {
        let message =
            format!("The body has {count} characters with its sample values; at most 1024 are allowed.");
        ctx.add(RENDERED_LENGTH.at(at).say(message));
    }
}

fn white_space(content: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    if let Some(range) = text::run(content, '\n', 2) {
        ctx.add(BODY_LINE_BREAKS.at(at).range(range).fix_at(at, text::shorten_runs(content, '\n', 2)));
    }
    if let Some(range) = text::run(content, ' ', 4).or_else(|| text::first(content, |c| c == '\t')) {
        let corrected = text::shorten_runs(&content.replace('\t', " "), ' ', 4);
        ctx.add(BODY_BLANKS.at(at).range(range).fix_at(at, corrected));
    }
    let trimmed = content.trim_matches(['\r', '\n']);
    if trimmed.len() < content.len() {
        let leading = content.len() - content.trim_start_matches(['\r', '\n']).len();
        let range = if leading > 0 { 0..leading } else { trimmed.len()..content.len() };
        let found = BODY_EDGE_BREAK.at(at).range(range);
        ctx.add(if trimmed.is_empty() { found } else { found.fix_at(at, trimmed) });
    }
}

/// WA-26: placeholders at the start and end of a body that also has fixed text.
fn edges(content: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let trimmed = content.trim();
    let start = content.len() - content.trim_start().len();
    let end = start + trimmed.len();
    let Some(first) = placeholders(content).next() else { return };
    let Some(last) = placeholders(content).last() else { return };
    if first.range.start == start {
        ctx.add(STARTS_WITH_PLACEHOLDER.at(at).range(first.range));
    }
    if last.range.end == end {
        return ctx.add(ENDS_WITH_PLACEHOLDER.at(at).range(last.range));
    }
    let after = content.get(last.range.end..).unwrap_or_default();
    if !after
        .chars()
        .any(|c| c.is_alphanumeric() || !(c.is_ascii() || is_punctuation(c) || c.is_whitespace()))
    {
        ctx.add(ENDS_WITH_PUNCTUATION.at(at).range(last.range.start..end));
    }
}

/// Whether a character beyond ASCII is punctuation that ends sentences or quotations.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{303f}' | '،' | '؛' | '؟' | '।' | '«' | '»' | '¡' | '¿'
        | '！' | '，' | '．' | '？' | '：' | '；')
}

/// WA-26: adjacent placeholders, without or with whitespace between them. Reports the first pair of each.
fn adjacent(content: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let mut previous: Option<Range<usize>> = None;
    let (mut touching, mut spaced) = (None, None);
    for placeholder in placeholders(content) {
        if let Some(previous) = previous {
            let between = content.get(previous.end..placeholder.range.start).unwrap_or_default();
            let pair = previous.start..placeholder.range.end;
            if between.is_empty() {
                touching = touching.or(Some(pair));
            } else if between.trim().is_empty() {
                spaced = spaced.or(Some(pair));
            }
        }
        previous = Some(placeholder.range);
    }
    if let Some(range) = touching {
        ctx.add(ADJACENT_PLACEHOLDERS.at(at).range(range));
    }
    if let Some(range) = spaced {
        ctx.add(BLANK_BETWEEN_PLACEHOLDERS.at(at).range(range));
    }
}

fn words(content: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let count = placeholders(content).count();
    if count == 0 {
        return;
    }
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    let words = text::fixed(content).flat_map(str::split_whitespace).filter(is_word).count();
    let min = 2 * count + 1;
    if words < min {
        let message = format!(
            "The body has {} for {}; it should have at least {min}.",
            plural(words as u64, "word", "words"),
            plural(count as u64, "placeholder", "placeholders")
        );
        ctx.add(FEW_WORDS.at(at).say(message));
    }
}
