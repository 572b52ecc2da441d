//! Phone numbers: parses the notations that people use into E.164, which every provider accepts.
//!
//! Rules and exports share this parser, so that an export can write every number that a rule accepts.
//! libphonenumber's metadata is loaded once per process, which takes about 0.1 s.

use std::sync::OnceLock;

use phonenumber::metadata::{DATABASE, Descriptor};
use phonenumber::{Metadata, Type};
use regex::{Regex, RegexBuilder};

/// Number of digits of a phone number including its country code (ITU-T E.164).
const DIGIT_COUNT: std::ops::RangeInclusive<usize> = 2..=15;

/// A trunk prefix in brackets, as in `+44 (0)20`. It is not dialled after a country code, except in Italy.
const TRUNK_PREFIX: &str = "(0)";

/// A parsed phone number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Phone {
    has_plus: bool,
    has_separators: bool,
    digits: String,
    /// The digits without the trunk prefix, if one is written in brackets.
    without_trunk: Option<String>,
}

/// Why a string is not a phone number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotPhone {
    /// It begins with 0, so it is a number in national notation.
    CountryCodeMissing,
    /// It has characters other than digits and separators, or too few or too many digits.
    Malformed,
}

impl Phone {
    /// Parses a number. Separators are ignored: whitespace, hyphens and dashes, dots, slashes, brackets, a
    /// leading `tel:` and the invisible marks that address books add.
    ///
    /// ```
    /// use outbound_model::Phone;
    ///
    /// let e164 = |text| Phone::read(text).ok().and_then(|phone| phone.e164());
    /// assert_eq!(e164("+1 (415) 658–6515").as_deref(), Some("+14156586515"));
    /// assert_eq!(e164("+44 (0)20 7946 0958").as_deref(), Some("+442079460958"));
    /// assert_eq!(e164("(415) 658-6515"), None, "the country is unknown");
    /// ```
    pub fn read(text: &str) -> Result<Self, NotPhone> {
        let written = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text.get(4..).unwrap_or_default(),
            _ => text,
        };
        let compact = without_separators(written);
        let has_plus = compact.starts_with('+');
        let digits = compact.strip_prefix('+').unwrap_or(&compact);
        if digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotPhone::CountryCodeMissing);
        }
        let without_trunk = match written.split_once(TRUNK_PREFIX) {
            Some((before, after)) if before.contains(|c: char| c.is_ascii_digit()) => {
                let compact = without_separators(before) + &without_separators(after);
                Some(compact.trim_start_matches('+').to_owned())
            }
            _ => None,
        };
        let shortest = without_trunk.as_deref().unwrap_or(digits);
        if !is_digits(digits) || !DIGIT_COUNT.contains(&shortest.len()) {
            return Err(NotPhone::Malformed);
        }
        Ok(Self { has_plus, has_separators: compact != text, digits: digits.to_owned(), without_trunk })
    }

    /// Whether the number begins with `+`, so that its country code is certain.
    pub fn has_plus(&self) -> bool {
        self.has_plus
    }

    /// Whether the number contains anything besides digits and a leading `+`.
    pub fn has_separators(&self) -> bool {
        self.has_separators
    }

    /// The digits without `+` and separators.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The number in E.164, if it is unambiguous: it begins with `+`, and libphonenumber's metadata has
    /// such a number. Digits without `+` could belong to several countries, so they are never converted.
    pub fn e164(&self) -> Option<String> {
        if !self.has_plus {
            return None;
        }
        let mut readings = [self.without_trunk.as_ref(), Some(&self.digits)]
            .into_iter()
            .flatten()
            .filter(|digits| is_valid(digits));
        let number = readings.next().map(|digits| format!("+{digits}"));
        number.filter(|_| readings.next().is_none())
    }

    /// The country code and the number of digits after it, if no number of that country has this length.
    /// Every length is impossible for a country code that does not exist.
    pub fn impossible_length(&self) -> Option<(&str, usize)> {
        let Some((code, national, countries)) = countries_of(&self.digits) else {
            return Some((self.digits.get(..1)?, self.digits.len() - 1));
        };
        let possible = |length: u16| {
            countries.iter().any(|country| {
                let kinds = KINDS.iter().filter_map(|kind| country.descriptors().get(*kind));
                kinds.flat_map(Descriptor::possible_length).any(|l| *l == length)
            })
        };
        let wrong = !u16::try_from(national.len()).is_ok_and(possible);
        wrong.then_some((code, national.len()))
    }
}

