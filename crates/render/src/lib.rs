//! What a consumer will see: placeholders filled in, SMS segments counted.
//!
//! Everything here is pure: nothing is sent, and no address is fetched.

pub mod sms;
mod substitute;

pub use substitute::{Filled, MAX_GROWTH, Text, substitute};
