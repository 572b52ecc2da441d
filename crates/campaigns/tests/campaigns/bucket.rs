//! The rate of a lane.

use std::time::Duration;

use outbound_campaigns::{LaneBucket, MAX_AHEAD, MAX_RATE};
use outbound_model::Monotonic;
use proptest::prelude::*;

const MILLISECOND: i64 = 1000;
const SECOND: i64 = 1000 * MILLISECOND;

fn at(micros: i64) -> Monotonic {
    Monotonic::from_micros(micros)
}

/// The largest number of messages in any period of one second, which includes its start but not its end.
fn busiest_second(sent: &[(i64, u32)]) -> u32 {
    let within = |start: i64| sent.iter().filter(move |(time, _)| (start..start + SECOND).contains(time));
    sent.iter().map(|(start, _)| within(*start).map(|(_, count)| count).sum()).max().unwrap_or_default()
}

#[test]
fn a_lane_that_was_taken_over_waits_for_a_second() {
    let mut bucket = LaneBucket::taken_over(9, at(0));
    assert_eq!(bucket.take(1, at(0)), 0);
    let first = bucket.next_permit(at(0));
    assert_eq!(first, at(SECOND + 30 * MILLISECOND));
    assert_eq!(bucket.take(20, first), 9);
    assert_eq!(bucket.take(1, first), 0);
}

#[test]
fn permits_return_after_a_second() {
    let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
    assert_eq!(bucket.next_permit(at(0)), at(0));
    assert_eq!(bucket.take(4, at(0)), 4);
    assert_eq!(bucket.take(9, at(500 * MILLISECOND)), 5);
    assert_eq!(bucket.take(9, at(1029 * MILLISECOND)), 0);
    assert_eq!(bucket.take(9, at(1030 * MILLISECOND)), 4);
    assert_eq!(bucket.take(9, at(1530 * MILLISECOND)), 5);
}

#[test]
fn a_pause_does_not_permit_more_than_a_second_of_work() {
    let mut bucket = LaneBucket::taken_over(9, at(0));
    assert_eq!(bucket.take(1000, at(3600 * SECOND)), 9);
}

#[test]
fn a_reduced_rate_counts_earlier_messages() {
    let mut bucket = LaneBucket::taken_over(10, at(-10 * SECOND));
    assert_eq!(bucket.take(6, at(0)), 6);
    assert_eq!(bucket.take(4, at(100 * MILLISECOND)), 4);
    bucket.set_rate(4);
    assert_eq!(bucket.next_permit(at(200 * MILLISECOND)), at(1130 * MILLISECOND));
    assert_eq!(bucket.take(9, at(1030 * MILLISECOND)), 0);
    assert_eq!(bucket.take(9, at(1130 * MILLISECOND)), 4);
    for (rate, expected) in [(0, 1), (MAX_RATE + 1, MAX_RATE)] {
        bucket.set_rate(rate);
        assert_eq!(bucket.rate(), expected);
    }
}

#[test]
fn a_clock_that_goes_back_delays_a_lane_by_a_second() {
    let mut bucket = LaneBucket::taken_over(9, at(0));
    assert_eq!(bucket.take(9, at(3600 * SECOND)), 9);
    assert_eq!(bucket.take(9, at(0)), 0);
    assert_eq!(bucket.take(9, at(1029 * MILLISECOND)), 0);
    assert_eq!(bucket.take(9, at(1130 * MILLISECOND)), 9);
}

#[test]
fn permits_are_reserved_before_they_return() {
    let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
    assert_eq!(bucket.reserve(5, at(0)), at(0));
    assert_eq!(bucket.reserve(4, at(10 * MILLISECOND)), at(10 * MILLISECOND));
    let now = at(950 * MILLISECOND);
    assert_eq!((bucket.available(now, Duration::ZERO), bucket.available(now, MAX_AHEAD)), (0, 9));
    assert_eq!(bucket.reserve(7, now), at(1040 * MILLISECOND));
    assert_eq!(bucket.take(9, at(1039 * MILLISECOND)), 0);
    // Not before the reserved ones.
    assert_eq!(bucket.reserve(2, now), at(1040 * MILLISECOND));
    assert_eq!(bucket.take(9, at(2069 * MILLISECOND)), 0);
    assert_eq!(bucket.take(9, at(2070 * MILLISECOND)), 9);
}

#[test]
fn a_permit_that_is_used_late_returns_late() {
    let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
    assert_eq!(bucket.take(9, at(0)), 9);
    assert_eq!(bucket.send(at(0), at(5 * MILLISECOND)), Some(at(0)));
    assert_eq!(bucket.send(at(0), at(500 * MILLISECOND)), Some(at(500 * MILLISECOND)));
    assert_eq!(bucket.take(9, at(1030 * MILLISECOND)), 8);
    assert_eq!(bucket.take(9, at(1530 * MILLISECOND)), 1);
    // The permits of the other seven have returned and were used, so these messages need new ones.
    assert_eq!(bucket.send(at(0), at(1600 * MILLISECOND)), None);
    assert_eq!(bucket.send(at(0), at(2060 * MILLISECOND)), Some(at(2060 * MILLISECOND)));
    assert_eq!(bucket.take(9, at(2060 * MILLISECOND)), 7);
    bucket.take_over(at(9 * SECOND));
    assert_eq!(bucket.send(at(2060 * MILLISECOND), at(9 * SECOND + 500 * MILLISECOND)), None);
}

