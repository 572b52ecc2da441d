//! The rate of a lane: messages per second of one sender.
//!
//! A lane sends at most its rate in *any* second, not only in each second of the clock. An ordinary token bucket with
//! a capacity of one second of work would permit twice the rate in the second after a pause: the full bucket, and what
//! flows in during that second. So a permit that was used returns after one second (plus 30 ms).

use std::collections::VecDeque;
use std::time::Duration;

use outbound_model::Monotonic;

/// The largest rate. It bounds the memory of a bucket to 16 KB.
pub const MAX_RATE: u32 = 1000;

/// The time by which permits return later than after one second. Calls that take different times to reach the provider
/// do not exceed the rate unless they differ by more. It costs 3 % of the rate.
const JITTER: Duration = Duration::from_millis(30);
const RETURN_INTERVAL: Duration = Duration::from_secs(1).saturating_add(JITTER);

/// The permits of a lane. Plain data that depends on nothing but its arguments.
///
/// Times are of the monotonic clock, so a step of the wall clock has no effect. Monotonic clocks of two processes cannot
/// be compared, and the difference of wall clocks cannot be trusted. Therefore a process that takes over a lane
/// begins with no permit and has all of them one second later ([`LaneBucket::taken_over`]): whatever the process before
/// it sent, and whatever clocks did, the rate is kept. Nothing has to be stored. Decision 35 gives the alternatives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LaneBucket {
    rate: u32,
    /// When permits were used, and how many; the oldest first.
    used: VecDeque<(Monotonic, u32)>,
}

impl LaneBucket {
    /// The bucket of a process that takes over a lane at `now`: all permits were used just now. A rate of 0 becomes 1,
    /// a rate above [`MAX_RATE`] becomes that.
    pub fn taken_over(rate: u32, now: Monotonic) -> Self {
        let rate = rate.clamp(1, MAX_RATE);
        Self { rate, used: VecDeque::from([(now, rate)]) }
    }

    /// Messages per second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Changes the rate. Permits that were used before still count.
    pub fn set_rate(&mut self, rate: u32) {
        self.rate = rate.clamp(1, MAX_RATE);
    }

    /// Uses up to `wanted` permits and returns how many. The messages have to be sent at once, so rows are claimed
    /// and marked before permits are taken.
    pub fn take(&mut self, wanted: u32, now: Monotonic) -> u32 {
        self.expire(now);
        let taken = wanted.min(self.available());
        if taken > 0 {
            self.used.push_back((now, taken));
        }
        taken
    }

    /// When the next permit is available: `now`, or later. A process that sleeps until then loses no time.
    pub fn next_permit(&self, now: Monotonic) -> Monotonic {
        // After the rate was reduced, several entries may have to expire.
        let mut in_use: u32 = self.used.iter().map(|(_, count)| count).sum();
        let mut next = now;
        for (time, count) in &self.used {
            if in_use < self.rate {
                break;
            }
            in_use -= count;
            next = next.max(time.plus(RETURN_INTERVAL));
        }
        next
    }

    fn available(&self) -> u32 {
        let in_use: u32 = self.used.iter().map(|(_, count)| count).sum();
        self.rate.saturating_sub(in_use)
    }

    fn expire(&mut self, now: Monotonic) {
        // A monotonic clock never goes back. If one does, permits return a second after the new time, so that the
        // lane neither exceeds its rate nor waits for the old time.
        for (time, _) in &mut self.used {
            *time = (*time).min(now);
        }
        while self.used.front().is_some_and(|(time, _)| now.since(*time) >= RETURN_INTERVAL) {
            self.used.pop_front();
        }
    }
}
