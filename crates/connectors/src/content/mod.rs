//! What is sent: the content of a channel whose variables are filled in.

mod template;

use std::fmt;
use std::time::Duration;

use outbound_model::Channel;
use outbound_render::{Preview, RcsPreview, Values, render_channel};
use outbound_reporting::TransactionId;

pub use template::{Template, TemplateButton, TemplateHeader};

use crate::e164::E164;
use crate::error::ConnectorError;

/// A message to one phone.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    /// Our id. It travels with the message, so that callbacks find its transaction.
    pub id: TransactionId,
    /// The recipient.
    pub recipient: E164,
    /// The content.
    pub content: Content,
    /// How long the provider may try to deliver the message, in whole seconds. Meta sets this in the template
    /// instead.
    pub valid_for: Option<Duration>,
}

/// The content of a message. `Debug` shows only its kind, because the content may be personal.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// A text message: an SMS, or a message within an open conversation.
    Text(String),
    /// A template of WhatsApp with its parameters.
    Template(Template),
    /// An RCS message.
    Rcs(Box<RcsPreview>),
}

impl Content {
    /// Fills in the variables of a channel. All of its placeholders need values.
    ///
    /// In-app and Apple messages have no content here, because only the relay can send them
    /// ([`relay::RelayMessage`](crate::relay::RelayMessage)).
    ///
    /// # Errors
    ///
    /// [`ConnectorError::MissingValues`], [`ConnectorError::EmptyContent`], or [`ConnectorError::Unsupported`]
    /// if only the relay can send the channel, or a component has no counterpart at the provider.
    pub fn fill(channel: &Channel, values: &Values) -> Result<Self, ConnectorError> {
        if let Channel::WhatsApp(wa) = channel {
            return Template::fill(wa, values).map(Self::Template);
        }
        let rendered = render_channel(channel, values);
        if !rendered.missing.is_empty() {
            return Err(ConnectorError::MissingValues { keys: rendered.missing });
        }
        match rendered.preview {
            Preview::Sms(sms) if sms.message.text.trim().is_empty() => Err(ConnectorError::EmptyContent),
            Preview::Sms(sms) => Ok(Self::Text(sms.message.text)),
            Preview::Rcs(rcs) => Ok(Self::Rcs(Box::new(rcs))),
            _ => Err(ConnectorError::OnlyRelay),
        }
    }

    /// The kind of content, for error messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text message",
            Self::Template(_) => "a WhatsApp template",
            Self::Rcs(_) => "an RCS message",
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({})", self.kind())
    }
}
