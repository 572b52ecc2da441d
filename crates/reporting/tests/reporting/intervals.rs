//! Intervals of requests, to the millisecond.

use outbound_reporting::{
    AnalyticsInterval, DAY, Interval, ReportingError, Text, TransactionId, TransactionsInterval,
};

use crate::support::{MIDNIGHT, key, time, window};

fn read<const HOURS: i64>(start: i64, end: i64) -> Result<Interval<HOURS>, ReportingError> {
    Interval::read(Some(&start.to_string()), Some(&end.to_string()), window())
}

#[test]
fn intervals_end_at_their_limit_to_the_millisecond() {
    for (start, length, analytics, transactions) in [
        (MIDNIGHT, 0, true, true),
        (MIDNIGHT, 1, true, true),
        (MIDNIGHT - 1, 1, true, true),
        (MIDNIGHT, DAY, true, true),
        (MIDNIGHT + 1, DAY, true, true),
        (MIDNIGHT, DAY + 1, true, false),
        (MIDNIGHT - 55 * DAY, 60 * DAY, true, false),
        (MIDNIGHT - 55 * DAY, 60 * DAY + 1, false, false),
    ] {
        assert_eq!(read::<{ 60 * 24 }>(start, start + length).is_ok(), analytics, "{length}");
        assert_eq!(read::<24>(start, start + length).is_ok(), transactions, "{length}");
    }
}

#[test]
fn consecutive_intervals_contain_each_message_once() {
    let first: TransactionsInterval = read(MIDNIGHT - DAY, MIDNIGHT).unwrap();
    let second: TransactionsInterval = read(MIDNIGHT, MIDNIGHT + DAY).unwrap();
    let account = "12345678".parse().unwrap();
    let text = Text::new("messageId", "m1".to_owned()).unwrap();
    for (millis, in_first, in_second) in [
        (MIDNIGHT - DAY - 1, false, false),
        (MIDNIGHT - DAY, true, false),
        (MIDNIGHT - 1, true, false),
        (MIDNIGHT, false, true),
        (MIDNIGHT + DAY - 1, false, true),
        (MIDNIGHT + DAY, false, false),
    ] {
        let id = TransactionId::derive(&key(), &account, &text, time(millis));
        assert_eq!([first, second].map(|i| i.contains(time(millis))), [in_first, in_second]);
        assert_eq!([first, second].map(|i| i.id_range().contains(&id)), [in_first, in_second]);
    }
    let empty: TransactionsInterval = read(MIDNIGHT, MIDNIGHT).unwrap();
    assert!(!empty.contains(time(MIDNIGHT)));
}

#[test]
fn starts_are_at_most_13_months_old() {
    let earliest = window().earliest().millis();
    assert!(read::<24>(earliest, earliest + 1).is_ok());
    assert_eq!(
        read::<24>(earliest - 1, earliest).unwrap_err().to_string(),
        "attemptedStartTime is 2025-08-18T23:59:59.999Z; data is kept for 13 months, so the earliest time is \
         2025-08-19T00:00:00.000Z"
    );
}

#[test]
fn errors_of_times_say_what_to_send() {
    let example = "expected milliseconds since 1970, such as 1789344000000";
    for (start, end, message) in [
        (None, Some("1"), "attemptedStartTime is required".to_owned()),
        (Some("1789344000000"), None, "attemptedEndTime is required".to_owned()),
        (Some("yesterday"), Some("1"), format!("attemptedStartTime is `yesterday`; {example}")),
        (Some(""), Some("1"), format!("attemptedStartTime is ``; {example}")),
        (Some("-1"), Some("1"), format!("attemptedStartTime is `-1`; {example}")),
        (Some("9999999999999999999"), Some("1"), format!("attemptedStartTime is `9999999999999999999`; {example}")),
        (Some("999999999999999999"), Some("1"), format!("attemptedStartTime is 999999999999999999; {example}")),
        (
            Some("1789344000"),
            Some("1789344001"),
            "attemptedStartTime is 1789344000, which looks like seconds; times are in milliseconds: 1789344000000"
                .to_owned(),
        ),
        (
            Some("1789344000001"),
            Some("1789344000000"),
            "attemptedStartTime (2026-09-14T00:00:00.001Z) is after attemptedEndTime (2026-09-14T00:00:00.000Z); \
             exchange them"
                .to_owned(),
        ),
    ] {
        let error = AnalyticsInterval::read(start, end, window()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}
