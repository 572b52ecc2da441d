//! The providers, and what each guarantees if a request has no response.

use std::fmt;

/// A service that delivers messages.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Provider {
    /// `meta`: WhatsApp Cloud API.
    Meta,
    /// `twilio`: Twilio Messages, for SMS and WhatsApp.
    Twilio,
    /// `rbm`: Google RCS Business Messaging.
    Rbm,
    /// `relay`: an address of the account, which receives the rendered message.
    Relay,
}

/// What may be done if it is unknown whether the provider accepted a message: its response was lost, or the
/// process ended between the request and the commit of its result.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Guarantee {
    /// The same request may be sent again: the provider ignores an id that it knows.
    Idempotent,
    /// Nothing may be sent again. A status callback with the message's id shows that it was accepted, and the
    /// provider can list its messages by recipient.
    CallbackOrList,
    /// Nothing may be sent again. Only a status callback with the message's id shows that it was accepted.
    CallbackOnly,
}

impl Provider {
    /// All providers.
    pub const ALL: [Provider; 4] = [Provider::Meta, Provider::Twilio, Provider::Rbm, Provider::Relay];

    /// The name in settings and in the paths of callbacks.
    pub const fn as_str(self) -> &'static str {
        match self {
            Provider::Meta => "meta",
            Provider::Twilio => "twilio",
            Provider::Rbm => "rbm",
            Provider::Relay => "relay",
        }
    }

    /// The provider with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }

    /// What may be done if an outcome is unknown. Receivers of the relay have to ignore a `webhook-id` that they
    /// know, as Standard Webhooks requires.
    pub const fn guarantee(self) -> Guarantee {
        match self {
            Provider::Meta => Guarantee::CallbackOnly,
            Provider::Twilio => Guarantee::CallbackOrList,
            Provider::Rbm | Provider::Relay => Guarantee::Idempotent,
        }
    }

    /// The largest callback that is read, in bytes. Meta documents 3 MB as its maximum. Callbacks of the others
    /// contain one event, so that these limits are far above what they send.
    pub const fn max_callback_bytes(self) -> usize {
        match self {
            Provider::Meta => 3 * 1024 * 1024,
            Provider::Rbm => 1024 * 1024,
            Provider::Twilio | Provider::Relay => 64 * 1024,
        }
    }

    /// The source of the provider's errors in reports.
    pub(crate) const fn error_source(self) -> &'static str {
        match self {
            Provider::Meta => "outbound_wa",
            Provider::Twilio => "outbound_twilio",
            Provider::Rbm => "outbound_rcs",
            Provider::Relay => "outbound_relay",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