#[test]
fn the_permit_of_a_message_with_a_slow_response_returns_late() {
    let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
    let mut now = 0;
    // The first responses may all be slow.
    for millis in [100, 300] {
        assert_eq!(bucket.take(9, at(now)), 9);
        bucket.respond(at(now), at(now), at(now + millis * MILLISECOND));
        let returned = now + 1030 * MILLISECOND;
        assert_eq!(bucket.take(9, at(returned)), 8);
        now = returned + (millis - 30) * MILLISECOND;
        assert_eq!(bucket.take(9, at(now - 1)), 0);
        assert_eq!(bucket.take(9, at(now)), 1);
        now += 2 * SECOND;
    }
    // Then it is known that a response takes 100 ms.
    for _ in 0..98 {
        bucket.respond(at(now), at(now), at(now + 200 * MILLISECOND));
    }
    for (millis, late) in [(100, 0), (130, 0), (300, 170)] {
        now += 2 * SECOND;
        assert_eq!(bucket.take(9, at(now)), 9);
        bucket.respond(at(now), at(now), at(now + millis * MILLISECOND));
        assert_eq!(bucket.next_permit(at(now)), at(now + 1030 * MILLISECOND));
        let expected = if late == 0 { 9 } else { 8 };
        assert_eq!(bucket.take(9, at(now + 1030 * MILLISECOND)), expected);
        now += (1030 + late) * MILLISECOND;
        assert_eq!(bucket.take(9, at(now)), 9 - expected);
    }
}

/// What happens to a lane.
#[derive(Clone, Debug)]
enum Event {
    /// Time passes, in milliseconds.
    Wait(i64),
    /// Messages are due. They arrive at the provider some microseconds later.
    Send(u32, i64),
    /// The same with permits that are available soon.
    Reserve(u32, i64),
    /// Messages are due. They arrive some milliseconds later, and nothing else happens until the provider responds.
    Slow(u32, i64),
    /// Another process takes over. Its monotonic clock has another origin.
    HandOver(i64),
    /// The clock goes back by milliseconds, although monotonic clocks must not.
    Back(i64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop_oneof![0_i64..50, 0_i64..1500].prop_map(Event::Wait),
        6 => (1_u32..30, 0_i64..30_000).prop_map(|(wanted, delay)| Event::Send(wanted, delay)),
        3 => (1_u32..30, 0_i64..30_000).prop_map(|(wanted, delay)| Event::Reserve(wanted, delay)),
        2 => (1_u32..30, 0_i64..2000).prop_map(|(wanted, delay)| Event::Slow(wanted, delay)),
        1 => any::<i32>().prop_map(|origin| Event::HandOver(i64::from(origin))),
        1 => (0_i64..5000).prop_map(Event::Back),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    /// Measured by the provider's clock, no second has more messages than the rate.
    #[test]
    fn the_rate_is_kept_in_every_second(rate in 1_u32..25, events in prop::collection::vec(event(), 1..200)) {
        let (mut now, mut origin) = (0, 0);
        let taken_over = |now| {
            let mut bucket = LaneBucket::taken_over(rate, now);
            // Some messages arrive without a delay.
            bucket.respond(now, now, now);
            bucket
        };
        let mut bucket = taken_over(at(0));
        let mut sent = Vec::new();
        for event in events {
            match event {
                Event::Wait(millis) => now += millis * MILLISECOND,
                Event::Send(wanted, delay) => {
                    let (here, taken) = (at(now + origin), bucket.take(wanted, at(now + origin)));
                    sent.push((now + delay, taken));
                    (0..taken).for_each(|_| bucket.respond(here, here, at(now + delay + origin)));
                }
                Event::Slow(wanted, delay) => {
                    let (here, taken) = (at(now + origin), bucket.take(wanted, at(now + origin)));
                    now += delay * MILLISECOND;
                    sent.push((now, taken));
                    (0..taken).for_each(|_| bucket.respond(here, here, at(now + origin)));
                }
                Event::Reserve(wanted, delay) => {
                    let here = at(now + origin);
                    let wanted = wanted.min(bucket.available(here, MAX_AHEAD));
                    if wanted > 0 {
                        let wait = bucket.reserve(wanted, here).since(here);
                        assert!(wait <= MAX_AHEAD);
                        sent.push((now + i64::try_from(wait.as_micros()).unwrap() + delay, wanted));
                    }
                }
                // Messages that are reserved are sent before.
                Event::HandOver(other) => {
                    now += i64::try_from(MAX_AHEAD.as_micros()).unwrap();
                    origin = other * MILLISECOND;
                    bucket = taken_over(at(now + origin));
                }
                Event::Back(millis) => origin -= millis * MILLISECOND,
            }
        }
        prop_assert!(busiest_second(&sent) <= rate);
    }

    /// A process that sends whenever a permit is available reaches 95 % of the rate.
    #[test]
    fn a_busy_lane_is_not_slower_than_necessary(rate in 1_u32..100, batch in 1_u32..100) {
        let mut bucket = LaneBucket::taken_over(rate, at(0));
        let start = bucket.next_permit(at(0));
        let (mut now, mut sent) = (start, 0);
        while now.since(start).as_secs() < 60 {
            sent += bucket.take(batch, now);
            now = bucket.next_permit(now);
        }
        prop_assert!(sent * 100 >= rate * 60 * 95, "{} in a minute at {}/s", sent, rate);
    }
}
