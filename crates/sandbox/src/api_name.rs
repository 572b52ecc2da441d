//! The simulated APIs.

use serde::{Deserialize, Serialize};

/// An API that the sandbox simulates.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiName {
    /// `meta`: WhatsApp Cloud API. Senders are ids of phone numbers.
    Meta,
    /// `twilio`: Twilio Messages, for SMS and WhatsApp. Senders are phone numbers, short codes, names or services.
    Twilio,
    /// `rbm`: Google RCS Business Messaging. Senders are agents.
    Rbm,
}

/// The prefix of Twilio's WhatsApp addresses.
pub(crate) const WHATSAPP_PREFIX: &str = "whatsapp:";

/// What a phone receives a message as.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelName {
    /// `sms`
    Sms,
    /// `whatsapp`
    WhatsApp,
    /// `rcs`
    Rcs,
}
