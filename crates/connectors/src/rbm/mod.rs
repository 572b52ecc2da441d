//! Google RCS Business Messaging (developers.google.com/business-communications, read in November 2026).
//!
//! A request with an id that Google knows is ignored, so a message may be sent again with the same id.

mod callback;
mod content;
mod error_codes;
mod request;
mod response;

pub use callback::{RbmCallback, callback};
pub(crate) use error_codes::ERROR_CLASSES;
pub use request::{Connection, request};
pub use response::outcome;
