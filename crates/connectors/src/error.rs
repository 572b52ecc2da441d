//! The error of this crate.

use outbound_render::Key;

use crate::provider::Provider;

/// Error when a request cannot be built or a callback is not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConnectorError {
    /// Not a phone number in E.164. The number is not repeated, because it is personal data.
    #[error("expected a phone number in E.164: +, then 2 to 15 digits without a leading zero")]
    NotE164,
    /// A setting of a connection that no request can be built with.
    #[error("{setting}: expected {expected}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// The valid form.
        expected: &'static str,
    },
    /// Placeholders without a value.
    #[error("values are missing: {}", names(.keys))]
    MissingValues {
        /// The placeholders, in order.
        keys: Vec<Key>,
    },
    /// The message is empty.
    #[error("the message has no content")]
    EmptyContent,
    /// A WhatsApp template without a language.
    #[error("the WhatsApp template has no language; templates are identified by name and language")]
    NoLanguage,
    /// A channel that no provider of this crate sends.
    #[error("this channel can only be sent through a relay")]
    OnlyRelay,
    /// The provider cannot send this content.
    #[error("{provider} cannot send {content}")]
    Unsupported {
        /// The provider.
        provider: Provider,
        /// What it cannot send.
        content: &'static str,
    },
    /// The content exceeds a limit of the provider.
    #[error("{field} is longer than {maximum} characters")]
    TooLong {
        /// The part of the message.
        field: &'static str,
        /// The limit of the provider.
        maximum: usize,
    },
    /// The signature of a callback is missing or wrong. The two are not distinguished.
    #[error("the signature of the callback is missing or wrong")]
    Signature,
    /// A callback that was signed too long ago, or by a clock that is ahead.
    #[error("the time of the callback differs from the time of this server by more than {maximum} seconds")]
    CallbackTime {
        /// The limit.
        maximum: u64,
    },
    /// A callback with more bytes than any provider sends.
    #[error("the callback is longer than {maximum} bytes")]
    CallbackTooLong {
        /// The limit.
        maximum: usize,
    },
    /// A callback that is signed, but not in the provider's form.
    #[error("the callback is not in the form that {provider} documents")]
    NotACallback {
        /// The provider.
        provider: Provider,
    },
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", ")
}
