//! Divides an interval into whole days, whole hours and the rest, so that reports read as few rows as possible.

use std::ops::Range;

use outbound_model::Timestamp;
use outbound_reporting::{DAY, HOUR};

use super::HOURS_OF_DAY;

/// The parts of an interval. Each moment of the interval is in exactly one part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Periods {
    /// Whole days, in days since 1970.
    pub(super) days: Range<i64>,
    /// Whole hours before and after those days, in hours since 1970.
    pub(super) hours: [Range<i64>; 2],
    /// What is left before and after those hours.
    pub(super) rest: [Range<Timestamp>; 2],
}

impl Periods {
    pub(super) fn of(interval: &Range<Timestamp>) -> Self {
        let (start, end) = (interval.start.millis(), interval.end.millis().max(interval.start.millis()));
        let (first_hour, end_hour) = (ceil(start, HOUR), end.div_euclid(HOUR));
        if first_hour > end_hour {
            let nothing = interval.end..interval.end;
            return Self { days: 0..0, hours: [0..0, 0..0], rest: [interval.clone(), nothing] };
        }
        let rest = [interval.start..hour_start(first_hour), hour_start(end_hour)..interval.end];
        let (first_day, end_day) = (ceil(first_hour, HOURS_OF_DAY), end_hour.div_euclid(HOURS_OF_DAY));
        if first_day > end_day {
            return Self { days: 0..0, hours: [first_hour..end_hour, 0..0], rest };
        }
        let hours = [first_hour..first_day * HOURS_OF_DAY, end_day * HOURS_OF_DAY..end_hour];
        Self { days: first_day..end_day, hours, rest }
    }
}

/// The number of the first period that starts at or after `time`.
fn ceil(time: i64, period: i64) -> i64 {
    time.div_euclid(period) + i64::from(time.rem_euclid(period) != 0)
}

/// When an hour starts.
pub(super) fn hour_start(hour: i64) -> Timestamp {
    Timestamp::EPOCH.plus_millis(hour.saturating_mul(HOUR))
}

/// The day of a time, in days since 1970.
pub(super) fn day(time: Timestamp) -> i64 {
    time.millis().div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    /// The length of all parts, after checking that they follow each other.
    fn parts(periods: &Periods) -> Vec<Range<i64>> {
        let hours = |hours: &Range<i64>| hours.start * HOUR..hours.end * HOUR;
        let rest = |rest: &Range<Timestamp>| rest.start.millis()..rest.end.millis();
        let days = periods.days.start * HOURS_OF_DAY..periods.days.end * HOURS_OF_DAY;
        let parts = [
            rest(&periods.rest[0]),
            hours(&periods.hours[0]),
            hours(&days),
            hours(&periods.hours[1]),
            rest(&periods.rest[1]),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    }

    #[test]
    fn days_are_used_from_midnight_to_midnight() {
        let day = DAY;
        let periods = Periods::of(&(time(day)..time(3 * day)));
        assert_eq!(periods.days, 1..3);
        assert_eq!(parts(&periods), vec![day..3 * day]);
        let periods = Periods::of(&(time(day + 1)..time(3 * day)));
        assert_eq!(periods.days, 2..3);
        assert_eq!(parts(&periods), [day + 1..day + HOUR, day + HOUR..2 * day, 2 * day..3 * day]);
    }

    proptest! {
        #[test]
        fn the_parts_cover_the_interval_without_overlap(
            start in 0_i64..400_000_000, length in 0_i64..400_000_000,
        ) {
            let parts = parts(&Periods::of(&(time(start)..time(start + length))));
            let mut expected = start;
            for part in parts {
                prop_assert_eq!(part.start, expected);
                expected = part.end;
            }
            prop_assert_eq!(expected, start + length);
        }
    }
}
