//! GEN-09: phone numbers. Their shape is E.164; how long a country's numbers are say the metadata
//! of libphonenumber, read once in the life of the process.

use outbound_model::At;
use phonenumber::Type;
use phonenumber::metadata::{DATABASE, Descriptor};

use super::{PHONE_LENGTH, PHONE_MALFORMED, PHONE_PLUS, PHONE_SHORT};
use crate::context::Context;

/// Digits of a number with its country code.
const MOST_DIGITS: usize = 15;

/// The number without what people write between digits; `None` if more than that is wrong.
pub(crate) fn bare(text: &str) -> Option<String> {
    let separator = |c: char| matches!(c, ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}' | '\u{2013}');
    let written = text.strip_prefix("tel:").unwrap_or(text);
    let bare: String = written.chars().filter(|c| !separator(*c)).take(MOST_DIGITS + 2).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    let fits = (2..=MOST_DIGITS).contains(&digits.len()) && all_digits && !digits.starts_with('0');
    fits.then_some(bare)
}

/// Whether a sender is meant as a phone number: digits and no letters.
pub(crate) fn looks_numeric(sender: &str) -> bool {
    sender.bytes().any(|b| b.is_ascii_digit()) && !sender.chars().any(char::is_alphabetic)
}

/// Checks a phone number; a `+` is asked for where `plus`.
pub(crate) fn check(text: &str, plus: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(bare) = bare(text) else {
        ctx.add(PHONE_MALFORMED.at(at));
        return;
    };
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if plus && digits.len() == bare.len() {
        ctx.add(PHONE_PLUS.at(at).fix(format!("+{digits}")));
    }
    if digits.len() < 8 {
        ctx.add(PHONE_SHORT.at(at));
    } else if let Some((code, national)) = wrong_length(digits) {
        let message = format!("No phone number of the country code +{code} has {national} digits behind it.");
        ctx.add(PHONE_LENGTH.at(at).say(message));
    }
}

/// Country code and count of further digits, if no number of that country has so many; a code
/// that does not exist has none of any length.
fn wrong_length(digits: &str) -> Option<(&str, usize)> {
    let codes = (1..=3).filter_map(|length| digits.split_at_checked(length));
    for (code, national) in codes {
        let Some(countries) = code.parse().ok().and_then(|code: u16| DATABASE.by_code(&code)) else {
            continue;
        };
        let possible = |length: u16| {
            countries.iter().any(|country| {
                let kinds = KINDS.iter().filter_map(|kind| country.descriptors().get(*kind));
                kinds.flat_map(Descriptor::possible_length).any(|l| *l == length)
            })
        };
        let wrong = !u16::try_from(national.len()).is_ok_and(possible);
        return wrong.then_some((code, national.len()));
    }
    Some((digits.get(..1)?, digits.len() - 1))
}

/// The kinds of numbers that have lengths of their own in the metadata.
const KINDS: [Type; 10] = [
    Type::FixedLine,
    Type::Mobile,
    Type::TollFree,
    Type::PremiumRate,
    Type::SharedCost,
    Type::PersonalNumber,
    Type::Voip,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];
