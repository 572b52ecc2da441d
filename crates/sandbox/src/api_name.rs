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
    /// `relay`: Outbound's relay, for in-app and Apple messages. Recipients are phones, or a brand's own ids of consumers.
    Relay,
}

impl ApiName {
    /// All APIs.
    pub const ALL: [Self; 4] = [Self::Meta, Self::Twilio, Self::Rbm, Self::Relay];

    /// The name in settings, in the ledger and in the paths of Outbound's callbacks.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Twilio => "twilio",
            Self::Rbm => "rbm",
            Self::Relay => "relay",
        }
    }

    /// The API with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.as_str() == name)
    }
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
    /// `apple`
    Apple,
    /// `inapp`
    InApp,
}
