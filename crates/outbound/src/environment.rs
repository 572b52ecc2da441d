//! The system clock and random number generator. All other code receives them as arguments.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use outbound_model::{Clock, Generator, Monotonic, Timestamp};

/// The zero point of the monotonic clock: the first time it is read.
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clocks of the operating system.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the only place that reads the clock")]
        let now = SystemTime::now();
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        i64::try_from(millis).ok().and_then(Timestamp::from_millis).unwrap_or(Timestamp::EPOCH)
    }

    fn monotonic(&self) -> Monotonic {
        let origin = *ORIGIN;
        Monotonic::from_micros(0).plus(Instant::now().saturating_duration_since(origin))
    }
}

/// The random number generator of the operating system.
pub(crate) struct SystemGenerator;

impl Generator for SystemGenerator {
    #[expect(clippy::expect_used, reason = "keys and tokens would be predictable without random numbers")]
    #[expect(clippy::disallowed_methods, reason = "the only place that generates random numbers")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system provides random numbers");
    }
}

/// Random numbers for values that must be unique but are not secret, such as request ids. Fetches them in
/// batches, because one call of [`SystemGenerator`] takes longer than everything else an id needs.
pub(crate) struct BatchGenerator;

/// Enough for a hundred ids.
const BATCH_BYTES: usize = 1600;

thread_local! {
    static UNUSED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Generator for BatchGenerator {
    fn fill(&self, bytes: &mut [u8]) {
        UNUSED.with_borrow_mut(|unused| {
            if unused.len() < bytes.len() {
                unused.resize(BATCH_BYTES.max(bytes.len()), 0);
                SystemGenerator.fill(unused);
            }
            let start = unused.len().saturating_sub(bytes.len());
            bytes.iter_mut().zip(unused.drain(start..)).for_each(|(byte, random)| *byte = random);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_byte_of_a_batch_is_used_twice() {
        let mut seen = HashSet::new();
        for length in [16, 16, BATCH_BYTES, 16, 2 * BATCH_BYTES, 16].into_iter().cycle().take(600) {
            let mut bytes = vec![0; length];
            BatchGenerator.fill(&mut bytes);
            assert!(bytes.chunks_exact(16).all(|id| seen.insert(id.to_vec())));
        }
    }
}
