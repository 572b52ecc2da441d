//! Openings of generated windows, compared with a simple check of every minute.

use jiff::{Span, tz::TimeZoneDatabase};
use outbound_model::{ChannelType, Timestamp};
use outbound_schedule::{MinuteOfDay, SEARCH_DAYS, Weekday, Window, Windows, Zone, ZoneSource};
use proptest::prelude::*;

use crate::support::{in_zone, of_phone, zone};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Numbers with one zone and with several, with and without summer time.
const NUMBERS: [&str; 8] = [
    "+12125550123",
    "+16025550123",
    "+34612345678",
    "+61412345678",
    "+61265139812",
    "+56961234567",
    "+18005550123",
    "+79161234567",
];

fn any_windows() -> impl Strategy<Value = Windows> {
    let minute = (0..24_i64, prop_oneof![Just(0_i64), Just(30), 0..60_i64]);
    let window = (0..7_usize, minute.clone(), minute).prop_map(|(day, start, end)| {
        let minute = |(hour, minute)| MinuteOfDay::new(hour, minute).unwrap();
        Window::new(Weekday::ALL[day], minute(start), minute(end))
    });
    proptest::collection::vec(window, 1..8).prop_map(|windows| Windows::new(windows).unwrap())
}

/// Times of which a half is within two days of a change of clocks in New York, Madrid, Sydney or Lord Howe.
fn any_time() -> impl Strategy<Value = i64> {
    let changes = ["2026-11-01", "2027-03-14", "2027-03-28", "2027-04-03", "2027-10-02", "2027-10-31"];
    let around = proptest::sample::select(changes.to_vec()).prop_flat_map(|day| {
        let day = format!("{day}T12:00:00Z").parse::<Timestamp>().unwrap().millis();
        day - 2 * DAY..day + 2 * DAY
    });
    prop_oneof![around, 1_790_000_000_000..1_830_000_000_000_i64]
}

/// All windows that start within three weeks around `at` in a zone: start and end, not joined.
fn window_times(windows: &Windows, zone: &Zone, at: i64) -> Vec<(i64, i64)> {
    let rules = TimeZoneDatabase::bundled().get(zone.name()).unwrap();
    let day = rules.to_datetime(jiff::Timestamp::from_millisecond(at).unwrap()).date();
    let mut found = Vec::new();
    for offset in -3..=18 {
        let day = day + Span::new().days(offset);
        for window in windows.as_slice() {
            if window.weekday() as i8 != day.weekday().to_monday_zero_offset() {
                continue;
            }
            let last = if window.end() > window.start() { day } else { day + Span::new().days(1) };
            let on = |day: jiff::civil::Date, minute: MinuteOfDay| {
                let local = day.at(0, 0, 0, 0) + Span::new().minutes(minute.minutes());
                rules.to_timestamp(local).unwrap().as_millisecond()
            };
            found.push((on(day, window.start()), on(last, window.end())));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_next_opening_is_the_first_time_that_is_open_in_all_candidates(
        windows in any_windows(), number in proptest::sample::select(NUMBERS.to_vec()), at in any_time(),
    ) {
        let recipient = of_phone(number);
        let account = zone("UTC");
        let times: Vec<_> = recipient.zones().iter().map(|zone| window_times(&windows, zone, at)).collect();
        let is_open = |at: i64| times.iter().all(|zone| zone.iter().any(|(start, end)| (*start..*end).contains(&at)));
        let asked = Timestamp::from_millis(at).unwrap();
        let opening = windows.next_opening(asked, &recipient, &account).unwrap();
        prop_assert!(opening.opens() >= asked);
        prop_assert_eq!(windows.is_open(asked, &recipient, &account), opening.opens() == asked);

        let end_of_search = at + i64::from(SEARCH_DAYS) * DAY;
        let minutes = |from: i64, to: i64| (from..to).step_by(usize::try_from(MINUTE).unwrap());
        if opening.zone_source() == ZoneSource::Account {
            prop_assert!(!minutes(at, end_of_search).any(is_open));
            return Ok(());
        }
        let opens = opening.opens().millis();
        prop_assert!(is_open(opens));
        prop_assert!(!minutes(at, opens).any(is_open), "it was open before");
        prop_assert!(opens == at || !is_open(opens - 1));
        let closes = opening.closes().map(Timestamp::millis);
        prop_assert!(minutes(opens, closes.unwrap_or(end_of_search)).all(is_open));
        if let Some(closes) = closes {
            prop_assert!(!is_open(closes) && is_open(closes - 1));
        }
    }

    /// Without a change of clocks, a time is open exactly if the local weekday and time are in a window.
    #[test]
    fn openings_are_those_of_the_local_clock(
        windows in any_windows(),
        name in proptest::sample::select(vec!["UTC", "America/Phoenix", "Asia/Kolkata", "Pacific/Kiritimati"]),
        at in any_time(),
    ) {
        let rules = TimeZoneDatabase::bundled().get(name).unwrap();
        let local = rules.to_datetime(jiff::Timestamp::from_millisecond(at).unwrap());
        let today = local.weekday().to_monday_zero_offset();
        let minute = u16::try_from(i16::from(local.hour()) * 60 + i16::from(local.minute())).unwrap();
        let expected = windows.as_slice().iter().any(|window| {
            let (start, end) = (window.start().minutes(), window.end().minutes());
            let weekday = window.weekday() as i8;
            if start < end {
                weekday == today && (start..end).contains(&minute)
            } else {
                (weekday == today && minute >= start) || ((weekday + 1) % 7 == today && minute < end)
            }
        });
        let found = windows.is_open(Timestamp::from_millis(at).unwrap(), &in_zone(name), &zone("UTC"));
        prop_assert_eq!(found, expected);
    }

    /// Every number has an opening of SMS, in its own zones or the account's, which ends in the evening.
    #[test]
    fn every_number_has_an_opening(digits in "[1-9][0-9]{1,14}", at in any_time()) {
        let recipient = of_phone(&format!("+{digits}"));
        let windows = Windows::default_of(ChannelType::SmsTwilio);
        let at = Timestamp::from_millis(at).unwrap();
        let opening = windows.next_opening(at, &recipient, &zone("UTC")).unwrap();
        let length = opening.closes().unwrap().millis() - opening.opens().millis();
        prop_assert!(opening.opens() >= at && length > 0 && length <= 13 * 60 * MINUTE);
        prop_assert_eq!(recipient.zones().is_empty(), opening.zone_source() == ZoneSource::Account);
    }

    /// No time and no name is a cause of a panic.
    #[test]
    fn any_time_and_any_name_is_answered(millis in any::<i64>(), name in "\\PC{0,20}") {
        let windows = Windows::default_of(ChannelType::SmsTwilio);
        for at in [millis, millis % 400_000_000_000_000].into_iter().filter_map(Timestamp::from_millis) {
            let opening = windows.next_opening(at, &of_phone("+18005550123"), &zone("UTC"));
            prop_assert!(opening.is_none_or(|opening| opening.opens() >= at));
        }
        if let Ok(zone) = name.parse::<Zone>() {
            prop_assert_eq!(zone.name().to_lowercase(), name.to_lowercase());
        }
    }
}
