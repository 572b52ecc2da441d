//! Delays before retries.

use outbound_model::{Generator, Timestamp, random_u64};

/// Delay after the first failure, in seconds. It doubles with each failure, up to the maximum.
const MIN_DELAY: i64 = 5;
const MAX_DELAY: i64 = 60 * 60;

/// When a job that has failed `attempts` times in a row is retried.
pub(super) fn retry_at(now: Timestamp, attempts: u32, generator: &dyn Generator) -> Timestamp {
    let doublings = attempts.saturating_sub(1).min(10);
    jittered(now, MAX_DELAY.min(MIN_DELAY << doublings), generator)
}

/// `now` plus `seconds` and up to 10 % more, so that work that failed together is not retried together.
pub(crate) fn jittered(now: Timestamp, seconds: i64, generator: &dyn Generator) -> Timestamp {
    let max_jitter = u64::try_from(seconds.saturating_mul(100)).unwrap_or_default();
    let jitter = random_u64(generator) % (max_jitter + 1);
    now.plus_seconds(seconds).plus_millis(i64::try_from(jitter).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use outbound_model::testing::SequenceGenerator;

    use super::*;

    #[test]
    fn delays_double_up_to_an_hour_and_differ() {
        let generator = SequenceGenerator::default();
        let now = Timestamp::EPOCH;
        for (attempts, seconds) in [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (u32::MAX, 3600)] {
            let delays = [0; 8].map(|_| retry_at(now, attempts, &generator).millis());
            let range = seconds * 1000..=seconds * 1100;
            assert!(delays.iter().all(|delay| range.contains(delay)), "{attempts}: {delays:?}");
            assert!(delays.iter().any(|delay| *delay != delays[0]), "{delays:?}");
        }
    }
}
