//! Compares the table with the zones of each country in the IANA database.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use phonenumber::metadata::DATABASE;

use crate::prefixes::table;

/// Zones of the table that have no equal in their country, and do no harm. The territories beside the codes have no
/// zone in the IANA database.
const FOREIGN: [(u32, &str); 3] = [
    (52, "America/New_York"), // beside Mexico City, for one prefix, so the window is only shorter
    (247, "Atlantic/St_Helena"), // Ascension
    (383, "Europe/Belgrade"), // Kosovo
];

/// Zones of a country that its code does not have.
const OMITTED: [&str; 4] = [
    "Australia/Darwin",     // between Perth and Adelaide, which its area code has
    "Asia/Urumqi",          // not official
    "America/Danmarkshavn", // a weather station
    "Europe/Simferopol",    // numbers of Crimea are Russian
];

/// The offsets of a zone in each week of a year.
type Offsets = Vec<i32>;

fn offsets(zone: &TimeZone) -> Offsets {
    let start: jiff::Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    (0..53).map(|week| zone.to_offset(start + (week * 7 * 24).hours()).seconds()).collect()
}

fn offsets_of(name: &str) -> Offsets {
    offsets(&TimeZoneDatabase::bundled().get(name).unwrap())
}

/// The primary zones of each country (ISO 3166-1).
fn zones_by_country() -> BTreeMap<String, Vec<TimeZone>> {
    let database = TimeZoneDatabase::bundled();
    let mut countries: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for name in database.available() {
        let zone = database.get(name.as_str()).unwrap();
        if let Some(location) = zone.location().filter(|_| zone.is_primary()) {
            countries.entry(location.country().to_owned()).or_default().push(zone);
        }
    }
    countries
}

#[test]
fn zones_are_those_of_the_country() {
    let countries = zones_by_country();
    let (mut foreign, mut omitted) = (BTreeSet::new(), BTreeSet::new());
    for (prefix, zones) in table() {
        let code = u16::try_from(*prefix).ok().filter(|code| DATABASE.region(code).is_some());
        let Some(code) = code else { continue };
        let regions = DATABASE.region(&code).unwrap();
        let official: Vec<_> = regions.iter().filter_map(|region| countries.get(*region)).flatten().collect();
        let known: BTreeSet<_> = official.iter().map(|zone| offsets(zone)).collect();
        let digits = prefix.to_string();
        for (_, zones) in table().iter().filter(|(prefix, _)| prefix.to_string().starts_with(&digits)) {
            foreign
                .extend(zones.split('&').filter(|z| !known.contains(&offsets_of(z))).map(|z| (*prefix, z)));
        }
        let listed: BTreeSet<_> = zones.split('&').map(offsets_of).collect();
        let missing = official.iter().filter(|zone| !listed.contains(&offsets(zone)));
        omitted.extend(missing.filter_map(|zone| zone.iana_name().map(str::to_owned)));
    }
    assert_eq!(foreign, FOREIGN.into());
    assert_eq!(omitted, OMITTED.map(str::to_owned).into());
}
