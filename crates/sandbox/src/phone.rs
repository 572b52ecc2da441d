//! Phone numbers, and other addresses of consumers.

use crate::api_name::ApiName;

/// The maximum length of a brand's own id of a consumer, in characters.
const MAX_CHARACTERS: usize = 128;

/// A number in E.164: `+`, then 2 to 15 digits without a leading zero.
pub(crate) fn phone(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let is_valid = (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_valid.then(|| text.to_owned())
}

/// An address that an API can send to: only the relay knows other addresses than phone numbers.
pub(crate) fn address(api: ApiName, text: &str) -> Option<String> {
    if api != ApiName::Relay {
        return phone(text);
    }
    let is_valid =
        !text.is_empty() && text.chars().count() <= MAX_CHARACTERS && !text.chars().any(char::is_control);
    is_valid.then(|| text.to_owned())
}
