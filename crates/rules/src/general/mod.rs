//! Rules for all channels: names, lookback period, placeholders, languages, phone numbers, URLs, buttons and
//! invisible characters (GEN-01 to GEN-14).

pub(crate) mod buttons;
mod handoff;
pub(crate) mod language;
pub(crate) mod phone;
pub(crate) mod text_fields;
pub(crate) mod web;

pub(crate) use handoff::check;

use outbound_model::{At, Object};
use serde_json::Value;

use crate::context::Context;
use crate::rule::rules;

rules! {
    /// Rules for all channels.
    RULES = None, "2026-11-28";
    Error Always "GEN-01" NAME_ANGLE_BRACKETS "name-angle-brackets" LP_GUIDE
        "The name must not contain < or >.";
    Warning Always "GEN-01" NAME_CHARACTERS "name-characters" LP_GUIDE
        "LivePerson's tool permits only letters, digits, spaces, _ and - in names.";
    Warning LivePerson "GEN-01" NAME_LENGTH "name-length" LP_API
        "LivePerson uses the name as a template id of at most 32 characters.";
    Error Always "GEN-02" LOOKBACK_DAYS "lookback-days" LP_SEED
        "The lookback period has 0 to 30 days.";
    Error Always "GEN-02" LOOKBACK_HOURS "lookback-hours" LP_SEED
        "The lookback period has 0 to 23 hours in addition to its days.";
    Warning Always "GEN-02" LOOKBACK_TOTAL "lookback-total" LP_GUIDE
        "LivePerson's tool permits a lookback period of 1 hour to 30 days.";
    Error Always "GEN-03" UPDATED_BEFORE_CREATED "updated-before-created" CONVENTION
        "A handoff cannot be updated before it is created.";
    Error Always "GEN-04" NO_CHANNEL "no-channel" CONVENTION
        "A handoff needs at least one channel.";
    Error Always "GEN-04" CHANNEL_TWICE "channel-twice" CONVENTION
        "A handoff has only one configuration for each channel, language and sender.";
    Warning Always "GEN-04" IN_APP_COMBINED "in-app-combined" LP_GUIDE
        "LivePerson's tool does not combine in-app messages with SMS or WhatsApp.";
    Error Always "GEN-05" PLACEHOLDER_MALFORMED "placeholder-malformed" LP_SEED
        "A placeholder is a number from 1 to 999 in double braces without spaces, such as ${{1}}.";
    Error Always "GEN-06" VARIABLE_UNDECLARED "variable-undeclared" LP_ERRORS
        "A component's list of variables contains all its placeholders.";
    Error Always "GEN-06" VARIABLE_UNUSED "variable-unused" LP_ERRORS
        "A component's list of variables contains only placeholders that it uses.";
    Warning Always "GEN-06" SAMPLE_LENGTH "sample-length" LP_ERRORS
        "LivePerson permits values of at most 1550 characters.";
    Warning Always "GEN-07" SAMPLE_MISSING "sample-missing" CONVENTION
        "Every placeholder should have a sample value.";
    Error Always "GEN-08" LANGUAGE_MALFORMED "language-malformed" CONVENTION
        "A language is a code such as en or pt-BR (BCP 47).";
    Warning Always "GEN-08" LANGUAGE_UNKNOWN "language-unknown" CONVENTION
        "The language should exist.";
    Warning Always "GEN-08" LANGUAGE_MISSING "language-missing" LP_SEED
        "Every channel configuration has a language.";
    Error Always "GEN-09" PHONE_MALFORMED "phone-malformed" TWILIO_E164
        "A phone number consists of a country code and digits, at most 15 in total.";
    Warning Always "GEN-09" PHONE_SEPARATORS "phone-separators" TWILIO_E164
        "A phone number is written as + and digits, without separators.";
    Warning Always "GEN-09" PHONE_PLUS "phone-plus" TWILIO_E164
        "A phone number begins with + and its country code.";
    Warning Always "GEN-09" PHONE_SHORT "phone-short" TWILIO_E164
        "A phone number with its country code rarely has fewer than 8 digits.";
    Warning Always "GEN-09" PHONE_LENGTH "phone-length" TWILIO_E164
        "A phone number has the number of digits that its country uses.";
    Error Always "GEN-10" URL_NOT_ABSOLUTE "url-not-absolute" LP_GUIDE
        "A URL is absolute and begins with https://.";
    Error Always "GEN-10" URL_MEDIA_SCHEME "url-media-scheme" LP_GUIDE
        "Media are fetched over https.";
    Warning Always "GEN-10" URL_RCS_SCHEME "url-rcs-scheme" GOOGLE_SEND
        "RCS media should be fetched over https: Google accepts http, carriers do not.";
    Error Always "GEN-10" URL_CHARACTERS "url-characters" CONVENTION
        "A URL contains no spaces, backslashes or control characters.";
    Error Always "GEN-10" URL_USER_INFO "url-user-info" CONVENTION
        "A URL contains no user name or password.";
    Error Always "GEN-10" URL_PRIVATE_HOST "url-private-host" CONVENTION
        "The host of a URL is a public name, not an IP address or a name in a private network.";
    Error Always "GEN-10" URL_PLACEHOLDER_HOST "url-placeholder-host" CONVENTION
        "A URL may contain placeholders only after the host.";
    Warning Always "GEN-10" URL_LINK_SCHEME "url-link-scheme" CONVENTION
        "Links should begin with https://.";
    Warning Always "GEN-10" URL_SHORTENER "url-shortener" CONVENTION
        "Providers and consumers often treat shortened links as spam.";
    Warning Always "GEN-10" URL_NO_EXTENSION "url-no-extension" CONVENTION
        "The URL of media should end in a file extension that identifies its type.";
    Error Always "GEN-11" MEDIA_HOST "media-host" LP_ERRORS
        "Media are on one of the account's permitted hosts.";
    Warning Always "GEN-11" MEDIA_HOST_UNCHECKED "media-host-unchecked" LP_ERRORS
        "If the URL of media is only a placeholder, its host is checked when the message is sent.";
    Error Always "GEN-12" BUTTON_INDEX "button-index" LP_SEED
        "Every button has a unique index, starting at 0.";
    Warning Always "GEN-12" BUTTON_INDEX_GAP "button-index-gap" CONVENTION
        "The button indexes should have no gaps.";
    Error Always "GEN-13" CHANNEL_UNKNOWN "channel-unknown" LP_SEED
        "The channel is one of wa, sms-twilio, apple-twilio, googlercs, inapp.";
    Error Always "GEN-13" COMPONENT_UNKNOWN "component-unknown" LP_SEED
        "A component has a type that the channel supports.";
    Error Always "GEN-13" BUTTON_KIND "button-kind" LP_SEED
        "A button is a quick_reply, url or phone_number.";
    Warning Always "GEN-13" COMPONENT_KEPT "component-kept" CONVENTION
        "Provider-specific parts are kept unchanged and not checked.";
    Error Always "GEN-13" CONTROL_CHARACTER "control-character" CONVENTION
        "Texts contain no control characters except line breaks and tabs.";
    Warning Always "GEN-13" BIDI_OVERRIDE "bidi-override" CONVENTION
        "Characters that override the text direction can make text look like different text.";
    Warning Always "GEN-13" ZERO_WIDTH "zero-width" CONVENTION
        "Invisible characters, often the result of copying, use space and break words.";
    Warning Always "GEN-14" SENDER_LENGTH "sender-length" LP_API
        "LivePerson permits senders of at most 16 characters.";
}

/// Reports a component of an unknown type. `what` names the message, such as "An RCS message". The component is
/// kept unchanged, and no other rule applies to it.
pub(crate) fn unknown_component(component: &Object, what: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let type_name = component.get("type").and_then(Value::as_str).unwrap_or_default();
    let message =
        format!("{what} has no component of type {type_name:.40}. It is kept unchanged and not checked.");
    ctx.add(COMPONENT_UNKNOWN.at(&at.key("type")).say(message));
}
