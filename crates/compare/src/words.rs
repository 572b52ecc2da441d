//! Two texts word by word.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

/// A stretch of two texts laid over each other.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = WordRun)]
pub struct Run {
    /// Which of the texts has it.
    pub kind: RunKind,
    /// The stretch; never empty.
    pub text: String,
}

/// Which of two texts has a stretch.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = WordRunKind)]
pub enum RunKind {
    /// Both.
    Same,
    /// The new one alone.
    Added,
    /// The old one alone.
    Removed,
}

/// Words, blanks and marks of a text that is compared word by word: several times what any channel
/// sends, and few enough that a version full of such texts is compared within a second.
const MOST_WORDS: usize = 4096;

/// Lays two texts over each other: same and removed runs put together are `old`, same and added ones
/// `new`. Words are those of Unicode (UAX 29), so texts without blanks are cut too; blanks between two
/// changed words count as changed with them. Of a text with more than 4096 of them all is changed.
pub fn words(old: &str, new: &str) -> Vec<Run> {
    let mut runs = Runs::default();
    if [old, new].iter().any(|text| text.split_word_bounds().nth(MOST_WORDS).is_some()) {
        (runs.removed, runs.added) = (old.to_owned(), new.to_owned());
        runs.flush();
        return runs.done;
    }
    let old: Vec<&str> = old.split_word_bounds().collect();
    let new: Vec<&str> = new.split_word_bounds().collect();
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);

    let mut from = 0;
    for hunk in diff.hunks() {
        runs.same(&joined(&new, from..hunk.after.start));
        runs.removed.push_str(&joined(&old, hunk.before));
        runs.added.push_str(&joined(&new, hunk.after.clone()));
        from = hunk.after.end;
    }
    let end = u32::try_from(new.len()).unwrap_or(u32::MAX);
    let rest = joined(&new, from..end);
    runs.flush();
    runs.push(RunKind::Same, rest);
    runs.done
}

/// Some of the words as one text.
fn joined(words: &[&str], range: Range<u32>) -> String {
    let [start, end] = [range.start, range.end].map(|word| usize::try_from(word).unwrap_or(usize::MAX));
    words.get(start..end).unwrap_or_default().concat()
}

/// Runs in the making.
#[derive(Default)]
struct Runs {
    done: Vec<Run>,
    /// Changed words that no unchanged word has followed yet.
    removed: String,
    added: String,
}

impl Runs {
    /// Words of both texts, between changed ones or before them.
    fn same(&mut self, text: &str) {
        let changing = !self.removed.is_empty() && !self.added.is_empty();
        if changing && text.chars().all(|c| c == ' ') {
            self.removed.push_str(text);
            self.added.push_str(text);
        } else {
            self.flush();
            self.push(RunKind::Same, text.to_owned());
        }
    }

    fn flush(&mut self) {
        let [removed, added] = [&mut self.removed, &mut self.added].map(std::mem::take);
        self.push(RunKind::Removed, removed);
        self.push(RunKind::Added, added);
    }

    fn push(&mut self, kind: RunKind, text: String) {
        if !text.is_empty() {
            self.done.push(Run { kind, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The runs as text: `[-removed-]`, `[+added+]`.
    fn drawn(old: &str, new: &str) -> String {
        let draw = |run: Run| match run.kind {
            RunKind::Same => run.text,
            RunKind::Added => format!("[+{}+]", run.text),
            RunKind::Removed => format!("[-{}-]", run.text),
        };
        words(old, new).into_iter().map(draw).collect()
    }

    #[test]
    fn whole_words_differ() {
        for (old, new, expected) in [
            ("Hi Ann", "Hi Ann", "Hi Ann"),
            ("Hi Ann", "Hi Anna", "Hi [-Ann-][+Anna+]"),
            ("Hi Ann", "Hi dear Ann", "Hi [+dear +]Ann"),
            ("the red car", "the big bus", "the [-red car-][+big bus+]"),
            ("", "Hi", "[+Hi+]"),
            ("Hi\n", "", "[-Hi\n-]"),
            ("Zeit 8:00", "Zeit 9:00", "Zeit [-8-][+9+]:00"),
            ("Hi ${{1}}!", "Hi ${{2}}!", "Hi ${{[-1-][+2+]}}!"),
            ("شكرا لك", "شكرا لكم", "شكرا [-لك-][+لكم+]"),
            ("你好吗", "你好吧", "你好[-吗-][+吧+]"),
        ] {
            assert_eq!(drawn(old, new), expected);
        }
    }

    #[test]
    fn a_text_beyond_measure_is_changed_as_a_whole() {
        let [old, new] = ["a", "b"].map(|end| "word ".repeat(MOST_WORDS / 2) + end);
        let kinds: Vec<_> = words(&old, &new).iter().map(|run| run.kind).collect();
        assert_eq!(kinds, [RunKind::Removed, RunKind::Added]);
    }

    proptest! {
        #[test]
        fn the_runs_are_both_texts(old in "[ab é,\n]{0,40}", new in "[ab é,\n]{0,40}") {
            let runs = words(&old, &new);
            let without = |kind| runs.iter().filter(|run| run.kind != kind).map(|run| run.text.as_str()).collect::<String>();
            prop_assert_eq!(without(RunKind::Added), old);
            prop_assert_eq!(without(RunKind::Removed), new);
            prop_assert!(runs.iter().all(|run| !run.text.is_empty()));
        }
    }
}
