//! Token buckets in a table of fixed size, one bucket per key.
//!
//! A bucket is stored as one number: the time at which it will be full again (the "theoretical arrival time" of
//! the generic cell rate algorithm, ITU-T I.371). Buckets are grouped in sets of eight. If a set has no free bucket
//! for a new key, that key takes over the fullest one *without refilling it*. A client that floods the table with keys
//! therefore shares buckets with other keys, but cannot reset an empty bucket.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::Monotonic;

/// Buckets per set. A bucket has 16 bytes, so a table of the default size takes about a megabyte.
const WAYS: usize = 8;
const SETS: usize = 8192;

/// The rate at which requests are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests per second, on average.
    pub per_second: NonZeroU32,
    /// Requests at once from a full bucket.
    pub burst: NonZeroU32,
}

/// State of a budget after it was charged for a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BudgetStatus {
    /// Whether the request is within the budget.
    pub(crate) allowed: bool,
    /// The capacity of the bucket, in requests.
    pub(crate) limit: u32,
    /// The remaining requests.
    pub(crate) remaining: u32,
    /// Whole seconds until another request is allowed; 0 if one is allowed now.
    pub(crate) retry_after: u64,
    /// Whole seconds until the bucket is full.
    pub(crate) reset: u64,
}

/// Times are in microseconds of the monotonic clock.
#[derive(Clone, Copy)]
struct Bucket {
    tag: u64,
    full_at: i64,
}

/// The buckets of one kind of key.
pub(crate) struct Buckets {
    hasher: RandomState,
    sets: Box<[Mutex<[Bucket; WAYS]>]>,
}

impl Buckets {
    pub(crate) fn new() -> Self {
        Self::with_sets(SETS)
    }

    fn with_sets(sets: usize) -> Self {
        let empty = || Mutex::new([Bucket { tag: 0, full_at: i64::MIN }; WAYS]);
        // Keyed at random, so that clients cannot choose keys that fall into the same set.
        Self { hasher: RandomState::new(), sets: std::iter::repeat_with(empty).take(sets).collect() }
    }

    /// Takes one request from the bucket of `key`, which refills at `rate`, unless the bucket is empty.
    pub(crate) fn spend(&self, key: &impl Hash, rate: Rate, now: Monotonic) -> BudgetStatus {
        let tag = self.hasher.hash_one(key);
        let mut set = self.set(tag);
        let buckets = set.iter_mut().flat_map(|set| set.iter_mut());
        // Used only if the table has no sets.
        let mut fallback = Bucket { tag, full_at: i64::MAX };
        // The key's own bucket, or else the fullest one.
        let bucket =
            buckets.min_by_key(|bucket| (bucket.tag != tag, bucket.full_at)).unwrap_or(&mut fallback);
        bucket.tag = tag;
        rate.take(&mut bucket.full_at, now.micros())
    }

    /// Returns one request that [`spend`](Self::spend) took.
    pub(crate) fn refund(&self, key: &impl Hash, rate: Rate) {
        let tag = self.hasher.hash_one(key);
        let mut set = self.set(tag);
        if let Some(bucket) = set.iter_mut().flat_map(|set| set.iter_mut()).find(|bucket| bucket.tag == tag) {
            bucket.full_at = bucket.full_at.saturating_sub(rate.interval());
        }
    }

