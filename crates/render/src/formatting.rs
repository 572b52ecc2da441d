//! WhatsApp's formatting marks: `*bold*`, `_italic_`, `~strike~`, and monospace between three
//! backticks (channel-rules WA-21).
//!
//! An opening mark is neither preceded by a letter or digit nor followed by whitespace. A closing mark is
//! neither preceded by whitespace nor followed by a letter or digit, and is on the same line. Monospace may
//! span lines; other marks have no effect in it.

use std::ops::Range;

use serde::Serialize;
use utoipa::ToSchema;

/// A run of characters with the same styles. Runs do not include the marks.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = TextRun)]
pub struct Run {
    /// The bytes of the run in the text.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// The styles of the run; empty for plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub styles: Vec<Style>,
}

/// A text style.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = TextStyle)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// `*`
    Bold,
    /// `_`
    Italic,
    /// `~`
    Strike,
    /// Three backticks.
    Monospace,
}

const FENCE: &str = "```";

/// Splits `text` into runs.
///
/// ```
/// use outbound_render::formatting::{Style, runs};
///
/// let text = "Hi *Ann*!";
/// let runs: Vec<_> = runs(text).into_iter().map(|run| (&text[run.range], run.styles)).collect();
/// assert_eq!(runs, [("Hi ", vec![]), ("Ann", vec![Style::Bold]), ("!", vec![])]);
/// ```
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut styles: Vec<Style> = Vec::new();
    let mut from = 0;
    for mark in paired_marks(text) {
        if from < mark.range.start {
            runs.push(Run { range: from..mark.range.start, styles: styles.clone() });
        }
        match styles.iter().position(|style| *style == mark.style) {
            Some(index) => drop(styles.remove(index)),
            None => styles.push(mark.style),
        }
        from = mark.range.end;
    }
    if from < text.len() {
        runs.push(Run { range: from..text.len(), styles });
    }
    runs
}

/// A mark that begins or ends a style.
struct Mark {
    range: Range<usize>,
    style: Style,
}

/// The marks that occur in pairs, in order.
fn paired_marks(text: &str) -> Vec<Mark> {
    let mut pairs = Pairs::default();
    let mut before = None;
    let mut fenced_until = 0;
    let mut may_have_fences = true;
    for (at, c) in text.char_indices() {
        if c == '\n' {
            pairs.open = [None; 3];
        }
        if at < fenced_until {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if may_have_fences && rest.starts_with(FENCE) {
            let inside = rest.get(FENCE.len()..).unwrap_or_default();
            match inside.find(FENCE) {
                Some(0) => fenced_until = at + 2 * FENCE.len(),
                Some(length) => fenced_until = pairs.push_fences(at, length),
                None => may_have_fences = false,
            }
        } else if let Some(style) = Style::of_mark(c) {
            pairs.push(at, style, before, rest.chars().nth(1));
        }
        before = Some(c);
    }
    pairs.marks.sort_by_key(|mark| mark.range.start);
    pairs.marks
}

impl Style {
    fn of_mark(c: char) -> Option<Self> {
        match c {
            '*' => Some(Style::Bold),
            '_' => Some(Style::Italic),
            '~' => Some(Style::Strike),
            _ => None,
        }
    }
}

#[derive(Default)]
struct Pairs {
    marks: Vec<Mark>,
    /// Positions of the open bold, italic and strike marks.
    open: [Option<usize>; 3],
}

impl Pairs {
    /// Adds a fence at `at` and its closing fence `length` bytes after it. Returns the end of the closing fence.
    fn push_fences(&mut self, at: usize, length: usize) -> usize {
        let close = at + FENCE.len() + length;
        for start in [at, close] {
            self.marks.push(Mark { range: start..start + FENCE.len(), style: Style::Monospace });
        }
        close + FENCE.len()
    }

    /// Handles a mark at `at`, given the characters before and after it.
    fn push(&mut self, at: usize, style: Style, before: Option<char>, after: Option<char>) {
        let Some(slot) = self.open.get_mut(style as usize) else { return };
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match *slot {
            Some(opened) if opened + 1 < at && !is_space(before) && !is_word(after) => {
                self.marks.extend([opened, at].map(|start| Mark { range: start..start + 1, style }));
                // Styles must nest, so marks opened in between can no longer be closed.
                for other in &mut self.open {
                    *other = other.filter(|other| *other < opened);
                }
            }
            None if !is_word(before) && !is_space(after) => *slot = Some(at),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The runs as a string, each prefixed with the first letters of its styles.
    fn styled(text: &str) -> String {
        let format = |run: &Run| {
            let styles: String = run.styles.iter().map(|style| format!("{style:?}").remove(0)).collect();
            let inside = &text[run.range.clone()];
            if styles.is_empty() { inside.to_owned() } else { format!("<{styles}:{inside}>") }
        };
        runs(text).iter().map(format).collect()
    }

    #[test]
    fn formats_like_whatsapp() {
        for (text, expected) in [
            ("*bold* _italic_ ~strike~ ```mono```", "<B:bold> <I:italic> <S:strike> <M:mono>"),
            ("(*bold*), _x_!", "(<B:bold>), <I:x>!"),
            ("*a _b_ c*", "<B:a ><BI:b><B: c>"),
            ("*a _b* c_", "<B:a _b> c_"),
            ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
            ("* no* *no *", "* no* *no *"),
            ("*two\nlines*", "*two\nlines*"),
            ("```two\n*lines*```", "<M:two\n*lines*>"),
            ("*b ```m``` b* *b ```\nm``` b*", "<B:b ><BM:m><B: b> *b <M:\nm> b*"),
            ("```open *bold*", "```open <B:bold>"),
            ("``````", "``````"),
            ("*é*", "<B:é>"),
        ] {
            assert_eq!(styled(text), expected);
        }
    }

    proptest! {
        #[test]
        fn runs_cover_the_text_without_marks(text in "([*_~`]|```|[a é\n]){0,40}") {
            let mut from = 0;
            for run in runs(&text) {
                let skipped = &text[from..run.range.start];
                prop_assert!(skipped.chars().all(|c| "*_~`".contains(c)));
                prop_assert!(!text[run.range.clone()].is_empty());
                from = run.range.end;
            }
            prop_assert!(text[from..].chars().all(|c| "*_~`".contains(c)));
        }
    }
}
