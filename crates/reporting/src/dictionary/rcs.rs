//! Errors of Google RCS Business Messaging. Codes are HTTP statuses.

use super::{DictionaryEntry, provider};

const TRY_AGAIN: &str = "Send the message again later.";

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    provider(
        "outbound_rcs_400",
        "RCS error - Invalid message",
        "Google rejected the message, or the phone does not support a part of it.",
        "Simplify the message, or use another channel.",
    ),
    provider(
        "outbound_rcs_401",
        "RCS error - Not authenticated",
        "Google did not accept the access token.",
        "Check the service account, then start the sender again.",
    ),
    provider(
        "outbound_rcs_403",
        "RCS error - Permission denied",
        "The service account may not send for this agent.",
        "Check the agent and the service account, then start the sender again.",
    ),
    provider(
        "outbound_rcs_404",
        "RCS error - Not reachable",
        "The phone cannot receive RCS, or the agent is not launched in its network.",
        "Reach the consumer over another channel.",
    ),
    provider(
        "outbound_rcs_429",
        "RCS error - Too many requests",
        "Too many messages were sent at once.",
        "Nothing: the message is sent again later. Send slower if this happens often.",
    ),
    provider("outbound_rcs_500", "RCS error - Internal error", "Google had an internal error.", TRY_AGAIN),
    provider(
        "outbound_rcs_503",
        "RCS error - Service unavailable",
        "Google's service was not available.",
        TRY_AGAIN,
    ),
    provider(
        "outbound_rcs_expired",
        "RCS error - Message expired",
        "The phone could not be reached within the time to deliver, so the message was withdrawn.",
        "Send the message again, or use another channel.",
    ),
    provider(
        "outbound_rcs_ntw_err",
        "RCS error - Network error",
        "The connection to Google failed while the message was processed.",
        TRY_AGAIN,
    ),
];
