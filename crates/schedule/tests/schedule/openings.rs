//! The next opening, on days without a change of clocks.

use outbound_model::ChannelType;
use outbound_schedule::{Candidates, Windows, ZoneSource};

use crate::support::{assert_opening, daily, in_zone, of_phone, shown, time, windows, zone};

fn sms() -> Windows {
    Windows::default_of(ChannelType::SmsTwilio)
}

#[test]
fn sms_waits_for_the_recipients_morning() {
    let new_york = of_phone("+1 212 555 0123"); // UTC−5 in winter
    for (at, opens) in [
        ("2026-11-30T12:59:59.999Z", "2026-11-30T13:00:00Z"),
        ("2026-11-30T13:00:00Z", "2026-11-30T13:00:00Z"),
        ("2026-11-30T18:30:00.250Z", "2026-11-30T18:30:00.250Z"),
        ("2026-12-01T01:59:59.999Z", "2026-12-01T01:59:59.999Z"),
    ] {
        assert_opening(&sms(), &new_york, at, opens, Some("2026-12-01T02:00:00Z"));
    }
    assert_opening(
        &sms(),
        &new_york,
        "2026-12-01T02:00:00Z",
        "2026-12-01T13:00:00Z",
        Some("2026-12-02T02:00:00Z"),
    );
}

#[test]
fn other_channels_are_always_open() {
    for number in ["+49 30 22732773", "+1 800 555 0123"] {
        let windows = Windows::default_of(ChannelType::WhatsApp);
        let at = "2026-11-30T03:12:00Z";
        assert_opening(&windows, &of_phone(number), at, at, None);
    }
}

#[test]
fn windows_are_open_in_all_candidates() {
    let day = "2026-11-30T00:00:00Z";
    for (number, opens, closes) in [
        // From 08:00 in Canary to 21:00 in Madrid.
        ("+34 612 34 56 78", "2026-11-30T08:00:00Z", "2026-11-30T20:00:00Z"),
        ("+34 928 12 34 56", "2026-11-30T08:00:00Z", "2026-11-30T21:00:00Z"),
        ("+34 912 34 56 78", "2026-11-30T07:00:00Z", "2026-11-30T20:00:00Z"),
        // From 08:00 in Cocos to 21:00 in Lord Howe and Sydney (summer time).
        ("+61 412 345 678", "2026-11-30T01:30:00Z", "2026-11-30T10:00:00Z"),
        // From 08:00 in Kaliningrad to 21:00 in Kamchatka.
        ("+7 916 123 45 67", "2026-11-30T06:00:00Z", "2026-11-30T09:00:00Z"),
        // From 08:00 in Jakarta to 21:00 in Jayapura.
        ("+62 812 3456 7890", "2026-11-30T01:00:00Z", "2026-11-30T12:00:00Z"),
        // From 08:00 in Guam to 21:00 in Newfoundland, on the day before.
        ("+1 800 555 0123", "2026-11-30T00:00:00Z", "2026-11-30T00:30:00Z"),
        // From 08:00 on Easter Island to 21:00 in Santiago (both with summer time).
        ("+56 9 6123 4567", "2026-11-30T13:00:00Z", "2026-12-01T00:00:00Z"),
    ] {
        let opening = sms().next_opening(time(day), &of_phone(number), &zone("UTC")).unwrap();
        assert_eq!(shown(opening), (time(opens), Some(time(closes)), ZoneSource::Recipient), "{number}");
    }
}

#[test]
fn the_accounts_zone_is_used_if_nothing_is_known_about_the_recipient() {
    for recipient in [of_phone("+800 1234 5678"), Candidates::new(None, None)] {
        assert_account_zone(&sms(), &recipient, "2026-12-01T04:00:00Z");
    }
}

#[test]
fn the_accounts_zone_is_used_if_no_time_is_open_in_all_candidates() {
    // 11:00 in Kamchatka is 01:00 in Kaliningrad.
    assert_account_zone(&daily("08:00-11:00"), &of_phone("+7 916 123 45 67"), "2026-11-30T18:00:00Z");
    assert_account_zone(&daily("08:00-18:00"), &of_phone("+1 800 555 0123"), "2026-12-01T01:00:00Z");
}

