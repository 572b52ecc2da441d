//! Short forms of values.

use outbound_model::{Phone, Timestamp};
use outbound_schedule::{Candidates, MinuteOfDay, Opening, Weekday, Window, Windows, Zone, ZoneSource};

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

pub(crate) fn in_zone(name: &str) -> Candidates {
    Candidates::new(Some(zone(name)), None)
}

pub(crate) fn of_phone(number: &str) -> Candidates {
    Candidates::new(None, Some(&Phone::read(number).unwrap()))
}

/// `MONDAY 09:00-20:30, TUESDAY …`
pub(crate) fn windows(text: &str) -> Windows {
    Windows::new(text.split(", ").map(window).collect()).unwrap()
}

/// The same times on each day.
pub(crate) fn daily(times: &str) -> Windows {
    Windows::new(Weekday::ALL.map(|day| window(&format!("{} {times}", day.as_str()))).to_vec()).unwrap()
}

fn window(text: &str) -> Window {
    let (day, times) = text.split_once(' ').unwrap();
    let (start, end) = times.split_once('-').unwrap();
    Window::new(day.parse().unwrap(), minute(start), minute(end))
}

pub(crate) fn minute(text: &str) -> MinuteOfDay {
    let (hour, minute) = text.split_once(':').unwrap();
    MinuteOfDay::new(hour.parse().unwrap(), minute.parse().unwrap()).unwrap()
}

/// Asserts the opening after `at`, in the recipient's time.
#[track_caller]
pub(crate) fn assert_opening(
    windows: &Windows,
    recipient: &Candidates,
    at: &str,
    opens: &str,
    closes: Option<&str>,
) {
    let opening = windows.next_opening(time(at), recipient, &zone("UTC")).unwrap();
    assert_eq!(shown(opening), (time(opens), closes.map(time), ZoneSource::Recipient), "at {at}");
}

pub(crate) fn shown(opening: Opening) -> (Timestamp, Option<Timestamp>, ZoneSource) {
    (opening.opens(), opening.closes(), opening.zone_source())
}
