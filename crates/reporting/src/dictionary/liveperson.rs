//! Errors of LivePerson's own services: Connect To Messaging and Proactive Messaging.

use super::{DictionaryEntry, liveperson};

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    liveperson(
        "twilio_5008",
        "No delivery response from Twilio or message is undelivered",
        "The carrier accepted the message, but reported no delivery within 72 hours.",
        "Treat the message as not delivered. Send it again if it is still of use.",
    ),
    liveperson(
        "c2m_1001",
        "Consumer ineligible to receive message",
        "The number cannot receive messages on this channel; it may be a landline or invalid.",
        "Correct the number, or use another channel.",
    ),
    liveperson(
        "c2m_1300",
        "No engagement found for skill",
        "The skill has no engagement.",
        "Check that the skill exists in Conversational Cloud and is active for Connect To Messaging.",
    ),
    liveperson(
        "c2m_1400",
        "Open conversation already exists",
        "The consumer has an open conversation on this channel.",
        "Close the conversation, then send the message again.",
    ),
    liveperson(
        "c2m_5000",
        "Unexpected error occured",
        "An internal error at LivePerson.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "c2m_5401",
        "Internal Server Error",
        "An internal error at LivePerson.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "c2m_5403",
        "Message sent failed - timeout error",
        "A timeout at LivePerson while the message was sent.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "c2m_5807",
        "Media URL is not in the permitted URLs list",
        "The media URL is not on the list of permitted addresses.",
        "Add the start of the URL to the permitted addresses in the settings of the Proactive web tool.",
    ),
    liveperson(
        "proactive_16",
        "InApp token not found",
        "The consumer's device has no token for in-app messages.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_17",
        "InApp failed to sent message",
        "The in-app message could not be sent.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_19",
        "InApp certificate missing",
        "The certificate for in-app messages is missing.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_27",
        "InApp - Mobile app does not support in app messaging",
        "The app on the consumer's device cannot show in-app messages.",
        "Reach the consumer over another channel until they update the app.",
    ),
    liveperson(
        "proactive_28",
        "InApp - Consumer is not authenticated",
        "The consumer is not logged in to the app.",
        "Reach the consumer over another channel. If many messages fail so, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_500",
        "Message could not be sent",
        "The message was not sent: an open conversation, wrong input, or a failure of network or connector.",
        "Check for open conversations, then send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_1001",
        "Consumer ineligible to receive message",
        "The number cannot receive messages on this channel; it may be a landline or invalid.",
        "Correct the number, or use another channel.",
    ),
    liveperson(
        "proactive_1301",
        "Recipient validation failed",
        "The recipient was rejected when the campaign was published.",
        "Check the recipient's address and variables, then send the message again.",
    ),
    liveperson(
        "proactive_1302",
        "Too many variables used",
        "The message has more variables than its handoff.",
        "Send exactly the variables of the handoff.",
    ),
    liveperson(
        "proactive_1303",
        "INSUFFICIENT_VARIABLES",
        "The message has fewer variables than its handoff.",
        "Send exactly the variables of the handoff.",
    ),
    liveperson(
        "proactive_1400",
        "Open conversation already exists",
        "The consumer has an open conversation on this channel.",
        "Close the conversation, then send the message again.",
    ),
    liveperson(
        "proactive_1401",
        "Bad request / Invalid Input",
        "The request for this message was not valid.",
        "Compare the request with the handoff: numbers, variables, media.",
    ),
    liveperson(
        "proactive_1800",
        "Open conversation already exists for inapp",
        "The consumer has an open in-app conversation.",
        "Close the conversation, then send the message again.",
    ),
    liveperson(
        "proactive_5000",
        "Unexpected error occured",
        "An internal error at LivePerson.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_5002",
        "Network error occured",
        "A network failure at LivePerson.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_5401",
        "Unknown error occured",
        "An internal error at LivePerson.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_5403",
        "Internal error occured",
        "A failure of LivePerson's connector.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
    liveperson(
        "proactive_5803",
        "InApp message sent failed",
        "The in-app message did not reach the app.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
];
