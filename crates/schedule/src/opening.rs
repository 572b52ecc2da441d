//! The next time at which a message may be sent.

use std::collections::BTreeMap;
use std::iter;

use outbound_model::Timestamp;

use crate::candidates::Candidates;
use crate::interval::{Interval, intersect, join};
use crate::local_time::Weekday;
use crate::window::Windows;
use crate::zone::Zone;

/// An opening is searched for this many days. Windows repeat every week, so two weeks would do, even if a window of
/// one weekday falls into the hour that clocks skip.
pub const SEARCH_DAYS: u8 = 15;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The search begins this many days before the time, with windows that cross midnight. One day more, because a zone
/// that moves to the other side of the date line skips a day.
const DAYS_BEFORE: usize = 2;

/// The number of local days that are searched: the days before, today, and two days after the last one, so that
/// the end of each opening is known.
const LOCAL_DAYS: usize = DAYS_BEFORE + 1 + SEARCH_DAYS as usize + 2;

/// A time span in which a message may be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Opening {
    opens: Timestamp,
    closes: Option<Timestamp>,
    zone_source: ZoneSource,
}

impl Opening {
    /// The first time at which the message may be sent. Never before the time of the question.
    pub fn opens(self) -> Timestamp {
        self.opens
    }

    /// The first time after it at which the message may not be sent. `None` if that is more than [`SEARCH_DAYS`]
    /// after the time of the question.
    pub fn closes(self) -> Option<Timestamp> {
        self.closes
    }

    /// Whose local time is used. The recipient's row shows it.
    pub fn zone_source(self) -> ZoneSource {
        self.zone_source
    }
}

/// Whose local time is used.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ZoneSource {
    /// The windows are open in all zones where the recipient may be.
    Recipient,
    /// The account's zone, because nothing is known about the recipient's, or because the windows are never open in
    /// all zones where the recipient may be: no time in Russia is between 08:00 and 11:00 in all its zones.
    Account,
}

impl Windows {
    /// Whether a message may be sent at a time. Use it again just before a message is sent.
    pub fn is_open(&self, at: Timestamp, recipient: &Candidates, account: &Zone) -> bool {
        self.next_opening(at, recipient, account).is_some_and(|opening| opening.opens == at)
    }

    /// The next time from `at` on at which the windows are open in all candidates, or, if there is none within
    /// [`SEARCH_DAYS`], in the account's zone. The windows are always checked in a zone.
    ///
    /// `None` only at the end of the calendar, the year 9999.
    pub fn next_opening(&self, at: Timestamp, recipient: &Candidates, account: &Zone) -> Option<Opening> {
        let of_recipient = self.next_common_opening(at, recipient.zones());
        let (found, zone_source) = match of_recipient {
            Some(found) => (found, ZoneSource::Recipient),
            None => (self.next_common_opening(at, std::slice::from_ref(account))?, ZoneSource::Account),
        };
        let closes = Some(found.end).filter(|end| *end <= search_end(at));
        Some(Opening { opens: found.start.max(at), closes, zone_source })
    }

    fn next_common_opening(&self, at: Timestamp, zones: &[Zone]) -> Option<Interval> {
        let open = distinct(zones, at).into_iter().map(|zone| self.open_intervals(at, zone));
        let common = open.reduce(|common, open| intersect(&common, &open))?;
        common.into_iter().find(|interval| at < interval.end).filter(|found| found.start <= search_end(at))
    }

    /// When the windows are open in a zone, around `at` and until the end of the search.
    fn open_intervals(&self, at: Timestamp, zone: &Zone) -> Vec<Interval> {
        let mut first = zone.date(at);
        for _ in 0..DAYS_BEFORE {
            first = first.and_then(|day| day.yesterday().ok());
        }
        let days = iter::successors(first, |day| day.tomorrow().ok()).take(LOCAL_DAYS);
        join(days.flat_map(|day| self.open_intervals_of(day, zone)).collect())
    }

    /// The windows that start on a local day.
    fn open_intervals_of(&self, day: jiff::civil::Date, zone: &Zone) -> impl Iterator<Item = Interval> {
        let weekday = Weekday::of(day);
        let windows = self.as_slice().iter().filter(move |window| window.weekday() == weekday);
        windows.filter_map(move |window| {
            let last_day = if window.crosses_midnight() { day.tomorrow().ok()? } else { day };
            let start = zone.instant(window.start().on(day))?;
            Interval::new(start, zone.instant(window.end().on(last_day))?)
        })
    }
}

/// The zones without those that have the same local time as another one during the search. The 42 zones of `+1 800…`
/// have about ten different local times.
fn distinct(zones: &[Zone], at: Timestamp) -> Vec<&Zone> {
    // Two days more on both sides, because local days begin and end at other times than those of UTC.
    let days = |days: i64| at.plus_seconds(days * DAY_SECONDS);
    let (start, end) = (days(-4), days(i64::from(SEARCH_DAYS) + 4));
    let distinct: BTreeMap<_, _> = zones.iter().map(|zone| (zone.offsets(start, end), zone)).collect();
    distinct.into_values().collect()
}

fn search_end(at: Timestamp) -> Timestamp {
    at.plus_seconds(i64::from(SEARCH_DAYS) * DAY_SECONDS)
}