/// Asserts windows that open at 08:00 in Denver (UTC−7 in winter).
#[track_caller]
fn assert_account_zone(windows: &Windows, recipient: &Candidates, closes: &str) {
    let (account, before, opens) =
        (zone("America/Denver"), time("2026-11-30T14:59:59Z"), time("2026-11-30T15:00:00Z"));
    let opening = windows.next_opening(before, recipient, &account).unwrap();
    assert_eq!(shown(opening), (opens, Some(time(closes)), ZoneSource::Account));
    assert!(!windows.is_open(before, recipient, &account));
    assert!(windows.is_open(opens, recipient, &account));
}

#[test]
fn the_accounts_zone_does_not_matter_if_the_recipients_is_known() {
    let at = time("2026-11-30T03:00:00Z"); // 22:00 in New York, noon in Tokyo
    assert!(!sms().is_open(at, &of_phone("+1 212 555 0123"), &zone("Asia/Tokyo")));
}

#[test]
fn custom_windows_may_widen_the_default() {
    let wide = daily("06:00-23:30");
    assert_opening(
        &wide,
        &in_zone("Europe/Berlin"),
        "2026-11-30T04:00:00Z",
        "2026-11-30T05:00:00Z",
        Some("2026-11-30T22:30:00Z"),
    );
}

#[test]
fn a_weekday_postpones_to_its_next_occurrence() {
    let mondays = windows("MONDAY 09:00-20:30");
    let tokyo = in_zone("Asia/Tokyo");
    for (at, opens, closes) in [
        // Sunday evening in UTC is Monday morning in Tokyo.
        ("2026-11-29T23:59:00Z", "2026-11-30T00:00:00Z", "2026-11-30T11:30:00Z"),
        ("2026-11-30T11:30:00Z", "2026-12-07T00:00:00Z", "2026-12-07T11:30:00Z"),
        ("2026-12-03T12:00:00Z", "2026-12-07T00:00:00Z", "2026-12-07T11:30:00Z"),
    ] {
        assert_opening(&mondays, &tokyo, at, opens, Some(closes));
    }
}

#[test]
fn windows_cross_midnight() {
    let fridays = windows("FRIDAY 22:00-02:00");
    let berlin = in_zone("Europe/Berlin");
    let closes = Some("2026-12-05T01:00:00Z"); // Saturday
    for (at, opens) in [
        ("2026-12-01T00:00:00Z", "2026-12-04T21:00:00Z"),
        ("2026-12-05T00:30:00Z", "2026-12-05T00:30:00Z"), // 01:30 on Saturday
    ] {
        assert_opening(&fridays, &berlin, at, opens, closes);
    }
    // The night before it is closed at the same hours.
    assert!(!fridays.is_open(time("2026-12-04T00:30:00Z"), &berlin, &zone("UTC")));
}

#[test]
fn an_end_at_midnight_is_the_end_of_the_day() {
    let evenings = windows("MONDAY 18:00-00:00");
    assert_opening(
        &evenings,
        &in_zone("UTC"),
        "2026-11-30T00:00:00Z",
        "2026-11-30T18:00:00Z",
        Some("2026-12-01T00:00:00Z"),
    );
}

#[test]
fn windows_that_touch_or_overlap_are_one_opening() {
    for text in ["MONDAY 09:00-12:00, MONDAY 12:00-15:00", "MONDAY 09:00-14:00, MONDAY 10:00-15:00"] {
        let (at, opens) = ("2026-11-30T00:00:00Z", "2026-11-30T09:00:00Z");
        assert_opening(&windows(text), &in_zone("UTC"), at, opens, Some("2026-11-30T15:00:00Z"));
    }
    let two_days = windows("MONDAY 20:00-20:00, TUESDAY 20:00-20:00");
    let (at, opens) = ("2026-11-30T00:00:00Z", "2026-11-30T20:00:00Z");
    assert_opening(&two_days, &in_zone("UTC"), at, opens, Some("2026-12-02T20:00:00Z"));
}

#[test]
fn the_calendar_ends() {
    let utc = in_zone("UTC");
    for at in ["9999-12-30T21:00:00Z", "-009999-01-02T01:59:59Z"] {
        assert_eq!(sms().next_opening(time(at), &utc, &zone("UTC")), None, "{at}");
    }
}