/// Reads libphonenumber's metadata now, which takes about 0.1 s, so that no request waits for it.
pub fn load_phone_metadata() {
    let _ = DATABASE.by_code(&1);
}

/// Whether libphonenumber's metadata has such a number. Its parser is not used, because it removes trunk
/// prefixes even from numbers that merely begin with the same digit, and compiles its patterns each time.
fn is_valid(digits: &str) -> bool {
    let Some((code, national, countries)) = countries_of(digits) else { return false };
    let slot = code.parse().ok().and_then(|code: usize| PATTERNS.get(code));
    let pattern = slot.and_then(|slot| slot.get_or_init(|| pattern(&countries, &KINDS)).as_ref());
    pattern.is_some_and(|pattern| pattern.is_match(national))
}

/// Patterns of national numbers by country code, compiled on first use.
static PATTERNS: [OnceLock<Option<Regex>>; 1000] = [const { OnceLock::new() }; 1000];

/// One pattern for numbers of these countries and types. `None` if there are none.
pub(crate) fn pattern(countries: &[&Metadata], kinds: &[Type]) -> Option<Regex> {
    let kinds =
        countries.iter().flat_map(|country| kinds.iter().map(|kind| country.descriptors().get(*kind)));
    let patterns: Vec<_> = kinds.flatten().map(|d| format!("(?:{})", d.national_number().as_str())).collect();
    if patterns.is_empty() {
        return None;
    }
    let alternatives = format!("^(?:{})$", patterns.join("|"));
    RegexBuilder::new(&alternatives).ignore_whitespace(true).unicode(false).build().ok()
}

/// The country code, the digits after it and the countries that share the code, the main one first.
pub(crate) fn countries_of(digits: &str) -> Option<(&str, &str, Vec<&'static Metadata>)> {
    (1..=3).filter_map(|length| digits.split_at_checked(length)).find_map(|(code, national)| {
        let countries = DATABASE.by_code(&code.parse::<u16>().ok()?)?;
        Some((code, national, countries))
    })
}

/// The types of numbers that the metadata distinguishes.
pub(crate) const KINDS: [Type; 10] = [
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

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Removes separators. The result is cut off once it is certainly too long for a phone number.
fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !is_separator(*c)).take(DIGIT_COUNT.end() + 3).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_convert_to_e164_only_if_the_country_is_certain() {
        for (text, e164) in [
            ("+14156586515", Some("+14156586515")),
            ("+1 (415) 658-65.15", Some("+14156586515")),
            ("tel:+1/415/658/6515", Some("+14156586515")),
            ("TEL:+1-415-658-6515", Some("+14156586515")),
            ("\u{202a}+1 415\u{a0}658\u{202f}6515\u{202c}", Some("+14156586515")),
            ("+49 30 – 22 73 27 73", Some("+493022732773")),
            ("+44 (0)20 7946 0958", Some("+442079460958")),
            ("+39 (0)6 6982 1234", Some("+390669821234")),
            ("+7 800 555-35-35", Some("+78005553535")),
            ("+52 55 5093 1234", Some("+525550931234")),
            // The trunk prefix is not in brackets, or the number does not exist.
            ("+44 020 7946 0958", None),
            ("+1 415 658 651", None),
            ("+999 1234 5678", None),
            // The country is unknown.
            ("14156586515", None),
            ("(201) 555-0123", None),
            ("312 345 6789", None),
        ] {
            assert_eq!(Phone::read(text).unwrap().e164().as_deref(), e164, "{text}");
        }
    }

    #[test]
    fn invalid_numbers_report_the_reason() {
        for (text, why) in [
            ("0415 658 6515", NotPhone::CountryCodeMissing),
            ("(0)415 658 6515", NotPhone::CountryCodeMissing),
            ("0049 30 22732773", NotPhone::CountryCodeMissing),
            ("", NotPhone::Malformed),
            ("+", NotPhone::Malformed),
            ("1", NotPhone::Malformed),
            ("+1234567890123456", NotPhone::Malformed),
            ("+1415?6586515", NotPhone::Malformed),
            ("1+4156586515", NotPhone::Malformed),
            ("++14156586515", NotPhone::Malformed),
            ("FLOWERS", NotPhone::Malformed),
            ("+１４１５６５８６５１５", NotPhone::Malformed),
        ] {
            assert_eq!(Phone::read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn separators_are_detected() {
        for (text, separators) in [("+12", false), ("12", false), ("+1 2", true), ("tel:12", true)] {
            assert_eq!(Phone::read(text).unwrap().has_separators(), separators, "{text}");
        }
    }
}
