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
/// How far ahead permits can be reserved, so that a lane does not lose the time that it takes to claim recipients.
pub const MAX_AHEAD: Duration = Duration::from_millis(100);
/// A message that is sent at most this time after its permit was taken uses no part of [`JITTER`] that matters.
const PROMPT: Duration = Duration::from_millis(10);
/// The number of responses after which the fastest one is known. Before that, it could be that all were slow.
const LEARNED: u32 = 100;
const RETURN_INTERVAL: Duration = Duration::from_secs(1).saturating_add(JITTER);
/// No permit is reserved further ahead: if another one returns later than expected, all may have to return first.
const FURTHEST: Duration = MAX_AHEAD.saturating_add(RETURN_INTERVAL);

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
    /// The number of responses.
    responses: u32,
    /// The shortest time to a response.
    fastest: Duration,
}

impl LaneBucket {
    /// The bucket of a process that takes over a lane at `now`: all permits were used just now. A rate of 0 becomes 1,
    /// a rate above [`MAX_RATE`] becomes that.
    pub fn taken_over(rate: u32, now: Monotonic) -> Self {
        let rate = rate.clamp(1, MAX_RATE);
        Self { rate, used: VecDeque::from([(now, rate)]), responses: 0, fastest: Duration::MAX }
    }

    /// Another process may have used the permits before `now`, so all of them count as used.
    pub fn take_over(&mut self, now: Monotonic) {
        self.used = VecDeque::from([(now, self.rate)]);
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
        let taken = wanted.min(self.available(now, Duration::ZERO));
        if taken > 0 {
            self.reserve(taken, now);
        }
        taken
    }

    /// Uses `wanted` permits, at most the rate, as soon as they are available, and returns when: `now` or later. The
    /// messages have to be sent at that time.
    pub fn reserve(&mut self, wanted: u32, now: Monotonic) -> Monotonic {
        self.expire(now);
        let wanted = wanted.min(self.rate);
        // Not before permits that were reserved earlier.
        let mut at = self.used.back().map_or(now, |(newest, _)| now.max(*newest));
        let mut in_use = self.in_use();
        for (time, count) in &self.used {
            if self.rate.saturating_sub(in_use) >= wanted {
                break;
            }
            in_use -= count;
            at = at.max(time.plus(RETURN_INTERVAL));
        }
        self.used.push_back((at, wanted));
        at
    }

    /// The number of permits that are available at a time after `now`. Those that were reserved for later are not.
    pub fn available(&mut self, now: Monotonic, ahead: Duration) -> u32 {
        self.expire(now);
        let at = now.plus(ahead);
        let used = self.used.iter().filter(|(time, _)| at.since(*time) < RETURN_INTERVAL);
        let in_use: u32 = used.map(|(_, count)| count).sum();
        self.rate.saturating_sub(in_use)
    }

    /// Uses a permit that was taken at `taken_at` for a message that is sent now, and returns the time from which it
    /// counts. A permit that is used late returns later. One that has returned already, because the process was frozen
    /// for a while, is replaced by another one. `None` if there is none, or if the permit was reserved for the time at which
    /// another one was to return that was used late: then the message must not be sent.
    pub fn send(&mut self, taken_at: Monotonic, now: Monotonic) -> Option<Monotonic> {
        self.expire(now);
        let counts_from = if now.since(taken_at) <= PROMPT {
            taken_at
        } else if self.postpone(taken_at, now) {
            now
        } else {
            return (self.available(now, Duration::ZERO) > 0).then(|| self.reserve(1, now));
        };
        let until_now = self.used.iter().filter(|(time, _)| *time <= now);
        let in_use: u32 = until_now.map(|(_, count)| count).sum();
        (in_use <= self.rate).then_some(counts_from)
    }

    /// The provider responded now to a message that was sent at `sent_at`, with a permit that counts from `counts_from`.
    /// It may have counted the message as late as now, less the time of the fastest response. If that is more
    /// than 30 ms after it was sent, the permit returns later.
    pub fn respond(&mut self, counts_from: Monotonic, sent_at: Monotonic, now: Monotonic) {
        let took = now.since(sent_at);
        let fastest = if self.responses < LEARNED { Duration::ZERO } else { self.fastest };
        self.responses = self.responses.saturating_add(1);
        self.fastest = self.fastest.min(took);
        let late = took.saturating_sub(fastest).saturating_sub(JITTER);
        if !late.is_zero() {
            self.expire(now);
            let later = sent_at.plus(late).max(counts_from);
            if !self.postpone(counts_from, later) {
                // It has returned already, but the message counts.
                self.insert(later);
            }
        }
    }

    /// Lets a permit count from a later time. Returns `false` if it has returned already.
    fn postpone(&mut self, counts_from: Monotonic, later: Monotonic) -> bool {
        let used = self.used.iter_mut().find(|(time, count)| *time == counts_from && *count > 0);
        let Some((_, count)) = used else { return false };
        *count -= 1;
        self.insert(later);
        true
    }

    fn insert(&mut self, at: Monotonic) {
        let place = self.used.partition_point(|(time, _)| *time <= at);
        self.used.insert(place, (at, 1));
    }

    /// When the next permit is available: `now`, or later. A process that sleeps until then loses no time.
    pub fn next_permit(&self, now: Monotonic) -> Monotonic {
        // After the rate was reduced, several entries may have to expire.
        let mut in_use = self.in_use();
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

    fn in_use(&self) -> u32 {
        self.used.iter().map(|(_, count)| count).sum()
    }

    fn expire(&mut self, now: Monotonic) {
        // A monotonic clock never goes back. If one does, permits return about two seconds after the new time, so that
        // the lane neither exceeds its rate nor waits for the old time.
        for (time, _) in &mut self.used {
            *time = (*time).min(now.plus(FURTHEST));
        }
        while self.used.front().is_some_and(|(time, _)| now.since(*time) >= RETURN_INTERVAL) {
            self.used.pop_front();
        }
    }
}
