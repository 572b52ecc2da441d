//! Phone numbers in E.164.

use std::fmt;
use std::str::FromStr;

use crate::error::ConnectorError;

/// Number of digits (ITU-T E.164), as in `outbound_model::Phone`.
const DIGIT_COUNT: std::ops::RangeInclusive<usize> = 2..=15;

/// A phone number in E.164: `+`, then 2 to 15 digits without a leading zero. Whether the number exists is not
/// checked: providers also report numbers that libphonenumber's metadata does not have yet. `Debug` does not
/// show it, because it is personal data.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct E164(String);

impl E164 {
    /// From digits without `+`, as WhatsApp writes numbers. A `+` is accepted.
    pub fn from_digits(digits: &str) -> Result<Self, ConnectorError> {
        format!("+{}", digits.strip_prefix('+').unwrap_or(digits)).parse()
    }

    /// The number with `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without `+`.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl FromStr for E164 {
    type Err = ConnectorError;

    fn from_str(text: &str) -> Result<Self, ConnectorError> {
        let digits = text.strip_prefix('+').ok_or(ConnectorError::NotE164)?;
        let is_valid = DIGIT_COUNT.contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_valid { Ok(Self(text.to_owned())) } else { Err(ConnectorError::NotE164) }
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(…)")
    }
}
