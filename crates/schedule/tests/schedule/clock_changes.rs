//! Openings on days when clocks are set forward or back.

use crate::support::{assert_opening, daily, in_zone, windows};

/// A change of clocks: zone, a time before it, and windows with their opening and close.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn assert_openings(cases: &[Case]) {
    for (zone, at, times, opens, closes) in cases {
        assert_opening(&daily(times), &in_zone(zone), at, opens, Some(closes));
    }
}

#[test]
fn windows_follow_the_local_clock() {
    assert_openings(&[
        // New York: UTC−4 until 1 November 2026, UTC−5 until 14 March 2027.
        (
            "America/New_York",
            "2026-10-31T06:00:00Z",
            "08:00-21:00",
            "2026-10-31T12:00:00Z",
            "2026-11-01T01:00:00Z",
        ),
        (
            "America/New_York",
            "2026-11-01T03:00:00Z",
            "08:00-21:00",
            "2026-11-01T13:00:00Z",
            "2026-11-02T02:00:00Z",
        ),
        (
            "America/New_York",
            "2027-03-14T05:00:00Z",
            "08:00-21:00",
            "2027-03-14T12:00:00Z",
            "2027-03-15T01:00:00Z",
        ),
        // Phoenix never changes.
        (
            "America/Phoenix",
            "2026-10-31T06:00:00Z",
            "08:00-21:00",
            "2026-10-31T15:00:00Z",
            "2026-11-01T04:00:00Z",
        ),
        (
            "America/Phoenix",
            "2026-11-01T06:00:00Z",
            "08:00-21:00",
            "2026-11-01T15:00:00Z",
            "2026-11-02T04:00:00Z",
        ),
        // Berlin: 28 March 2027 forward, 31 October 2027 back.
        (
            "Europe/Berlin",
            "2027-03-27T23:30:00Z",
            "08:00-21:00",
            "2027-03-28T06:00:00Z",
            "2027-03-28T19:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-10-30T23:30:00Z",
            "08:00-21:00",
            "2027-10-31T07:00:00Z",
            "2027-10-31T20:00:00Z",
        ),
        // Sydney: 4 April 2027 back, 3 October 2027 forward.
        (
            "Australia/Sydney",
            "2027-04-03T12:00:00Z",
            "08:00-21:00",
            "2027-04-03T22:00:00Z",
            "2027-04-04T11:00:00Z",
        ),
        (
            "Australia/Sydney",
            "2027-10-02T12:00:00Z",
            "08:00-21:00",
            "2027-10-02T21:00:00Z",
            "2027-10-03T10:00:00Z",
        ),
        // Lord Howe changes by half an hour: UTC+11 to UTC+10:30 and back.
        (
            "Australia/Lord_Howe",
            "2027-04-03T12:00:00Z",
            "08:00-21:00",
            "2027-04-03T21:30:00Z",
            "2027-04-04T10:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2027-10-02T12:00:00Z",
            "08:00-21:00",
            "2027-10-02T21:00:00Z",
            "2027-10-03T10:00:00Z",
        ),
    ]);
}

#[test]
fn times_in_the_gap_are_moved_by_it() {
    assert_openings(&[
        // 02:30 is 03:30 in New York on 14 March 2027.
        (
            "America/New_York",
            "2027-03-14T05:00:00Z",
            "02:30-05:00",
            "2027-03-14T07:30:00Z",
            "2027-03-14T09:00:00Z",
        ),
        (
            "America/New_York",
            "2027-03-14T06:00:00Z",
            "01:00-02:30",
            "2027-03-14T06:00:00Z",
            "2027-03-14T07:30:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-03-28T00:00:00Z",
            "02:30-05:00",
            "2027-03-28T01:30:00Z",
            "2027-03-28T03:00:00Z",
        ),
        (
            "Australia/Sydney",
            "2027-10-02T15:00:00Z",
            "02:30-05:00",
            "2027-10-02T16:30:00Z",
            "2027-10-02T18:00:00Z",
        ),
        // 02:15 is 02:45 in Lord Howe on 3 October 2027.
        (
            "Australia/Lord_Howe",
            "2027-10-02T15:00:00Z",
            "02:15-05:00",
            "2027-10-02T15:45:00Z",
            "2027-10-02T18:00:00Z",
        ),
        // 02:00 and 03:00 are the same time, so the window of the day is empty.
        (
            "America/New_York",
            "2027-03-14T06:59:00Z",
            "02:00-03:00",
            "2027-03-15T06:00:00Z",
            "2027-03-15T07:00:00Z",
        ),
    ]);
}

