//! Time zones by prefix of phone numbers: libphonenumber's table, with corrections.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Files with a line `prefix|zone&zone` for each prefix. Lines of the second file replace those of the first.
const FILES: [&str; 2] = [include_str!("../data/map_data.txt"), include_str!("../data/corrections.txt")];

/// The longest prefix has 9 digits, so each fits into a `u32`. No prefix begins with 0.
const MAX_PREFIX_DIGITS: usize = 9;

/// The names of the zones of each prefix, separated by `&`.
static TABLE: LazyLock<BTreeMap<u32, &str>> =
    LazyLock::new(|| FILES.iter().flat_map(|file| file.lines().filter_map(entry)).collect());

/// The entry in a line; `None` for comments and empty lines.
fn entry(line: &'static str) -> Option<(u32, &'static str)> {
    let (prefix, zones) = line.split_once('|')?;
    Some((prefix.parse().ok()?, zones))
}

/// All entries, sorted by prefix.
#[cfg(test)]
pub(crate) fn table() -> &'static BTreeMap<u32, &'static str> {
    &TABLE
}

/// What the table says about a number.
#[derive(Clone, Copy)]
pub(crate) struct Prefixes {
    country: &'static str,
    longest: &'static str,
}

impl Prefixes {
    /// Looks up a number whose first digits are the country code. `None` if the table has no such country.
    pub(crate) fn of(digits: &str) -> Option<Self> {
        let prefixes = (1..=MAX_PREFIX_DIGITS).filter_map(|length| digits.get(..length)?.parse().ok());
        let mut found = prefixes.filter_map(|prefix: u32| TABLE.get(&prefix).copied());
        let country = found.next()?;
        Some(Self { country, longest: found.next_back().unwrap_or(country) })
    }

    /// The names of the zones of the shortest prefix, which is the country code.
    pub(crate) fn country(self) -> impl Iterator<Item = &'static str> {
        self.country.split('&')
    }

    /// The names of the zones of the longest prefix.
    pub(crate) fn longest(self) -> impl Iterator<Item = &'static str> {
        self.longest.split('&')
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Zone;

    #[test]
    fn the_files_are_complete() {
        let [libphonenumber, corrections] = FILES.map(|file| {
            let lines: Vec<_> = file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
            let entries: BTreeMap<_, _> = lines.iter().filter_map(|line| entry(line)).collect();
            assert_eq!(lines.len(), entries.len(), "a line is malformed, or a prefix occurs twice");
            assert!(entries.keys().all(|prefix| *prefix < 10_u32.pow(9)));
            entries
        });
        assert_eq!(libphonenumber.len(), 3240);
        for (prefix, zones) in corrections {
            assert_ne!(libphonenumber.get(&prefix), Some(&zones), "{prefix} needs no correction");
        }
    }

    #[test]
    fn all_zones_are_compiled_in() {
        let names: BTreeSet<_> = FILES
            .into_iter()
            .flat_map(str::lines)
            .filter_map(entry)
            .flat_map(|(_, zones)| zones.split('&'))
            .collect();
        assert!(names.len() > 285, "those of libphonenumber, and the corrections");
        for name in names {
            assert!(name.parse::<Zone>().is_ok(), "{name}");
        }
    }
}
