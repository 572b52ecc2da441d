//! Phone numbers: what people write, and the one form that every provider takes (E.164).
//!
//! Rules and exports both read numbers here, so that what a rule accepts is what an export writes.
//! The metadata of libphonenumber are read once in the life of a process, which takes about 0.1 s.

use std::sync::OnceLock;

use phonenumber::metadata::{DATABASE, Descriptor};
use phonenumber::{Metadata, Type};
use regex::{Regex, RegexBuilder};

/// Digits of a number with its country code (ITU-T E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 2..=15;

/// A trunk prefix in brackets, as in `+44 (0)20`: not dialled after a country code, except in Italy.
const TRUNK_PREFIX: &str = "(0)";

/// A text with the digits of a phone number, perhaps with separators between them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Phone {
    has_plus: bool,
    has_separators: bool,
    digits: String,
    /// The digits without the bracketed trunk prefix, if there is one.
    without_trunk: Option<String>,
}

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotPhone {
    /// It begins with 0, as numbers do that are dialled inside a country.
    CountryCodeMissing,
    /// It has other characters than digits and separators, or too few or too many digits.
    Malformed,
}

impl Phone {
    /// Reads a number. Spaces of any kind, hyphens and dashes, dots, slashes, brackets, a leading
    /// `tel:` and the invisible marks that address books add are separators.
    ///
    /// ```
    /// use outbound_model::Phone;
    ///
    /// let e164 = |text| Phone::read(text).ok().and_then(|phone| phone.e164());
    /// assert_eq!(e164("+1 (415) 658–6515").as_deref(), Some("+14156586515"));
    /// assert_eq!(e164("+44 (0)20 7946 0958").as_deref(), Some("+442079460958"));
    /// assert_eq!(e164("(415) 658-6515"), None, "of which country?");
    /// ```
    pub fn read(text: &str) -> Result<Self, NotPhone> {
        let written = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text.get(4..).unwrap_or_default(),
            _ => text,
        };
        let bare = without_separators(written);
        let has_plus = bare.starts_with('+');
        let digits = bare.strip_prefix('+').unwrap_or(&bare);
        if digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotPhone::CountryCodeMissing);
        }
        let without_trunk = match written.split_once(TRUNK_PREFIX) {
            Some((before, behind)) if before.contains(|c: char| c.is_ascii_digit()) => {
                let bare = without_separators(before) + &without_separators(behind);
                Some(bare.trim_start_matches('+').to_owned())
            }
            _ => None,
        };
        let shortest = without_trunk.as_deref().unwrap_or(digits);
        if !is_digits(digits) || !DIGITS.contains(&shortest.len()) {
            return Err(NotPhone::Malformed);
        }
        Ok(Self { has_plus, has_separators: bare != text, digits: digits.to_owned(), without_trunk })
    }

    /// Whether it begins with `+`, so that its country code is certain.
    pub fn has_plus(&self) -> bool {
        self.has_plus
    }

    /// Whether it is written with more than digits and a `+`.
    pub fn has_separators(&self) -> bool {
        self.has_separators
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The number as `+` and digits, where that is certain: its country is written, and by
    /// libphonenumber's metadata such a number can exist. Nothing is guessed: digits without `+`
    /// could belong to several countries.
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

    /// Country code and count of the digits behind it, if no number of that country has so many; a
    /// code that does not exist has none of any length.
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

/// Whether libphonenumber's metadata know such a number. Its parser is not asked: it drops trunk
/// prefixes by itself, also where a number begins with the same digit, and compiles patterns anew.
fn is_valid(digits: &str) -> bool {
    let Some((code, national, countries)) = countries_of(digits) else { return false };
    let slot = code.parse().ok().and_then(|code: usize| PATTERNS.get(code));
    let pattern = slot.and_then(|slot| slot.get_or_init(|| pattern(&countries)).as_ref());
    pattern.is_some_and(|pattern| pattern.is_match(national))
}

/// By country code, what the numbers behind it look like; made when first asked for.
static PATTERNS: [OnceLock<Option<Regex>>; 1000] = [const { OnceLock::new() }; 1000];

/// One pattern for all kinds of numbers of these countries.
fn pattern(countries: &[&Metadata]) -> Option<Regex> {
    let kinds =
        countries.iter().flat_map(|country| KINDS.iter().map(|kind| country.descriptors().get(*kind)));
    let patterns: Vec<_> = kinds.flatten().map(|d| format!("(?:{})", d.national_number().as_str())).collect();
    let whole = format!("^(?:{})$", patterns.join("|"));
    RegexBuilder::new(&whole).ignore_whitespace(true).unicode(false).build().ok()
}

/// The country code, the digits behind it and the countries that share the code.
fn countries_of(digits: &str) -> Option<(&str, &str, Vec<&'static Metadata>)> {
    (1..=3).filter_map(|length| digits.split_at_checked(length)).find_map(|(code, national)| {
        let countries = DATABASE.by_code(&code.parse::<u16>().ok()?)?;
        Some((code, national, countries))
    })
}

/// The kinds of numbers that the metadata tell apart.
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

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// At most so much of a text as shows that it is too long.
fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !is_separator(*c)).take(DIGITS.end() + 3).collect()
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
    fn a_number_is_e164_only_where_its_country_is_certain() {
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
            // The trunk prefix is not marked as one, or the number does not exist.
            ("+44 020 7946 0958", None),
            ("+1 415 658 651", None),
            ("+999 1234 5678", None),
            // Of which country?
            ("14156586515", None),
            ("(201) 555-0123", None),
            ("312 345 6789", None),
        ] {
            assert_eq!(Phone::read(text).unwrap().e164().as_deref(), e164, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
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
    fn separators_are_seen() {
        for (text, separators) in [("+12", false), ("12", false), ("+1 2", true), ("tel:12", true)] {
            assert_eq!(Phone::read(text).unwrap().has_separators(), separators, "{text}");
        }
    }
}
