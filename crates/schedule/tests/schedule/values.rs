//! Values that cannot be invalid.

use outbound_model::ChannelType;
use outbound_schedule::{MAX_WINDOWS, MinuteOfDay, ScheduleError, Weekday, Window, Windows, Zone};

use crate::support::{minute, windows};

#[test]
fn times_of_day() {
    for (hour, minute, expected) in
        [(0, 0, Some(0)), (23, 59, Some(1439)), (24, 0, None), (-1, 0, None), (0, 60, None), (9, -1, None)]
    {
        let found = MinuteOfDay::new(hour, minute);
        assert_eq!(found.ok().map(MinuteOfDay::minutes), expected, "{hour}:{minute}");
    }
    assert_eq!(
        MinuteOfDay::new(i64::MAX, 7).unwrap_err().to_string(),
        "9223372036854775807:07 is not a time of day; hours are 0 to 23, minutes 0 to 59"
    );
}

#[test]
fn weekdays_have_the_names_of_the_api() {
    for day in Weekday::ALL {
        assert_eq!(day.as_str().parse(), Ok(day));
    }
    for name in ["monday", "", "MONDAYS"] {
        assert_eq!(name.parse::<Weekday>(), Err(ScheduleError::UnknownWeekday(name.into())));
    }
}

#[test]
fn zones_are_found_by_name() {
    for (name, found) in [
        ("Europe/Berlin", Some("Europe/Berlin")),
        ("america/new_york", Some("America/New_York")),
        ("America/Buenos_Aires", Some("America/Buenos_Aires")),
        ("UTC", Some("UTC")),
        ("Etc/Unknown", None),
        ("Europe/Atlantis", None),
        ("+02:00", None),
        ("../../etc/passwd", None),
        ("", None),
    ] {
        assert_eq!(name.parse::<Zone>().ok().as_ref().map(Zone::name), found, "{name}");
    }
    let error = "x".repeat(1_000_000).parse::<Zone>().unwrap_err();
    assert!(error.to_string().len() < 200, "{error}");
}

#[test]
fn windows_are_never_empty_or_too_many() {
    assert_eq!(Windows::new(vec![]), Err(ScheduleError::NoWindows));
    let distinct = |count: usize| {
        let start = |n| MinuteOfDay::new(0, i64::try_from(n).unwrap() % 60).unwrap();
        let day = |n: usize| Weekday::ALL[n / 60];
        (0..count).map(|n| Window::new(day(n), start(n), minute("12:00"))).collect()
    };
    assert_eq!(Windows::new(distinct(MAX_WINDOWS)).unwrap().as_slice().len(), MAX_WINDOWS);
    let error = Windows::new(distinct(MAX_WINDOWS + 1)).unwrap_err();
    assert_eq!(error, ScheduleError::TooManyWindows { found: MAX_WINDOWS + 1, maximum: MAX_WINDOWS });
}

#[test]
fn equal_windows_count_once_in_any_order() {
    let sorted = windows("MONDAY 09:00-20:30, TUESDAY 09:00-20:30");
    let twice = windows("TUESDAY 09:00-20:30, MONDAY 09:00-20:30, TUESDAY 09:00-20:30");
    assert_eq!(sorted, twice);
    assert_eq!(sorted.as_slice()[0].to_string(), "MONDAY 09:00-20:30");
}

#[test]
fn sms_has_hours_by_default() {
    for channel in ChannelType::ALL {
        let windows = Windows::default_of(channel);
        let expected =
            if channel == ChannelType::SmsTwilio { ("08:00", "21:00") } else { ("00:00", "00:00") };
        let expected = (minute(expected.0), minute(expected.1));
        assert_eq!(windows.as_slice().len(), 7);
        assert!(windows.as_slice().iter().all(|window| (window.start(), window.end()) == expected));
    }
}
