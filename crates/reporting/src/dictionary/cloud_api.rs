//! Errors of the account, the sender and the service of WhatsApp Cloud API. The vendor's dictionary has only those of
//! the older API.

use super::{DictionaryEntry, provider};

const CHECK_ACCOUNT: &str =
    "Check the access token, the number and the account in WhatsApp Manager, then start the sender again.";
const WAIT: &str = "Nothing: the message is sent again later. Send slower if this happens often.";
const TRY_AGAIN: &str = "Send the message again later.";

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    provider(
        "outbound_wa_0",
        "WA error - Authentication failed",
        "WhatsApp did not accept the access token.",
        CHECK_ACCOUNT,
    ),
    provider("outbound_wa_1", "WA error - Unknown API error", "WhatsApp had an internal error.", TRY_AGAIN),
    provider(
        "outbound_wa_2",
        "WA error - Service unavailable",
        "WhatsApp was down or overloaded.",
        TRY_AGAIN,
    ),
    provider(
        "outbound_wa_3",
        "WA error - Missing capability",
        "The access token lacks a permission.",
        CHECK_ACCOUNT,
    ),
    provider("outbound_wa_4", "WA error - Too many calls", "The app reached its limit of requests.", WAIT),
    provider(
        "outbound_wa_10",
        "WA error - Permission denied",
        "The access token lacks a permission.",
        CHECK_ACCOUNT,
    ),
    provider("outbound_wa_33", "WA error - Number deleted", "The sending number was deleted.", CHECK_ACCOUNT),
    provider(
        "outbound_wa_190",
        "WA error - Access token expired",
        "The access token expired.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_368",
        "WA error - Blocked for policy violations",
        "The account violated WhatsApp's policy.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_80007",
        "WA error - Rate limit",
        "The account reached its limit of requests.",
        WAIT,
    ),
    provider(
        "outbound_wa_130429",
        "WA error - Throughput reached",
        "The sending number reached its rate.",
        WAIT,
    ),
    provider(
        "outbound_wa_130497",
        "WA error - Country restricted",
        "The account may not write to consumers in this country.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_131000",
        "WA error - Something went wrong",
        "WhatsApp had an internal error.",
        TRY_AGAIN,
    ),
    provider(
        "outbound_wa_131005",
        "WA error - Access denied",
        "The access token lacks a permission.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_131016",
        "WA error - Service unavailable",
        "A service of WhatsApp was not available.",
        TRY_AGAIN,
    ),
    provider(
        "outbound_wa_131031",
        "WA error - Account locked",
        "WhatsApp locked the account.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_131037",
        "WA error - Display name not approved",
        "The display name of the sending number is not approved.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_131042",
        "WA error - Payment problem",
        "The account has no valid payment method.",
        "Correct the payment method in WhatsApp Manager, then start the sender again.",
    ),
    provider(
        "outbound_wa_131045",
        "WA error - Certificate problem",
        "The sending number is not registered correctly.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_131048",
        "WA error - Spam rate limit",
        "Too many earlier messages were blocked or reported.",
        "Check the quality rating of the number in WhatsApp Manager, and send less until it recovers.",
    ),
    provider(
        "outbound_wa_131056",
        "WA error - Too many messages to this consumer",
        "The consumer got a message in the last 6 seconds.",
        WAIT,
    ),
    provider(
        "outbound_wa_131057",
        "WA error - Account in maintenance",
        "The account is being upgraded.",
        TRY_AGAIN,
    ),
    provider(
        "outbound_wa_131063",
        "WA error - Marketing templates disabled",
        "The account disabled marketing templates on this API.",
        "Enable them in WhatsApp Manager, then start the sender again.",
    ),
    provider(
        "outbound_wa_131064",
        "WA error - Limit after wrong categories",
        "The account reached its limit, which is lower because its templates had wrong categories.",
        WAIT,
    ),
    provider(
        "outbound_wa_133010",
        "WA error - Number not registered",
        "The sending number is not registered.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_wa_133016",
        "WA error - Too many registrations",
        "The sending number was registered too often.",
        WAIT,
    ),
];
