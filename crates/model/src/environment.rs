//! Time and randomness as arguments, so that tests can control both.

use std::time::Duration;

use crate::Timestamp;

/// The two clocks of a process.
pub trait Clock: Send + Sync {
    /// The wall-clock time, for times that are stored, shown or compared with another machine's clock. It may
    /// step in either direction (NTP, a resumed machine), so never measure an interval with it.
    fn now(&self) -> Timestamp;

    /// The monotonic time, for intervals within this process. It never goes backwards.
    fn monotonic(&self) -> Monotonic;
}

/// A moment of the monotonic clock: microseconds since an unspecified origin. Values from different
/// processes cannot be compared.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Monotonic(i64);

impl Monotonic {
    /// Earlier than any moment that a clock returns, and longer ago than any timeout.
    pub const NEVER: Monotonic = Monotonic(i64::MIN / 2);

    /// From microseconds since the clock's origin.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the clock's origin.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Monotonic) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment `duration` after this one.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// A source of unpredictable bytes.
pub trait Generator: Send + Sync {
    /// Fills `bytes` with random values.
    fn fill(&self, bytes: &mut [u8]);
}

/// A random 64-bit number.
pub fn random_u64(generator: &dyn Generator) -> u64 {
    let mut bytes = [0; 8];
    generator.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A random UUID (version 4, RFC 9562).
pub fn random_uuid(generator: &dyn Generator) -> uuid::Uuid {
    let mut bytes = [0; 16];
    generator.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
