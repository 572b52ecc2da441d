//! Errors of Twilio that the vendor's dictionary does not have.

use super::{DictionaryEntry, provider};

const CHECK_ACCOUNT: &str = "Check the credentials and the state of the Twilio account.";
const CHECK_SENDER: &str = "Check the sender in Twilio's console, then start it again.";
const CHECK_CONTENT: &str = "Compare the handoff with the message in Twilio's log, and correct it.";
const OTHER_CHANNEL: &str = "Reach the consumer over another channel.";
const WAIT: &str = "Send slower, or with more senders.";
const TRY_AGAIN: &str = "Send the message again later.";

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    provider(
        "outbound_twilio_14107",
        "Twilio error - Rate limit",
        "Too many messages were sent at once.",
        WAIT,
    ),
    provider(
        "outbound_twilio_20004",
        "Twilio error - Method not allowed",
        "Twilio refused the request.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_twilio_20005",
        "Twilio error - Account not active",
        "The Twilio account is not active.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_twilio_20006",
        "Twilio error - Access denied",
        "The credentials may not use this account.",
        CHECK_ACCOUNT,
    ),
    provider(
        "outbound_twilio_20429",
        "Twilio error - Too many requests",
        "Too many requests were sent at once. The message was not processed.",
        WAIT,
    ),
    provider(
        "outbound_twilio_21212",
        "Twilio error - Invalid \"From\" number",
        "The sender is not valid.",
        CHECK_SENDER,
    ),
    provider(
        "outbound_twilio_21603",
        "Twilio error - \"From\" number required",
        "The message has no sender.",
        CHECK_SENDER,
    ),
    provider(
        "outbound_twilio_21608",
        "Twilio error - Unverified number on a trial account",
        "A trial account may only write to verified numbers.",
        "Upgrade the Twilio account.",
    ),
    provider(
        "outbound_twilio_21619",
        "Twilio error - No content",
        "The message has neither text nor media.",
        CHECK_CONTENT,
    ),
    provider(
        "outbound_twilio_21620",
        "Twilio error - Invalid media URL",
        "The URL of the media is not valid.",
        CHECK_CONTENT,
    ),
    provider(
        "outbound_twilio_21656",
        "Twilio error - Invalid content variables",
        "The values do not fit the variables of Twilio's content.",
        CHECK_CONTENT,
    ),
    provider(
        "outbound_twilio_21659",
        "Twilio error - \"From\" is not a number of the account",
        "The sending number does not belong to the Twilio account.",
        CHECK_SENDER,
    ),
    provider(
        "outbound_twilio_21660",
        "Twilio error - Mismatch between number and account",
        "The sending number does not belong to the Twilio account.",
        CHECK_SENDER,
    ),
    provider(
        "outbound_twilio_21701",
        "Twilio error - Messaging service not found",
        "The messaging service does not exist.",
        CHECK_SENDER,
    ),
    provider(
        "outbound_twilio_21703",
        "Twilio error - No sender in the service",
        "The messaging service has no sender.",
        CHECK_SENDER,
    ),
    provider(
        "twilio_30022",
        "Twilio error - Rate limit of the registration",
        "The sender reached the rate of its registration with the carriers.",
        WAIT,
    ),
    provider(
        "twilio_30023",
        "Twilio error - Daily limit of the carrier",
        "The sender reached its daily limit at a carrier.",
        "Continue on the next day, or register for a higher limit.",
    ),
    provider(
        "twilio_30024",
        "Twilio error - Number not set up",
        "The sending number is not set up for this kind of message yet.",
        CHECK_SENDER,
    ),
    provider(
        "twilio_30034",
        "Twilio error - Unregistered sender",
        "The sending number is not registered with the carriers.",
        "Register the number at Twilio before sending.",
    ),
    provider(
        "twilio_30410",
        "Twilio error - Provider timeout",
        "The carrier did not answer in time.",
        TRY_AGAIN,
    ),
    provider(
        "twilio_30610",
        "Twilio error - Quiet hours",
        "The message was sent in hours in which it is not permitted.",
        "Send the message again within the permitted hours.",
    ),
    provider(
        "twilio_63003",
        "Twilio error - Address not found on the channel",
        "The number has no account of this channel.",
        OTHER_CHANNEL,
    ),
    provider(
        "twilio_63005",
        "Twilio error - Channel rejected the content",
        "The channel did not accept a field or the media.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63007",
        "Twilio error - No such sender on the channel",
        "The sending number is not set up for this channel.",
        CHECK_SENDER,
    ),
    provider(
        "twilio_63012",
        "Twilio error - Internal error of the channel",
        "The channel had an internal error.",
        TRY_AGAIN,
    ),
    provider(
        "twilio_63013",
        "Twilio error - Policy violation",
        "The message violates a policy of the channel.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63016",
        "Twilio error - Outside of the 24 hours",
        "The consumer's last message is more than 24 hours old, so WhatsApp only accepts templates.",
        "Send an approved template.",
    ),
    provider(
        "twilio_63018",
        "Twilio error - Rate limit of the channel",
        "The sender reached the rate of the channel.",
        WAIT,
    ),
    provider(
        "twilio_63019",
        "Twilio error - Media download failed",
        "The channel could not download the media.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63021",
        "Twilio error - Invalid content",
        "The channel rejected the content.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63024",
        "Twilio error - Invalid recipient",
        "The number cannot receive messages on this channel.",
        OTHER_CHANNEL,
    ),
    provider(
        "twilio_63027",
        "Twilio error - Template does not exist",
        "There is no approved template of this name in this language.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63028",
        "Twilio error - Number of variables",
        "The message has more or fewer variables than the template.",
        CHECK_CONTENT,
    ),
    provider(
        "twilio_63032",
        "Twilio error - Limit of the consumer",
        "WhatsApp does not deliver this message to this consumer.",
        OTHER_CHANNEL,
    ),
    provider(
        "twilio_63033",
        "Twilio error - Consumer blocked",
        "WhatsApp blocked messages to this consumer.",
        OTHER_CHANNEL,
    ),
    provider("twilio_63036", "Twilio error - No RCS", "The phone cannot receive RCS.", OTHER_CHANNEL),
    provider(
        "twilio_63038",
        "Twilio error - Daily limit of the account",
        "The Twilio account reached its daily number of messages.",
        "Continue on the next day, or have the limit raised.",
    ),
    provider(
        "twilio_63041",
        "Twilio error - Template paused",
        "WhatsApp paused the template for its low quality.",
        "Improve the template, or wait until WhatsApp resumes it, then resume the campaign.",
    ),
];
