//! The country of a phone number.

use std::sync::OnceLock;

use phonenumber::Metadata;
use regex::Regex;

use crate::phone::{KINDS, Phone, countries_of, pattern};

/// The patterns of the countries that share a country code, the main one first. Compiled on first use, and only for
/// codes that several countries share.
static SHARED: [OnceLock<Vec<(&str, Regex)>>; 1000] = [const { OnceLock::new() }; 1000];

/// The id of number ranges that belong to no country, such as satellite phones.
const NO_COUNTRY: &str = "001";

impl Phone {
    /// The ISO 3166 code of the country, such as `US`, if the number exists. The digits must begin with the country
    /// code.
    ///
    /// ```
    /// use outbound_model::Phone;
    ///
    /// let country = |number| Phone::read(number).ok()?.country();
    /// assert_eq!(country("+14155550123"), Some("US"));
    /// assert_eq!(country("+14165550123"), Some("CA"));
    /// assert_eq!(country("+10155550123"), None);
    /// ```
    pub fn country(&self) -> Option<&'static str> {
        let e164 = self.e164()?;
        let (code, national, countries) = countries_of(e164.strip_prefix('+')?)?;
        let id = if let [only] = countries.as_slice() {
            only.id()
        } else {
            let shared = SHARED.get(code.parse::<usize>().ok()?)?.get_or_init(|| patterns(&countries));
            shared.iter().find(|(_, pattern)| pattern.is_match(national))?.0
        };
        Some(id).filter(|id| *id != NO_COUNTRY)
    }
}

fn patterns(countries: &[&'static Metadata]) -> Vec<(&'static str, Regex)> {
    countries.iter().filter_map(|country| Some((country.id(), pattern(&[country], &KINDS)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_that_share_a_code_are_distinguished() {
        for (number, country) in [
            ("+12125550101", Some("US")),
            ("+14165550123", Some("CA")),
            ("+18765551234", Some("JM")),
            ("+442079460958", Some("GB")),
            ("+441481960194", Some("GG")),
            ("+79161234567", Some("RU")),
            ("+77012345678", Some("KZ")),
            ("+493022732773", Some("DE")),
            ("+80012345678", None), // international toll-free
            ("+11155550100", None),
        ] {
            assert_eq!(Phone::read(number).unwrap().country(), country, "{number}");
        }
    }
}
