//! Errors of Twilio, before (`outbound_twilio`) and after (`twilio`) it accepted the message.

use super::{DictionaryEntry, Origin};

const fn twilio(
    key: &'static str,
    message: &'static str,
    meaning: &'static str,
    advice: &'static str,
) -> DictionaryEntry {
    DictionaryEntry { key, message, meaning, advice, origin: Origin::Twilio }
}

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    super::liveperson(
        "outbound_twilio_ntw_err",
        "Network error occured in connector",
        "The connection to Twilio failed while the message was processed.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    twilio(
        "outbound_twilio_20003",
        "Twilio error - Permission denied",
        "Twilio refused the credentials, or the account is not allowed to send.",
        "Check the credentials and the state of the Twilio account.",
    ),
    twilio(
        "outbound_twilio_20500",
        "Twilio internal error",
        "Twilio had an internal error.",
        "Send the message again later.",
    ),
    twilio(
        "outbound_twilio_21211",
        "Twilio error - Invalid \"To\" Phone number",
        "The consumer's phone number is not valid.",
        "Correct the number: country code and digits.",
    ),
    twilio(
        "outbound_twilio_21408",
        "Twilio error - \"From\" number not enabled for the region",
        "The Twilio account may not send to the consumer's country.",
        "Enable the country in Twilio's geographic permissions.",
    ),
    twilio(
        "outbound_twilio_21602",
        "Twilio error - No SMS message body",
        "The message has no text.",
        "Check the body of the handoff and its variables.",
    ),
    twilio(
        "outbound_twilio_21606",
        "Twilio error - \"From\" number is not valid for messaging",
        "The sending number cannot send SMS to this consumer.",
        "Use a number of the Twilio account that can send SMS to this country.",
    ),
    twilio(
        "outbound_twilio_21610",
        "Twilio error - \"To\" number is opted out",
        "The consumer opted out of messages from this number.",
        "Do not send to this consumer until they opt in again.",
    ),
    twilio(
        "outbound_twilio_21611",
        "Twilio error - Message queue limit exceeded",
        "Too many messages of the sending number wait at Twilio.",
        "Send slower, or with more numbers.",
    ),
    twilio(
        "outbound_twilio_21612",
        "Twilio error - 'To' number not reachabe",
        "Twilio has no route from the sending number to the consumer's number.",
        "Send from another number, or over another channel.",
    ),
    twilio(
        "outbound_twilio_21614",
        "Twilio error  -  Not a mobile number",
        "The consumer's number is not a mobile number.",
        "Ask the consumer for a mobile number.",
    ),
    twilio(
        "outbound_twilio_21617",
        "Twilio error  - Message exceeds 1600 characters",
        "The text with its variables has more than 1600 characters.",
        "Shorten the text or the values of its variables.",
    ),
    twilio(
        "twilio_30001",
        "Twilio error  - Queue overflow",
        "The message waited at Twilio for too long, behind others of the same sender.",
        "Send slower, or with more numbers.",
    ),
    twilio(
        "twilio_30002",
        "Twilio error  - Account suspended",
        "The Twilio account was suspended while the message was sent.",
        "Ask Twilio's support why the account is suspended.",
    ),
    twilio(
        "twilio_30003",
        "Twilio error  - Unreachable destination",
        "The consumer's phone is off, out of reach, or cannot receive SMS.",
        "Send the message again later, or over another channel.",
    ),
    twilio(
        "twilio_30004",
        "Twilio error  - Message blocked",
        "The consumer or their carrier blocks the message.",
        "Do not repeat the message. Reach the consumer over another channel.",
    ),
    twilio(
        "twilio_30005",
        "Twilio error - Unknown destination",
        "The number is not in use.",
        "Correct or remove the number.",
    ),
    twilio(
        "twilio_30006",
        "Twilio error - Unreachable carrier",
        "The carrier cannot be reached, or the number is a landline.",
        "Check that it is a mobile number; otherwise use another channel.",
    ),
    twilio(
        "twilio_30007",
        "Twilio error - Carrier violation",
        "The carrier filtered the message as unwanted.",
        "Check the text against the carrier's rules and the registration of the sending number.",
    ),
    twilio(
        "twilio_30008",
        "Twilio error - unknown error",
        "The carrier reported an error without a cause.",
        "Send the message again later.",
    ),
    twilio(
        "twilio_30032",
        "Twilio error - Toll-Free Number Has Not Been Verified",
        "The toll-free sending number is not verified.",
        "Verify the number at Twilio before sending.",
    ),
];
