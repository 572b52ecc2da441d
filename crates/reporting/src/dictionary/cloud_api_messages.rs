//! Errors of messages, recipients and templates of WhatsApp Cloud API.

use super::{DictionaryEntry, provider};

const OTHER_CHANNEL: &str = "Reach the consumer over another channel.";
const CHECK_TEMPLATE: &str =
    "Compare the handoff with the template in WhatsApp Manager: name, language, variables, header, buttons.";

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    provider(
        "outbound_wa_100",
        "WA error - Invalid parameter",
        "WhatsApp rejected a field of the request.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_130472",
        "WA error - Part of an experiment",
        "WhatsApp excluded the consumer from marketing messages as part of an experiment.",
        OTHER_CHANNEL,
    ),
    provider(
        "outbound_wa_131008",
        "WA error - Parameter missing",
        "The request lacks a field.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_131009",
        "WA error - Parameter invalid",
        "WhatsApp rejected the value of a field.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_131021",
        "WA error - Recipient is the sender",
        "The message was addressed to its own sender.",
        "Correct the number.",
    ),
    provider(
        "outbound_wa_131026",
        "WA error - Message undeliverable",
        "The number has no WhatsApp, or its version or settings do not permit this message.",
        OTHER_CHANNEL,
    ),
    provider(
        "outbound_wa_131030",
        "WA error - Recipient not in the list",
        "The sending number is a test number, which may only write to a list of numbers.",
        "Add the number to the list, or use a real sending number.",
    ),
    provider(
        "outbound_wa_131047",
        "WA error - Re-engagement message",
        "The consumer's last message is more than 24 hours old, so WhatsApp only accepts templates.",
        "Send an approved template.",
    ),
    provider(
        "outbound_wa_131049",
        "WA error - Not delivered to keep consumers engaged",
        "The consumer got as many marketing messages as WhatsApp permits.",
        "Do not send it again within 24 hours, or use another channel.",
    ),
    provider(
        "outbound_wa_131050",
        "WA error - Consumer stopped marketing messages",
        "The consumer opted out of marketing messages of this sender.",
        "Do not send marketing messages to this consumer until they resume them.",
    ),
    provider(
        "outbound_wa_131051",
        "WA error - Type of message not supported",
        "WhatsApp does not support this type of message.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_131052",
        "WA error - Media download failed",
        "WhatsApp could not download media that the consumer sent.",
        "Ask the consumer to send the file again.",
    ),
    provider(
        "outbound_wa_131053",
        "WA error - Media upload failed",
        "WhatsApp could not download the image, video or document.",
        "Check that the media URL is right and can be opened without a login.",
    ),
    provider(
        "outbound_wa_131062",
        "WA error - Recipient without number",
        "This kind of message cannot be sent to consumers who hide their number.",
        OTHER_CHANNEL,
    ),
    provider(
        "outbound_wa_132000",
        "WA error - Number of variables",
        "The message has more or fewer variables than the template.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_132001",
        "WA error - Template does not exist",
        "There is no approved template of this name in this language.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_132005",
        "WA error - Text too long",
        "The text with its variables is longer than WhatsApp permits.",
        "Shorten the values of the variables.",
    ),
    provider(
        "outbound_wa_132007",
        "WA error - Template violates a policy",
        "The template violates WhatsApp's policy.",
        "Change the template and have it approved again.",
    ),
    provider(
        "outbound_wa_132008",
        "WA error - Format of a variable",
        "A value has a form that the template does not permit.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_132012",
        "WA error - Format of a variable",
        "A value has a form that the template does not permit.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_132015",
        "WA error - Template paused",
        "WhatsApp paused the template for its low quality.",
        "Improve the template, or wait until WhatsApp resumes it, then resume the campaign.",
    ),
    provider(
        "outbound_wa_132016",
        "WA error - Template disabled",
        "WhatsApp disabled the template for its low quality.",
        "Create another template.",
    ),
    provider(
        "outbound_wa_132068",
        "WA error - Flow blocked",
        "The flow of the template is blocked.",
        "Correct the flow in WhatsApp Manager.",
    ),
    provider(
        "outbound_wa_132069",
        "WA error - Flow throttled",
        "The flow of the template was used too often.",
        "Correct the flow in WhatsApp Manager.",
    ),
    provider(
        "outbound_wa_135000",
        "WA error - Generic user error",
        "WhatsApp rejected the message without a cause.",
        CHECK_TEMPLATE,
    ),
    provider(
        "outbound_wa_137000",
        "WA error - Identity of the consumer changed",
        "The consumer installed WhatsApp again or changed the phone, so the expected identity is wrong.",
        "Send the message again without the check of the identity.",
    ),
];
