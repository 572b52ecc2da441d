//! The real clock and the real randomness; everything else takes them as arguments.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use outbound_model::{Clock, Generator, Monotonic, Timestamp};

/// Origin of the monotonic clock: the first time that it is read.
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The system's clocks.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = SystemTime::now();
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        i64::try_from(millis).ok().and_then(Timestamp::from_millis).unwrap_or(Timestamp::EPOCH)
    }

    fn monotonic(&self) -> Monotonic {
        let origin = *ORIGIN;
        Monotonic::from_micros(0).plus(Instant::now().saturating_duration_since(origin))
    }
}

/// The operating system's randomness.
pub(crate) struct SystemGenerator;

impl Generator for SystemGenerator {
    #[expect(clippy::expect_used, reason = "without randomness nothing here is safe to go on")]
    #[expect(clippy::disallowed_methods, reason = "the one place that makes randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system has randomness");
    }
}

/// Randomness for what must be unique but is no secret, such as the ids of requests: fetched for
/// many at a time, as each call of the real one costs more than the rest of an id.
pub(crate) struct BatchGenerator;

/// A hundred ids.
const BATCH: usize = 1600;

thread_local! {
    static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Generator for BatchGenerator {
    fn fill(&self, bytes: &mut [u8]) {
        LEFT.with_borrow_mut(|left| {
            if left.len() < bytes.len() {
                left.resize(BATCH.max(bytes.len()), 0);
                SystemGenerator.fill(left);
            }
            let rest = left.len().saturating_sub(bytes.len());
            bytes.iter_mut().zip(left.drain(rest..)).for_each(|(byte, random)| *byte = random);
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
        for length in [16, 16, BATCH, 16, 2 * BATCH, 16].into_iter().cycle().take(600) {
            let mut bytes = vec![0; length];
            BatchGenerator.fill(&mut bytes);
            assert!(bytes.chunks_exact(16).all(|id| seen.insert(id.to_vec())));
        }
    }
}
