//! Errors of this project, for which the vendor has no key.

use super::{DictionaryEntry, Origin};

const fn ours(
    key: &'static str,
    message: &'static str,
    meaning: &'static str,
    advice: &'static str,
) -> DictionaryEntry {
    DictionaryEntry { key, message, meaning, advice, origin: Origin::Outbound }
}

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    ours(
        "outbound_cancelled",
        "Message cancelled",
        "The message was cancelled before it was sent.",
        "Nothing, if this was intended. Otherwise send the message again.",
    ),
    ours(
        "outbound_expired",
        "Message expired before it was sent",
        "The message could not be sent in time: sending hours were closed, or the campaign was paused or too large.",
        "Allow more time or longer sending hours, then send the message again.",
    ),
];
