//! Why a single consumer is rejected.

use std::fmt;

use outbound_reporting::ReportingChannel;
use serde::{Serialize, Serializer};

/// The error of a consumer. Its display form is the `errorMessage` of the response.
///
/// The vendor has no errors for buttons and for messages that are too long after their values were filled in. Those
/// errors are Outbound's own, with names of the same form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConsumerError {
    /// An address is not valid on its channel.
    InvalidNumber,
    /// An accepted consumer of the same request has one of the addresses.
    DuplicateNumber,
    /// The consumer has no address for a channel of the handoff.
    MissingConsumerInformation(ReportingChannel),
    /// More values than placeholders.
    TooManyVariables,
    /// No values, but placeholders.
    InsufficientVariables,
    /// A placeholder without value, or a message that is blank with its values: its first placeholder.
    MissingVariable(u16),
    /// A value of another JSON type.
    VariableNotString(u16),
    /// No header value, but a header with a placeholder.
    InsufficientHeaderVariables,
    /// More header values than the header has placeholders.
    TooManyHeaderVariables,
    /// A header value of another type than the header: its type.
    MissingHeaderVariable(String),
    /// A header value of another JSON type.
    HeaderVariableNotString,
    /// A header that is not an https URL after the value was filled in.
    HeaderVariableInvalidUrl,
    /// A URL of media whose host is not permitted.
    ImageUrlNotWhitelisted,
    /// No button values, but buttons with placeholders. Not in the vendor's table.
    InsufficientButtonVariables,
    /// More button values than buttons with placeholders. Not in the vendor's table.
    TooManyButtonVariables,
    /// A button without value, counted from 1. Not in the vendor's table.
    MissingButtonVariable(u16),
    /// A button value of another JSON type. Not in the vendor's table.
    ButtonVariableNotString(u16),
    /// The message is too long for the channel. Not in the vendor's table.
    MessageTooLong(ReportingChannel),
}

impl fmt::Display for ConsumerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidNumber => f.write_str("INVALID_NUMBER"),
            Self::DuplicateNumber => f.write_str("DUPLICATE_NUMBER"),
            Self::MissingConsumerInformation(channel) => write!(f, "MISSING_CONSUMER_INFORMATION=={channel}"),
            Self::TooManyVariables => f.write_str("TOO_MANY_VARIABLES"),
            Self::InsufficientVariables => f.write_str("INSUFFICIENT_VARIABLES"),
            Self::MissingVariable(number) => write!(f, "MISSING_VARIABLE={number}"),
            Self::VariableNotString(number) => write!(f, "VARIABLE_NOT_STRING={number}"),
            Self::InsufficientHeaderVariables => f.write_str("INSUFFICIENT_HEADER_VARIABLES"),
            Self::TooManyHeaderVariables => f.write_str("TOO_MANY_HEADER_VARIABLES"),
            Self::MissingHeaderVariable(kind) => write!(f, "MISSING_HEADER_VARIABLE={kind}"),
            Self::HeaderVariableNotString => f.write_str("HEADER_VARIABLE_NOT_STRING"),
            Self::HeaderVariableInvalidUrl => f.write_str("HEADER_VARIABLE_INVALID_URL"),
            Self::ImageUrlNotWhitelisted => f.write_str("IMAGE_URL_NOT_WHITELISTED"),
            Self::InsufficientButtonVariables => f.write_str("INSUFFICIENT_BUTTON_VARIABLES"),
            Self::TooManyButtonVariables => f.write_str("TOO_MANY_BUTTON_VARIABLES"),
            Self::MissingButtonVariable(number) => write!(f, "MISSING_BUTTON_VARIABLE={number}"),
            Self::ButtonVariableNotString(number) => write!(f, "BUTTON_VARIABLE_NOT_STRING={number}"),
            Self::MessageTooLong(channel) => write!(f, "MESSAGE_TOO_LONG=={channel}"),
        }
    }
}

impl Serialize for ConsumerError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
