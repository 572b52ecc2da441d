//! Errors of WhatsApp.

use super::{DictionaryEntry, liveperson};

pub(super) const ENTRIES: &[DictionaryEntry] = &[
    liveperson(
        "outbound_wa_400",
        "WA error - Media download failed",
        "WhatsApp could not download the image, video or document.",
        "Check that the media URL is right and can be opened without a login.",
    ),
    liveperson(
        "outbound_wa_408",
        "WA error - WA server not available",
        "WhatsApp's server did not answer.",
        "Send the message again later.",
    ),
    liveperson(
        "outbound_wa_410",
        "WA error - Message expired",
        "The message could not be sent within its time to live.",
        "Send the message again if it is still of use.",
    ),
    liveperson(
        "outbound_wa_470",
        "WA error - Re-engagement message",
        "The consumer's last reply is more than 24 hours old, so WhatsApp only accepts templates.",
        "Send an approved template.",
    ),
    liveperson(
        "outbound_wa_471",
        "WA error - Exceeded number of message limit",
        "The sending number reached its limit, often because consumers blocked or reported earlier messages.",
        "Check the quality rating of the number in WhatsApp Manager, and send less until it recovers.",
    ),
    liveperson(
        "outbound_wa_495",
        "WA error - Connection issue",
        "The certificate of the connection to WhatsApp is wrong or damaged.",
        "Have the operator of the WhatsApp connection check the certificate.",
    ),
    liveperson(
        "outbound_5XX",
        "WA error - Generic error",
        "WhatsApp reported an error without a cause.",
        "Send the message again later.",
    ),
    liveperson(
        "outbound_wa_1000",
        "WA error - Errors with rich message",
        "WhatsApp rejected a rich message, usually because of the type of its file.",
        "Use jpg or png for images, pdf for documents and mp4 for videos.",
    ),
    liveperson(
        "outbound_wa_1005",
        "WA error  - Access denied",
        "WhatsApp refused access: credentials, certificate, version, or the state of the number or account.",
        "Check the number and the business profile in WhatsApp Manager, and the credentials of the connection.",
    ),
    liveperson(
        "outbound_wa_1014",
        "WA error  - Cannot access media",
        "WhatsApp could not read the media: the file is damaged or the address does not exist.",
        "Upload the file again, or correct the media URL.",
    ),
    liveperson(
        "outbound_wa_1026",
        "WA error  - Consumer's WA version incompatible",
        "The consumer's version of WhatsApp cannot show this kind of message.",
        "Reach this consumer over another channel, or with a simpler message.",
    ),
    liveperson(
        "outbound_wa_1031",
        "WA error - Sender account locked",
        "WhatsApp locked the account for a violation of its policies.",
        "Stop sending, and ask your LivePerson partner how to have the account unlocked.",
    ),
    liveperson(
        "outbound_wa_ntw_err",
        "Network error occured in connector",
        "The connection to WhatsApp failed while the message was processed.",
        "Send the message again. If it fails again, ask LivePerson's support.",
    ),
];
