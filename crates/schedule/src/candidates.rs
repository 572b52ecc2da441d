//! The time zones where a recipient may be.

use outbound_model::Phone;

use crate::prefixes::Prefixes;
use crate::zone::Zone;

/// The time zones where a recipient may be. Empty if nothing is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidates(Vec<Zone>);

impl Candidates {
    /// The candidates of a recipient: `explicit`, if the sender knows the zone, otherwise those of the phone number,
    /// whose digits must begin with the country code.
    ///
    /// A number with an area code has the zones of the longest prefix in libphonenumber's table. Other numbers, such
    /// as mobile and toll-free ones, have all zones of their country: the table has only one zone for many of
    /// them (`+61 4…` is Sydney), although they are used in the whole country.
    pub fn new(explicit: Option<Zone>, phone: Option<&Phone>) -> Self {
        match explicit {
            Some(zone) => Self(vec![zone]),
            None => Self(phone.map(zones_of).unwrap_or_default()),
        }
    }

    /// The zones.
    pub fn zones(&self) -> &[Zone] {
        &self.0
    }
}

fn zones_of(phone: &Phone) -> Vec<Zone> {
    let Some(prefixes) = Prefixes::of(phone.digits()) else { return Vec::new() };
    // Most countries have one zone, which saves the check of the number.
    let names: Vec<_> = if prefixes.country().nth(1).is_none() || phone.has_area_code() {
        prefixes.longest().collect()
    } else {
        prefixes.country().collect()
    };
    names.into_iter().filter_map(|name| name.parse().ok()).collect()
}
