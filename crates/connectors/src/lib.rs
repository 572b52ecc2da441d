//! Connectors to messaging providers: what is sent to them, what they answer and what they report later.
//!
//! Everything here is pure: no I/O, no clock, no randomness. A *request builder* makes a [`ProviderRequest`] of
//! a message whose variables are filled in. A *response parser* makes an [`Outcome`] of the provider's answer.
//! A *callback parser* checks the signature of a callback and makes [`CallbackEvent`]s of its body. Each provider
//! has its own folder. What is known if there is no answer is [`Provider::guarantee`].
//!
//! Bodies come from outside. Unknown statuses and fields are ignored and counted ([`Ignored`]); one bad entry
//! never rejects its batch.
//!
//! ```
//! use outbound_connectors::{BaseUrl, Outcome, OutgoingMessage, ProviderResponse, Content, meta};
//! use outbound_auth::Secret;
//!
//! let connection = meta::Connection::new(
//!     "https://graph.facebook.com".parse()?, "v23.0", "106540352242922", Secret::new("token"))?;
//! let message = OutgoingMessage {
//!     id: "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f".parse()?,
//!     recipient: "+16001234567".parse()?,
//!     content: Content::Text("Your order is ready.".to_owned()),
//!     valid_for: None,
//! };
//! let request = meta::request(&connection, &message)?;
//! assert_eq!(request.url().as_str(), "https://graph.facebook.com/v23.0/106540352242922/messages");
//!
//! let body = br#"{"messages":[{"id":"wamid.1","message_status":"accepted"}]}"#;
//! let outcome = meta::outcome(ProviderResponse::new(200, None, body));
//! assert!(matches!(outcome, Outcome::Accepted { provider_id } if provider_id.as_str() == "wamid.1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod callback;
mod content;
mod e164;
mod error;
mod error_class;
mod error_tables;
mod json;
pub mod meta;
mod outcome;
mod provider;
pub mod rbm;
pub mod relay;
mod request;
mod signature;
pub mod twilio;

pub use callback::{
    Callback, CallbackEvent, Consumer, DeliveryStep, Ignored, InboundContent, InboundMessage, KeywordAction,
    Preference, PreferenceChange, StatusEvent,
};
pub use content::{Content, OutgoingMessage, Template, TemplateButton, TemplateHeader};
pub use e164::E164;
pub use error::ConnectorError;
pub use error_class::{CodeClass, ErrorClass};
pub use error_tables::error_classes;
pub use outcome::{
    MAX_RESPONSE_BYTES, Outcome, ProviderId, ProviderResponse, ThrottleScope, TransportFailure,
};
pub use provider::{Guarantee, Provider};
pub use request::{BaseUrl, ProviderRequest};
