//! Whether the first digits of a phone number give the area where it is used.

use std::sync::OnceLock;

use phonenumber::Type;
use regex::Regex;

use crate::phone::{Phone, countries_of, pattern};

/// Country codes whose mobile numbers begin with the area code of a town: Mexico, Argentina and Brazil
/// (`GEO_MOBILE_COUNTRIES` of libphonenumber, without China, which has one time zone, and Indonesia, where this
/// is true only for some numbers).
const MOBILES_WITH_AREA_CODE: [&str; 3] = ["52", "54", "55"];

/// Patterns of the national numbers of a country code.
struct Patterns {
    /// Numbers with an area code.
    with_area_code: Option<Regex>,
    /// Mobile numbers of the main country.
    main_mobiles: Option<Regex>,
    /// Mobile numbers of the smaller countries that share the code, such as Kazakhstan.
    other_mobiles: Option<Regex>,
}

/// The patterns by country code, compiled on first use.
static PATTERNS: [OnceLock<Box<Patterns>>; 1000] = [const { OnceLock::new() }; 1000];

impl Phone {
    /// Whether the first digits give the country and the area where the number is used.
    ///
    /// This is true for fixed lines, for numbers of countries where mobile numbers look like fixed lines (as in the
    /// USA), and for mobile numbers of small countries that share the code of a larger one. It is false for other
    /// mobile numbers, for toll-free and similar numbers, and for numbers that do not exist. The digits must
    /// begin with the country code.
    pub fn has_area_code(&self) -> bool {
        let Some((code, national, countries)) = countries_of(self.digits()) else { return false };
        let Some(slot) = code.parse().ok().and_then(|code: usize| PATTERNS.get(code)) else { return false };
        let patterns = slot.get_or_init(|| {
            let (main, others) = countries.split_at(countries.len().min(1));
            let mut with_area_code = vec![Type::FixedLine];
            if MOBILES_WITH_AREA_CODE.contains(&code) {
                with_area_code.push(Type::Mobile);
            }
            Box::new(Patterns {
                with_area_code: pattern(&countries, &with_area_code),
                main_mobiles: pattern(main, &[Type::Mobile]),
                other_mobiles: pattern(others, &[Type::Mobile]),
            })
        });
        let matches = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|p| p.is_match(national));
        matches(&patterns.with_area_code)
            || (matches(&patterns.other_mobiles) && !matches(&patterns.main_mobiles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_an_area_code() {
        for (number, expected) in [
            ("+14156586515", true),  // California
            ("+14165550123", true),  // Toronto
            ("+18765551234", true),  // a fixed line in Jamaica
            ("+18762101234", true),  // a mobile number in Jamaica
            ("+18005550123", false), // toll-free
            ("+18885550123", false),
            ("+19005550123", false), // premium rate
            ("+61892345678", true),  // Perth
            ("+61412345678", false), // mobile
            ("+611800123456", false),
            ("+74012345678", true),  // Kaliningrad
            ("+79161234567", false), // a mobile number in Russia
            ("+77012345678", true),  // a mobile number in Kazakhstan
            ("+78005553535", false),
            ("+6281234567890", false), // a mobile number in Indonesia
            ("+62213912345", true),    // Jakarta
            ("+5592991234567", true),  // a mobile number in Manaus
            ("+558001234567", false),
            ("+34612345678", false),
            ("+34928123456", true), // Las Palmas
            ("+999123456", false),  // no such country
            ("+1415", false),
        ] {
            assert_eq!(Phone::read(number).unwrap().has_area_code(), expected, "{number}");
        }
    }
}
