//! Token buckets, one a key, in memory of a fixed size.
//!
//! A bucket is one number: the moment at which it is full again (the "theoretical arrival time" of
//! the generic cell rate algorithm, ITU-T I.371). Buckets live in sets of eight. Where a set has
//! none left for a new key, that key takes over the fullest one *as it is*: whoever floods the table
//! with keys shares buckets with others, but never makes a spent one new.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::Monotonic;

/// Sixteen bytes each, so a table of the default size takes about a megabyte.
const WAYS: usize = 8;
const SETS: usize = 8192;

/// How fast requests may come.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests a second, on average.
    pub per_second: NonZeroU32,
    /// Requests at once, after a rest.
    pub burst: NonZeroU32,
}

/// What became of one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BudgetStatus {
    /// Whether the budget had room for it.
    pub(crate) allowed: bool,
    /// The requests that the bucket holds when full.
    pub(crate) limit: u32,
    /// The requests that it still holds.
    pub(crate) remaining: u32,
    /// Whole seconds until it holds one; 0 where it does.
    pub(crate) retry_after: u64,
    /// Whole seconds until it is full.
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
        // Keyed at random: nobody can choose keys that meet in one set.
        Self { hasher: RandomState::new(), sets: std::iter::repeat_with(empty).take(sets).collect() }
    }

    /// Takes one request out of the bucket of `key`, which fills at `rate`, if it holds one.
    pub(crate) fn spend(&self, key: &impl Hash, rate: Rate, now: Monotonic) -> BudgetStatus {
        let tag = self.hasher.hash_one(key);
        let mut set = self.set(tag);
        let buckets = set.iter_mut().flat_map(|set| set.iter_mut());
        // Only a table without sets needs it.
        let mut none = Bucket { tag, full_at: i64::MAX };
        // The key's own, else the fullest.
        let bucket = buckets.min_by_key(|bucket| (bucket.tag != tag, bucket.full_at)).unwrap_or(&mut none);
        bucket.tag = tag;
        rate.take(&mut bucket.full_at, now.micros())
    }

    /// Puts one request back that [`spend`](Self::spend) took.
    pub(crate) fn give_back(&self, key: &impl Hash, rate: Rate) {
        let tag = self.hasher.hash_one(key);
        let mut set = self.set(tag);
        if let Some(bucket) = set.iter_mut().flat_map(|set| set.iter_mut()).find(|bucket| bucket.tag == tag) {
            bucket.full_at = bucket.full_at.saturating_sub(rate.interval());
        }
    }

    /// Where the bucket of a tag is, if there is one.
    fn set(&self, tag: u64) -> Option<MutexGuard<'_, [Bucket; WAYS]>> {
        let sets = u64::try_from(self.sets.len()).unwrap_or(u64::MAX);
        let set = usize::try_from(tag % sets).ok().and_then(|index| self.sets.get(index));
        set.map(|set| set.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rate {
    /// Microseconds until one more request fits.
    fn interval(self) -> i64 {
        (1_000_000 / i64::from(self.per_second.get())).max(1)
    }

    fn take(self, full_at: &mut i64, now: i64) -> BudgetStatus {
        let interval = self.interval();
        let capacity = interval * i64::from(self.burst.get());
        // A bucket of a higher rate that another key takes over may be emptier than this rate allows.
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

/// Rounded up; 0 for what is past.
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
    fn a_burst_then_the_rate() {
        let buckets = (Buckets::new(), rate(10, 20));
        for (now, expected) in
            [(0, 20), (99, 0), (100, 1), (199, 0), (200, 1), (1200, 10), (3199, 19), (9000, 20)]
        {
            assert_eq!(allowed(&buckets, "a", now, 50), expected, "at {now} ms");
        }
    }

    #[test]
    fn says_what_is_left_and_when_to_come_back() {
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
    fn keys_do_not_share() {
        let buckets = (Buckets::new(), rate(10, 20));
        assert_eq!(allowed(&buckets, "a", 0, 50), 20);
        assert_eq!(allowed(&buckets, "b", 0, 50), 20);
    }

    #[test]
    fn a_clock_set_back_takes_no_more_than_an_empty_bucket() {
        let buckets = (Buckets::new(), rate(10, 20));
        allowed(&buckets, "a", 3_600_000, 50);
        assert_eq!(allowed(&buckets, "a", 0, 1), 0);
        assert_eq!(allowed(&buckets, "a", 2000, 50), 20);
    }

    #[test]
    fn a_flood_of_keys_never_fills_a_spent_bucket() {
        let buckets = (Buckets::with_sets(1), rate(10, 20));
        let mut granted = allowed(&buckets, "a", 0, 50);
        for key in 0..10_000 {
            granted += allowed(&buckets, &key.to_string(), 0, 1) + allowed(&buckets, "a", 0, 1);
        }
        assert_eq!(granted, WAYS * 20, "what one set of buckets holds, whoever asks");
    }

    #[test]
    fn a_flood_leaves_those_alone_who_have_spent_more() {
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
