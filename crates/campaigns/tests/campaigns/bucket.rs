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
fn a_clock_that_goes_back_delays_a_lane_by_two_seconds() {
    let mut bucket = LaneBucket::taken_over(9, at(0));
    assert_eq!(bucket.take(9, at(3600 * SECOND)), 9);
    assert_eq!(bucket.take(9, at(0)), 0);
    assert_eq!(bucket.take(9, at(1130 * MILLISECOND)), 0);
    assert_eq!(bucket.take(9, at(2160 * MILLISECOND)), 9);
}

#[test]
fn a_reserved_permit_counts_from_its_time_even_if_it_is_far_ahead() {
    let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
    assert_eq!(bucket.take(9, at(0)), 9);
    let now = at(940 * MILLISECOND);
    assert_eq!(bucket.available(now, MAX_AHEAD), 9);
    // While the claim commits, a response shows that a message arrived late.
    bucket.respond(at(0), at(0), at(945 * MILLISECOND));
    let send_at = bucket.reserve(9, at(950 * MILLISECOND));
    assert_eq!(send_at, at(1945 * MILLISECOND));
    assert_eq!(bucket.available(at(960 * MILLISECOND), MAX_AHEAD), 0);
    assert_eq!(bucket.next_permit(at(960 * MILLISECOND)), send_at.plus(Duration::from_millis(1030)));
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
fn a_permit_that_relied_on_one_that_is_used_late_is_not_used() {
    for late in [1095, 1150] {
        let mut bucket = LaneBucket::taken_over(9, at(-10 * SECOND));
        assert_eq!(bucket.take(9, at(0)), 9);
        for _ in 0..8 {
            assert_eq!(bucket.send(at(0), at(0)), Some(at(0)));
        }
        let now = at(1000 * MILLISECOND);
        assert_eq!(bucket.reserve(9, now), at(1030 * MILLISECOND));
        // The last of the first nine is sent before its permit returns.
        assert_eq!(bucket.send(at(0), now), Some(now));
        let mut sent = 0;
        for _ in 0..9 {
            sent += u32::from(bucket.send(at(1030 * MILLISECOND), at(late * MILLISECOND)).is_some());
        }
        assert!(sent <= 8, "{sent} messages at {late} ms, and one at 1000 ms");
    }
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
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Time passes, in milliseconds.
    Wait(i64),
    /// Messages are due. They arrive at the provider some microseconds later.
    Send(u32, i64),
    /// The same with permits that are available soon.
    Reserve(u32, i64),
    /// Messages are due. They arrive some milliseconds later, and nothing else happens until the provider responds.
    Slow(u32, i64),
    /// Messages are due. They arrive just before the next permits are reserved, or a second later at the latest.
    Pending(u32),
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
        2 => (1_u32..30).prop_map(Event::Pending),
        1 => any::<i32>().prop_map(|origin| Event::HandOver(i64::from(origin))),
        1 => (0_i64..5000).prop_map(Event::Back),
    ]
}

/// A process that sends, and what the provider receives.
struct Sender {
    bucket: LaneBucket,
    rate: u32,
    /// The provider's clock, and what the process's clock is ahead of it, in microseconds.
    now: i64,
    origin: i64,
    /// Messages that have not arrived: when they were sent, and how many.
    pending: Vec<(i64, u32)>,
    /// When messages arrived, and how many.
    sent: Vec<(i64, u32)>,
}

impl Sender {
    fn new(rate: u32) -> Self {
        let bucket = LaneBucket::taken_over(rate, at(0));
        let mut sender = Self { bucket, rate, now: 0, origin: 0, pending: Vec::new(), sent: Vec::new() };
        sender.take_over();
        sender
    }

    fn take_over(&mut self) {
        let here = self.here();
        self.bucket = LaneBucket::taken_over(self.rate, here);
        // Some messages arrive without a delay.
        self.bucket.respond(here, here, here);
    }

    fn here(&self) -> Monotonic {
        at(self.now + self.origin)
    }

    /// Messages that were sent at a time arrive some microseconds after now, and the provider responds.
    fn arrive(&mut self, sent: i64, count: u32, delay: i64) {
        self.sent.push((self.now + delay, count));
        let (sent, arrived) = (at(sent + self.origin), at(self.now + delay + self.origin));
        (0..count).for_each(|_| self.bucket.respond(sent, sent, arrived));
    }

    fn arrive_pending(&mut self) {
        for (sent, count) in std::mem::take(&mut self.pending) {
            self.arrive(sent, count, 0);
        }
    }

    /// Lets time pass. A pending message arrives a second after it was sent at the latest.
    fn wait(&mut self, micros: i64) {
        if self.pending.first().is_some_and(|(sent, _)| self.now + micros - sent > SECOND) {
            self.arrive_pending();
        }
        self.now += micros;
    }

    fn take(&mut self, wanted: u32) -> u32 {
        let here = self.here();
        self.bucket.take(wanted, here)
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Wait(millis) => self.wait(millis * MILLISECOND),
            Event::Send(wanted, delay) => {
                let taken = self.take(wanted);
                self.arrive(self.now, taken, delay);
            }
            Event::Slow(wanted, delay) => {
                let (sent, taken) = (self.now, self.take(wanted));
                self.wait(delay * MILLISECOND);
                self.arrive(sent, taken, 0);
            }
            Event::Pending(wanted) => {
                let taken = self.take(wanted);
                self.pending.push((self.now, taken));
            }
            Event::Reserve(wanted, delay) => {
                let here = self.here();
                let wanted = wanted.min(self.bucket.available(here, MAX_AHEAD));
                self.arrive_pending();
                if wanted > 0 {
                    let wait = self.bucket.reserve(wanted, here).since(here);
                    self.sent.push((self.now + micros(wait) + delay, wanted));
                }
            }
            Event::HandOver(other) => {
                self.arrive_pending();
                // Messages with reserved permits are sent before.
                self.now += micros(MAX_AHEAD) + 1030 * MILLISECOND;
                self.origin = other * MILLISECOND;
                self.take_over();
            }
            Event::Back(millis) => {
                self.arrive_pending();
                self.origin -= millis * MILLISECOND;
            }
        }
    }
}

fn micros(duration: Duration) -> i64 {
    duration.as_micros().try_into().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    /// Measured by the provider's clock, no second has more messages than the rate.
    #[test]
    fn the_rate_is_kept_in_every_second(rate in 1_u32..25, events in prop::collection::vec(event(), 1..200)) {
        let mut sender = Sender::new(rate);
        for event in events {
            sender.apply(event);
        }
        prop_assert!(busiest_second(&sender.sent) <= rate);
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
