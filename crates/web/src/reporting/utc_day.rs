//! Days in UTC, as date fields have them: `2026-09-14`.

use outbound_model::Timestamp;
use outbound_reporting::DAY;

/// The start of a day.
pub(super) fn parse(date: &str) -> Option<Timestamp> {
    let is_date = date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_date.then(|| format!("{date}T00:00:00Z").parse().ok()).flatten()
}

/// The start of the day that contains `time`.
pub(super) fn start(time: Timestamp) -> Timestamp {
    time.plus_millis(-time.millis().rem_euclid(DAY))
}

/// The start of the day `days` later.
pub(super) fn plus(day: Timestamp, days: i64) -> Timestamp {
    day.plus_millis(days.saturating_mul(DAY))
}

/// The date of the day that contains `time`.
pub(super) fn date(time: Timestamp) -> String {
    let text = time.to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// The time of day with milliseconds.
pub(super) fn clock(time: Timestamp) -> String {
    let text = time.to_string();
    text.split_once('T').map_or(&*text, |(_, clock)| clock.trim_end_matches('Z')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_shown() {
        let day = parse("2026-09-14").unwrap();
        assert_eq!((date(day), date(plus(day, 17))), ("2026-09-14".into(), "2026-10-01".into()));
        assert_eq!(start(day.plus_millis(DAY - 1)), day);
        for invalid in ["", "14.09.2026", "2026-02-30", "2026-9-14", "2026-09-14T00:00:00Z", "+02026-9-14"] {
            assert_eq!(parse(invalid), None, "{invalid}");
        }
    }
}
