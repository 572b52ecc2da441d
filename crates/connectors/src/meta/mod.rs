//! WhatsApp Cloud API of Meta (developers.facebook.com, read in November 2026).
//!
//! Meta has no key for idempotent requests and no list of sent messages. `biz_opaque_callback_data` carries our
//! id and returns in status callbacks, which is the only way to find a message whose response was lost.

mod callback;
mod error_codes;
mod inbound;
mod request;
mod response;
mod status;

pub use callback::{answer_subscription, callback};
pub(crate) use error_codes::ERROR_CLASSES;
pub use request::{Connection, request};
pub use response::outcome;

use outbound_reporting::ErrorKey;

use crate::error_class::{ErrorClass, class_of};
use crate::provider::Provider;

/// An error of Meta: its key in reports, and its class. Errors without a code have the code `unknown`.
fn error(code: Option<u32>) -> (ErrorKey, ErrorClass) {
    let class = code.map_or(ErrorClass::Content, |code| class_of(ERROR_CLASSES, code));
    let code = code.map_or_else(|| "unknown".to_owned(), |code| code.to_string());
    (ErrorKey::of_provider(Provider::Meta.error_source(), &code), class)
}
