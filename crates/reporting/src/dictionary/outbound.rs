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
    ours(
        "outbound_invalid_number",
        "Not a valid phone number",
        "The address is not a phone number in international notation, which the channel needs.",
        "Correct the address, then send the message again.",
    ),
    ours(
        "outbound_missing_variable",
        "A variable has no value",
        "A placeholder of the message has no value, so no message could be made.",
        "Give all variables a value.",
    ),
    ours(
        "outbound_empty_content",
        "The message is empty",
        "With its values, the message has no text, or its template has no name.",
        "Correct the values or the handoff.",
    ),
    ours(
        "outbound_message_too_long",
        "The message is too long",
        "With its values, the message is longer than its channel permits.",
        "Shorten the values or the handoff.",
    ),
    ours(
        "outbound_invalid_content",
        "The message is not valid for its channel",
        "The handoff has content that the provider of the channel cannot send.",
        "Check the handoff, and change what the findings say.",
    ),
];