#[test]
fn of_two_equal_local_times_the_first_is_meant() {
    assert_openings(&[
        // 01:30 in New York on 1 November 2026 is 05:30 and 06:30 in UTC.
        (
            "America/New_York",
            "2026-11-01T04:30:00Z",
            "01:30-03:00",
            "2026-11-01T05:30:00Z",
            "2026-11-01T08:00:00Z",
        ),
        (
            "America/New_York",
            "2026-11-01T04:30:00Z",
            "00:00-01:30",
            "2026-11-01T04:30:00Z",
            "2026-11-01T05:30:00Z",
        ),
        (
            "America/New_York",
            "2026-11-01T05:30:00Z",
            "00:00-01:30",
            "2026-11-02T05:00:00Z",
            "2026-11-02T06:30:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-10-30T23:00:00Z",
            "02:30-04:00",
            "2027-10-31T00:30:00Z",
            "2027-10-31T03:00:00Z",
        ),
        (
            "Australia/Sydney",
            "2027-04-03T13:00:00Z",
            "02:30-04:00",
            "2027-04-03T15:30:00Z",
            "2027-04-03T18:00:00Z",
        ),
        // 01:45 in Lord Howe on 4 April 2027 is 14:45 and 15:15 in UTC.
        (
            "Australia/Lord_Howe",
            "2027-04-03T13:00:00Z",
            "01:45-04:00",
            "2027-04-03T14:45:00Z",
            "2027-04-03T17:30:00Z",
        ),
    ]);
}

#[test]
fn windows_cross_midnight_when_clocks_change() {
    assert_openings(&[
        // The night to 14 March 2027 has an hour less, that to 1 November 2026 an hour more.
        (
            "America/New_York",
            "2027-03-13T20:00:00Z",
            "22:00-06:00",
            "2027-03-14T03:00:00Z",
            "2027-03-14T10:00:00Z",
        ),
        (
            "America/New_York",
            "2026-10-31T20:00:00Z",
            "22:00-06:00",
            "2026-11-01T02:00:00Z",
            "2026-11-01T11:00:00Z",
        ),
        // In Lebanon clocks are set forward at midnight: 00:00 is 01:00 on 28 March 2027.
        (
            "Asia/Beirut",
            "2027-03-27T12:00:00Z",
            "20:00-00:00",
            "2027-03-27T18:00:00Z",
            "2027-03-27T22:00:00Z",
        ),
    ]);
}

#[test]
fn a_weekday_in_the_gap_is_found_a_week_later() {
    let sundays = windows("SUNDAY 02:00-03:00");
    let new_york = in_zone("America/New_York");
    assert_opening(
        &sundays,
        &new_york,
        "2027-03-07T08:00:00Z",
        "2027-03-21T06:00:00Z",
        Some("2027-03-21T07:00:00Z"),
    );
}

#[test]
fn a_skipped_day_is_moved_to_the_next() {
    // Samoa had no 30 December 2011, a Friday. UTC−10 before, UTC+14 after.
    let fridays = windows("FRIDAY 22:00-02:00");
    assert_opening(
        &fridays,
        &in_zone("Pacific/Apia"),
        "2011-12-30T12:00:00Z",
        "2012-01-06T08:00:00Z",
        Some("2012-01-06T12:00:00Z"),
    );
    let thursdays = windows("THURSDAY 22:00-02:00");
    assert_opening(
        &thursdays,
        &in_zone("Pacific/Apia"),
        "2011-12-30T11:00:00Z",
        "2011-12-30T11:00:00Z",
        Some("2011-12-30T12:00:00Z"),
    );
}
