//! Recognizes messages that stop or start messages, or ask for help.
//!
//! A message is a keyword only if it consists of nothing else. Letter case, punctuation and spaces around it do not
//! matter, so `Stop!` and `s.t.o.p` are `STOP`. Keywords of all languages count, because consumers do not
//! know the language of the sender.

mod table;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use outbound_model::fold;

use crate::error::CampaignError;
use crate::json::is_longer;

pub use table::{BUILT_IN_KEYWORDS, BuiltInKeywords};

/// The largest number of characters of a keyword. Longer messages are not keywords.
const MAX_KEYWORD: usize = 32;
/// The largest number of keywords that an account adds.
const MAX_ADDED: usize = 100;

/// What an inbound message asks for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeywordKind {
    /// No more messages.
    Stop,
    /// Messages again. For a consumer who did not opt out, a message that [`may_answer`] is an ordinary reply.
    Start,
    /// An explanation.
    Help,
}

impl KeywordKind {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Stop, Self::Start, Self::Help];

    /// The name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Help => "help",
        }
    }
}

/// Whether a start keyword may also answer a question of the brand, as `YES` does.
pub fn may_answer(message: &str) -> bool {
    normalized(message) == "yes"
}

/// The keywords of an account: the built-in ones and its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keywords(BTreeMap<String, KeywordKind>);

/// The built-in keywords, normalized.
static BUILT_IN: LazyLock<BTreeMap<String, KeywordKind>> = LazyLock::new(|| {
    let keywords = BUILT_IN_KEYWORDS.iter().flat_map(|row| row.keywords.iter().map(|word| (row.kind, word)));
    keywords.map(|(kind, word)| (normalized(word), kind)).collect()
});

impl Default for Keywords {
    /// The built-in keywords.
    fn default() -> Self {
        Self(BUILT_IN.clone())
    }
}

impl Keywords {
    /// The built-in keywords and `added`, at most 100. Built-in keywords keep their meaning, because providers and
    /// carriers act on them, too.
    ///
    /// ```
    /// use outbound_campaigns::{KeywordKind, Keywords};
    ///
    /// let keywords = Keywords::with([(KeywordKind::Stop, "slutta")])?;
    /// assert_eq!(keywords.kind(" Slutta! "), Some(KeywordKind::Stop));
    /// assert_eq!(keywords.kind("please stop"), None);
    /// assert!(Keywords::with([(KeywordKind::Help, "stop")]).is_err());
    /// # Ok::<(), outbound_campaigns::CampaignError>(())
    /// ```
    pub fn with<'k>(added: impl IntoIterator<Item = (KeywordKind, &'k str)>) -> Result<Self, CampaignError> {
        let Self(mut keywords) = Self::default();
        for (count, (kind, word)) in added.into_iter().enumerate() {
            let error = |problem| CampaignError::Keyword { keyword: shown(word), problem };
            if count == MAX_ADDED {
                return Err(error("an account can add at most 100 keywords"));
            }
            if is_longer(word, MAX_KEYWORD) {
                return Err(error("a keyword has at most 32 characters"));
            }
            let keyword = normalized(word);
            if keyword.is_empty() {
                return Err(error("a keyword contains a letter or digit"));
            }
            if *keywords.entry(keyword).or_insert(kind) != kind {
                return Err(error("it has another meaning"));
            }
        }
        Ok(Self(keywords))
    }

    /// What `message` asks for, if it is a keyword.
    pub fn kind(&self, message: &str) -> Option<KeywordKind> {
        let message = message.trim();
        // Punctuation and combined characters may double the length.
        if is_longer(message, 2 * MAX_KEYWORD) {
            return None;
        }
        self.0.get(&normalized(message)).copied()
    }
}

/// Lower case without punctuation, and with one space between words.
fn normalized(message: &str) -> String {
    let plain: String = fold(message).chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The start of a keyword, for errors.
fn shown(word: &str) -> String {
    word.chars().take(MAX_KEYWORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_compared_without_case_and_punctuation() {
        for (message, kind) in [
            ("STOP", Some(KeywordKind::Stop)),
            (" stop.\n", Some(KeywordKind::Stop)),
            ("«Stop!»", Some(KeywordKind::Stop)),
            ("s.t.o.p", Some(KeywordKind::Stop)),
            ("Opt-Out", Some(KeywordKind::Stop)),
            ("opt   out", Some(KeywordKind::Stop)),
            ("stop 🛑", Some(KeywordKind::Stop)),
            ("Arre\u{302}t", Some(KeywordKind::Stop)),
            ("ABMELDEN", Some(KeywordKind::Stop)),
            ("стоп", Some(KeywordKind::Stop)),
            ("start", Some(KeywordKind::Start)),
            ("Yes", Some(KeywordKind::Start)),
            ("help?", Some(KeywordKind::Help)),
            ("Info", Some(KeywordKind::Help)),
            ("", None),
            ("!", None),
            ("please stop", None),
            ("STOPPED", None),
            ("stop the bus at the next stop", None),
        ] {
            assert_eq!(Keywords::default().kind(message), kind, "{message}");
        }
    }

    #[test]
    fn only_yes_may_also_answer_a_question() {
        let start = BUILT_IN_KEYWORDS.iter().filter(|row| row.kind == KeywordKind::Start);
        let answers: Vec<_> = start.flat_map(|row| row.keywords).filter(|word| may_answer(word)).collect();
        assert_eq!(answers, [&"YES"]);
        assert!(may_answer(" yes! "));
    }

    #[test]
    fn long_messages_are_no_keywords() {
        let padded = format!("stop{}", ".".repeat(60));
        assert_eq!(Keywords::default().kind(&padded), Some(KeywordKind::Stop));
        assert_eq!(Keywords::default().kind(&format!("{padded}.")), None);
    }

    #[test]
    fn built_in_keywords_have_one_meaning_and_are_recognized() {
        let keywords = Keywords::default();
        for row in BUILT_IN_KEYWORDS {
            for word in row.keywords {
                assert_eq!(keywords.kind(word), Some(row.kind), "{} {word}", row.language);
                assert!(word.chars().count() <= MAX_KEYWORD);
            }
        }
    }

    #[test]
    fn accounts_add_keywords_with_limits() {
        let add = |kind, word: &str| Keywords::with([(kind, word)]).map(|k| k.kind(word));
        assert_eq!(add(KeywordKind::Stop, "Nej tack"), Ok(Some(KeywordKind::Stop)));
        // A built-in keyword may be repeated with its own meaning.
        assert_eq!(add(KeywordKind::Stop, "Stop"), Ok(Some(KeywordKind::Stop)));
        for (kind, word) in [
            (KeywordKind::Start, "stop"),
            (KeywordKind::Help, "S.T.O.P"),
            (KeywordKind::Stop, ""),
            (KeywordKind::Stop, "?!"),
            (KeywordKind::Stop, &"a".repeat(33)),
        ] {
            assert!(add(kind, word).is_err(), "{word}");
        }
        let words: Vec<_> = (0..101).map(|number| format!("word{number}")).collect();
        let with =
            |count| Keywords::with(words.iter().take(count).map(|word| (KeywordKind::Stop, word.as_str())));
        assert!(with(100).is_ok());
        assert!(with(101).is_err());
    }
}
