//! Conversion of phone numbers for exports.

use outbound_model::{At, Phone};

use crate::losses::Losses;

/// Converts the number at `at` to E.164 if it is unambiguous. Reports conversions and ambiguous numbers.
pub(crate) fn e164(number: &str, at: &At<'_>, losses: &mut Losses) -> String {
    let converted = Phone::read(number).ok().and_then(|phone| phone.e164());
    let is_dialable = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#');
    match &converted {
        Some(e164) if e164 != number => losses.add(at, format!("The number is written in E.164: {e164}.")),
        None if !number.chars().all(is_dialable) => {
            losses.add(at, "The number is ambiguous, so it is not changed: write it as + and digits.");
        }
        _ => {}
    }
    converted.unwrap_or_else(|| number.to_owned())
}
