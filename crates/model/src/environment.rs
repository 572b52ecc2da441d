//! Time and randomness as arguments: code that decides takes these, so that tests are exact.

use std::time::Duration;

use crate::Timestamp;

/// The two clocks of a process.
pub trait Clock: Send + Sync {
    /// The wall-clock time, for what is stored, shown or compared with another machine's time. It may step
    /// in either direction (NTP, a resumed machine), so no interval is measured with it.
    fn now(&self) -> Timestamp;

    /// The monotonic time, for intervals within this process. It never goes back.
    fn monotonic(&self) -> Monotonic;
}

/// A moment of the monotonic clock: microseconds since an unknown moment, so a value means nothing outside
/// the process that read it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Monotonic(i64);

impl Monotonic {
    /// Earlier than every moment that a clock tells, and longer ago than any timeout.
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

    /// This moment and `duration` more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// Makes unpredictable bytes.
pub trait Generator: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// A random number.
pub fn random_u64(generator: &dyn Generator) -> u64 {
    let mut bytes = [0; 8];
    generator.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A random UUID (version 4, RFC 9562), as ids of clients and requests are.
pub fn random_uuid(generator: &dyn Generator) -> uuid::Uuid {
    let mut bytes = [0; 16];
    generator.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
