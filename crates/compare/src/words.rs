//! Word-by-word difference of two strings.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

/// A run of words in the merged difference of two strings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = WordRun)]
pub struct Run {
    /// Which of the strings contains the run.
    pub kind: RunKind,
    /// The words of the run; never empty.
    pub text: String,
}

/// Which of two strings contains a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = WordRunKind)]
pub enum RunKind {
    /// Both strings.
    Same,
    /// Only the new string.
    Added,
    /// Only the old string.
    Removed,
}

/// Maximum number of words, spaces and punctuation marks of a string that is compared word by word. This is
/// several times what any channel sends, and small enough to compare a version full of such strings within a
/// second.
const MAX_WORDS: usize = 4096;

/// The difference of two strings. The concatenated same and removed runs are `old`; the same and added runs
/// are `new`.
///
/// Words are separated by Unicode rules (UAX 29), which also work for languages without spaces. Spaces between
/// two changed words count as changed. If either string has more than 4096 words, the difference is one removed
/// and one added run.
pub fn words(old: &str, new: &str) -> Vec<Run> {
    let mut runs = Runs::default();
    if [old, new].iter().any(|text| text.split_word_bounds().nth(MAX_WORDS).is_some()) {
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

/// Concatenates a range of the words.
fn joined(words: &[&str], range: Range<u32>) -> String {
    let [start, end] = [range.start, range.end].map(|word| usize::try_from(word).unwrap_or(usize::MAX));
    words.get(start..end).unwrap_or_default().concat()
}

/// Builder of the list of runs.
#[derive(Default)]
struct Runs {
    done: Vec<Run>,
    /// Changed words since the last unchanged word.
    removed: String,
    added: String,
}

impl Runs {
    /// Adds words that both strings contain. Spaces after changed words count as changed.
    fn same(&mut self, text: &str) {
        let follows_change = !self.removed.is_empty() && !self.added.is_empty();
        if follows_change && text.chars().all(|c| c == ' ') {
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

    /// The difference as a string with `[-removed-]` and `[+added+]` runs.
    fn diff(old: &str, new: &str) -> String {
        let format = |run: Run| match run.kind {
            RunKind::Same => run.text,
            RunKind::Added => format!("[+{}+]", run.text),
            RunKind::Removed => format!("[-{}-]", run.text),
        };
        words(old, new).into_iter().map(format).collect()
    }

    #[test]
    fn whole_words_differ() {
        for (old, new, expected) in [
            ("Hi Ann", "Hi Ann", "Hi Ann"),
            ("Hi Ann", "Hi Anna", "Hi [-Ann-][+Anna+]"),
            ("Hi Ann", "Hi Miss Ann", "Hi [+Miss +]Ann"),
            ("the red car", "the big bus", "the [-red car-][+big bus+]"),
            ("", "Hi", "[+Hi+]"),
            ("Hi\n", "", "[-Hi\n-]"),
            ("Zeit 8:00", "Zeit 9:00", "Zeit [-8-][+9+]:00"),
            ("Hi ${{1}}!", "Hi ${{2}}!", "Hi ${{[-1-][+2+]}}!"),
            ("شكرا لك", "شكرا لكم", "شكرا [-لك-][+لكم+]"),
            ("你好吗", "你好吧", "你好[-吗-][+吧+]"),
        ] {
            assert_eq!(diff(old, new), expected);
        }
    }

    #[test]
    fn long_strings_are_replaced_as_a_whole() {
        let [old, new] = ["a", "b"].map(|end| "word ".repeat(MAX_WORDS / 2) + end);
        let kinds: Vec<_> = words(&old, &new).iter().map(|run| run.kind).collect();
        assert_eq!(kinds, [RunKind::Removed, RunKind::Added]);
    }

    proptest! {
        #[test]
        fn runs_reproduce_both_strings(old in "[ab é,\n]{0,40}", new in "[ab é,\n]{0,40}") {
            let runs = words(&old, &new);
            let without = |kind| -> String {
                runs.iter().filter(|run| run.kind != kind).map(|run| run.text.as_str()).collect()
            };
            prop_assert_eq!(without(RunKind::Added), old);
            prop_assert_eq!(without(RunKind::Removed), new);
            prop_assert!(runs.iter().all(|run| !run.text.is_empty()));
        }
    }
}
