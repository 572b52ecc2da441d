//! Phone numbers.

/// A number in E.164: `+`, then 2 to 15 digits without a leading zero.
pub(crate) fn phone(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let is_valid = (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_valid.then(|| text.to_owned())
}