    /// Locks the set that contains the bucket of a tag.
    fn set(&self, tag: u64) -> Option<MutexGuard<'_, [Bucket; WAYS]>> {
        let sets = u64::try_from(self.sets.len()).unwrap_or(u64::MAX);
        let set = usize::try_from(tag % sets).ok().and_then(|index| self.sets.get(index));
        set.map(|set| set.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rate {
    /// Microseconds in which one request is refilled.
    fn interval(self) -> i64 {
        (1_000_000 / i64::from(self.per_second.get())).max(1)
    }

    fn take(self, full_at: &mut i64, now: i64) -> BudgetStatus {
        let interval = self.interval();
        let capacity = interval * i64::from(self.burst.get());
        // A bucket taken over from a key with a higher rate may be emptier than this rate allows.
        let missing = (*full_at).clamp(now, now.saturating_add(capacity)) - now;
        let allowed = missing + interval <= capacity;
        let missing = if allowed { missing + interval } else { missing };
        *full_at = now.saturating_add(missing);
        BudgetStatus {
            allowed,
            limit: self.burst.get(),
            remaining: u32::try_from((capacity - missing) / interval).unwrap_or(0),
            retry_after: seconds(missing + interval - capacity),
            reset: seconds(missing),
        }
    }
}

/// Converts to seconds, rounded up; 0 for times in the past.
fn seconds(micros: i64) -> u64 {
    u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: u32, burst: u32) -> Rate {
        Rate { per_second: per_second.try_into().unwrap(), burst: burst.try_into().unwrap() }
    }

    fn at(millis: i64) -> Monotonic {
        Monotonic::from_micros(millis * 1000)
    }

    fn allowed((buckets, rate): &(Buckets, Rate), key: &str, now: i64, requests: usize) -> usize {
        (0..requests).filter(|_| buckets.spend(&key, *rate, at(now)).allowed).count()
    }

    #[test]
    fn requests_are_allowed_in_a_burst_and_then_at_the_rate() {
        let buckets = (Buckets::new(), rate(10, 20));
        for (now, expected) in
            [(0, 20), (99, 0), (100, 1), (199, 0), (200, 1), (1200, 10), (3199, 19), (9000, 20)]
        {
            assert_eq!(allowed(&buckets, "a", now, 50), expected, "at {now} ms");
        }
    }

    #[test]
    fn the_status_reports_remaining_requests_and_waiting_times() {
        let buckets = (Buckets::new(), rate(1, 3));
        for (now, allowed, remaining, retry_after, reset) in [
            (0, true, 2, 0, 1),
            (0, true, 1, 0, 2),
            (0, true, 0, 1, 3),
            (10, false, 0, 1, 3),
            (1000, true, 0, 1, 3),
            (9000, true, 2, 0, 1),
        ] {
            let expected = BudgetStatus { allowed, limit: 3, remaining, retry_after, reset };
            assert_eq!(buckets.0.spend(&"a", buckets.1, at(now)), expected, "at {now} ms");
        }
    }

    #[test]
    fn keys_have_separate_buckets() {
        let buckets = (Buckets::new(), rate(10, 20));
        assert_eq!(allowed(&buckets, "a", 0, 50), 20);
        assert_eq!(allowed(&buckets, "b", 0, 50), 20);
    }

    #[test]
    fn a_clock_that_is_set_back_empties_a_bucket_at_most() {
        let buckets = (Buckets::new(), rate(10, 20));
        allowed(&buckets, "a", 3_600_000, 50);
        assert_eq!(allowed(&buckets, "a", 0, 1), 0);
        assert_eq!(allowed(&buckets, "a", 2000, 50), 20);
    }

    #[test]
    fn a_flood_of_keys_never_refills_an_empty_bucket() {
        let buckets = (Buckets::with_sets(1), rate(10, 20));
        let mut granted = allowed(&buckets, "a", 0, 50);
        for key in 0..10_000 {
            granted += allowed(&buckets, &key.to_string(), 0, 1) + allowed(&buckets, "a", 0, 1);
        }
        assert_eq!(granted, WAYS * 20, "the capacity of one set of buckets, for all keys together");
    }

    #[test]
    fn a_flood_of_keys_takes_over_the_fullest_buckets_first() {
        let buckets = (Buckets::with_sets(1), rate(10, 20));
        for key in ["a", "b", "c", "d", "e", "f", "g"] {
            allowed(&buckets, key, 0, 15);
        }
        for key in 0..14 {
            allowed(&buckets, &key.to_string(), 0, 1);
        }
        assert_eq!(allowed(&buckets, "a", 0, 50), 5);
    }
}
