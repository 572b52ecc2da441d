//! Paths of the inbox. A phone is identified by a key, because addresses of pages are logged.

use axum::http::StatusCode;
use outbound_app::ConsumerKey;

use crate::error::PageError;
use crate::sandbox_banner::INBOX;
use crate::text;

/// The page of a phone.
pub(super) fn phone(key: ConsumerKey) -> String {
    format!("{INBOX}/{:032x}", u128::from_be_bytes(key.0))
}

/// The key in a path.
pub(super) fn read_key(hex: &str) -> Result<ConsumerKey, PageError> {
    let key = u128::from_str_radix(hex, 16).map_err(|_| phone_not_found())?;
    Ok(ConsumerKey(key.to_be_bytes()))
}

/// The error of an account without a sandbox inside the server.
pub(super) fn no_sandbox() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::no_sandbox())
}

/// The error of a phone that received nothing.
pub(super) fn phone_not_found() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::sandbox_phone_not_found())
}
