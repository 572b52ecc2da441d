//! Twilio Messages, for SMS and WhatsApp (twilio.com/docs, read in November 2026).
//!
//! Requests are not idempotent. The URL of status callbacks contains our id, so a message whose response was lost
//! is found by its first callback; Twilio can also list messages by recipient.

mod callback;
mod error_codes;
mod request;
mod response;
mod signature;

pub use callback::callback;
pub(crate) use error_codes::ERROR_CLASSES;
pub use request::{Connection, Sender, request};
pub use response::outcome;

use outbound_reporting::ErrorKey;

use crate::error_class::{ErrorClass, class_of};
use crate::provider::Provider;

/// The parameter of the status callback's URL that contains our id.
const MESSAGE_PARAMETER: &str = "message";

/// Codes of the API: the message was not accepted. Codes of delivery are greater.
const MAX_API_CODE: u32 = 29_999;

/// An error of Twilio: its key in reports, and its class. The vendor's dictionary has codes of the API under
/// `outbound_twilio` and codes of delivery under `twilio`. Errors without a code have the code `unknown`.
fn error(code: Option<u32>) -> (ErrorKey, ErrorClass) {
    let source = match code {
        Some(code) if code <= MAX_API_CODE => Provider::Twilio.error_source(),
        _ => "twilio",
    };
    let class = code.map_or(ErrorClass::FinalForRecipient, |code| class_of(ERROR_CLASSES, code));
    let code = code.map_or_else(|| "unknown".to_owned(), |code| code.to_string());
    (ErrorKey::of_provider(source, &code), class)
}
