//! The error dictionary: what the errors of messages mean and what to do about them.
//!
//! Keys and messages are those of the vendor's error dictionary (contract §5, §10 B), with its spelling, because
//! clients may compare them. Meanings and advice are our own words.

mod cloud_api;
mod cloud_api_messages;
mod liveperson;
mod outbound;
mod rcs;
mod twilio;
mod twilio_more;
mod whatsapp;

use crate::error_key::ErrorKey;

const VENDOR_PAGE: &str = "https://developers.liveperson.com/outbound-reporting-api-error-dictionary.html";
const TWILIO_PAGE: &str = "https://www.twilio.com/docs/api/errors/";
const META_PAGE: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes";
const GOOGLE_PAGE: &str =
    "https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/send";
const OUR_PAGE: &str = "docs/reporting.md";

/// The key of all codes from 500 to 599 of WhatsApp.
const ANY_SERVER_ERROR: &str = "outbound_5XX";

/// An error of messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DictionaryEntry {
    /// Source and code, joined by `_`.
    pub key: &'static str,
    /// The vendor's message, which transactions and campaign reports have as `errorMessage`.
    pub message: &'static str,
    /// What happened.
    pub meaning: &'static str,
    /// What to do.
    pub advice: &'static str,
    /// Where the entry comes from.
    pub origin: Origin,
}

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// The vendor's error dictionary.
    LivePerson,
    /// The vendor's error dictionary, which refers to Twilio's page of this error.
    Twilio,
    /// This project, for an error that only the provider documents.
    Provider,
    /// This project.
    Outbound,
}

impl DictionaryEntry {
    /// The page that documents the error.
    pub fn source(&self) -> String {
        match (self.origin, self.key.rsplit_once('_')) {
            (Origin::Twilio, Some((_, code)))
            | (Origin::Provider, Some(("outbound_twilio" | "twilio", code))) => {
                format!("{TWILIO_PAGE}{code}")
            }
            (Origin::Provider, Some(("outbound_wa", _))) => META_PAGE.to_owned(),
            (Origin::Provider, _) => GOOGLE_PAGE.to_owned(),
            (Origin::Outbound, _) => OUR_PAGE.to_owned(),
            _ => VENDOR_PAGE.to_owned(),
        }
    }
}

const fn liveperson(
    key: &'static str,
    message: &'static str,
    meaning: &'static str,
    advice: &'static str,
) -> DictionaryEntry {
    DictionaryEntry { key, message, meaning, advice, origin: Origin::LivePerson }
}

/// An entry with a message of this project, because the vendor's dictionary does not have the error.
const fn provider(
    key: &'static str,
    message: &'static str,
    meaning: &'static str,
    advice: &'static str,
) -> DictionaryEntry {
    DictionaryEntry { key, message, meaning, advice, origin: Origin::Provider }
}

/// All entries. Those of the vendor are first, so that they are preferred.
pub fn dictionary() -> impl Iterator<Item = &'static DictionaryEntry> {
    let vendor = [whatsapp::ENTRIES, twilio::ENTRIES, liveperson::ENTRIES];
    let ours = [
        cloud_api::ENTRIES,
        cloud_api_messages::ENTRIES,
        twilio_more::ENTRIES,
        rcs::ENTRIES,
        outbound::ENTRIES,
    ];
    vendor.into_iter().chain(ours).flatten()
}

/// The entry of an error; `None` for unknown errors.
///
/// An error of the source `outbound` is also found without the part that names the gateway: `outbound_400` is
/// `outbound_wa_400`.
pub fn look_up(error: &ErrorKey) -> Option<&'static DictionaryEntry> {
    let key = error.to_string();
    let short_code = key.strip_prefix("outbound_").filter(|code| is_number(code));
    dictionary()
        .find(|entry| entry.key == key)
        .or_else(|| dictionary().find(|entry| short_code.is_some() && gateway_code(entry.key) == short_code))
        .or_else(|| dictionary().find(|entry| entry.key == ANY_SERVER_ERROR && is_server_error(&key)))
}

/// The code of a key that names a gateway.
fn gateway_code(key: &str) -> Option<&str> {
    key.strip_prefix("outbound_wa_").or_else(|| key.strip_prefix("outbound_twilio_"))
}

fn is_server_error(key: &str) -> bool {
    let code = key.strip_prefix("outbound_wa_").or_else(|| key.strip_prefix("outbound_"));
    code.is_some_and(|code| code.len() == 3 && code.starts_with('5') && is_number(code))
}

/// Only codes that are numbers have a short form (vendor's error dictionary).
fn is_number(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit())
}
