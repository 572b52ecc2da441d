//! The keywords of replies.

use crate::plan::PhoneReply;

/// The keywords to which Twilio reacts (its defaults for English).
const STOP_WORDS: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"];
const START_WORDS: [&str; 3] = ["START", "YES", "UNSTOP"];

/// A keyword that Twilio recognizes. HELP is none: `OptOutType=HELP` means that Twilio has answered, which the sandbox does
/// not do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Keyword {
    Stop,
    Start,
}

impl Keyword {
    /// The keyword of a reply, which contains nothing else.
    pub(crate) fn of(reply: &PhoneReply) -> Option<Self> {
        let PhoneReply::Text(text) = reply else { return None };
        let word = text.trim().to_ascii_uppercase();
        match word.as_str() {
            word if STOP_WORDS.contains(&word) => Some(Self::Stop),
            word if START_WORDS.contains(&word) => Some(Self::Start),
            _ => None,
        }
    }
}
