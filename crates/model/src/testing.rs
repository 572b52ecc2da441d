//! Deterministic clock and random generator for tests (feature `testing`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::{Clock, Generator, Monotonic, Timestamp};

/// A clock that only moves when a test advances it. Clones share the time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<Times>);

#[derive(Debug, Default)]
struct Times {
    wall_millis: AtomicI64,
    monotonic_micros: AtomicI64,
}

impl ManualClock {
    /// A clock whose wall-clock time is `start`. [`Default`] starts at the epoch.
    pub fn starting_at(start: Timestamp) -> Self {
        let clock = Self::default();
        clock.0.wall_millis.store(start.millis(), Ordering::SeqCst);
        clock
    }

    /// Advances both clocks.
    pub fn advance(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.step_wall(millis);
        self.0.monotonic_micros.fetch_add(millis.saturating_mul(1000), Ordering::SeqCst);
    }

    /// Steps only the wall clock forwards or backwards, as NTP does.
    pub fn step_wall(&self, millis: i64) {
        self.0.wall_millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// Milliseconds on the monotonic clock since this clock was created.
    pub fn elapsed_millis(&self) -> i64 {
        self.0.monotonic_micros.load(Ordering::SeqCst) / 1000
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.wall_millis.load(Ordering::SeqCst)).unwrap_or(Timestamp::EPOCH)
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::from_micros(self.0.monotonic_micros.load(Ordering::SeqCst))
    }
}

/// A generator whose bytes differ between calls but are the same in each test run.
#[derive(Debug, Default)]
pub struct SequenceGenerator(AtomicU64);

impl Generator for SequenceGenerator {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let word = mix(self.0.fetch_add(1, Ordering::Relaxed)).to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(byte, random)| *byte = random);
        }
    }
}

/// The output function of `SplitMix64` (Steele, Lea and Flood, 2014), a bijection.
fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
