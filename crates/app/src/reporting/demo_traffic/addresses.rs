//! Addresses from ranges that are reserved for fiction.

use outbound_reporting::{Address, ReportingChannel, ReportingError, Text};

use super::random::Random;

/// Area codes of the United States. In each, the numbers 555-0100 to 555-0199 are reserved for fiction (North
/// American Numbering Plan).
const AREA_CODES: &[u16] = &[201, 212, 213, 303, 305, 312, 404, 415, 503, 602, 617, 702, 713, 808, 907, 919];

/// The address of one of some thousand consumers.
pub(super) fn address(channel: ReportingChannel, random: &mut Random) -> Result<Address, ReportingError> {
    let text = match channel {
        ReportingChannel::InApp => format!("demo-user-{}", random.within(1000..=3999)),
        ReportingChannel::Apple => format!("urn:mbid:demo-{}", random.id(12)?),
        // Ofcom reserves 07700 900000 to 900999 for drama.
        ReportingChannel::WhatsApp if random.chance(300) => {
            format!("+447700900{:03}", random.within(0..=999))
        }
        _ => us_number(random),
    };
    Ok(Address::new(Text::new("address", text)?))
}

pub(super) fn us_number(random: &mut Random) -> String {
    let area = random.pick(AREA_CODES).copied().unwrap_or(212);
    format!("+1{area}55501{:02}", random.within(0..=99))
}
