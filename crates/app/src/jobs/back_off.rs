//! How long to wait before a retry.

use outbound_model::{Generator, Timestamp, random_u64};

/// After the first failure, in seconds; doubled after each further one, up to the maximum.
const FIRST_WAIT: i64 = 5;
const MAX_WAIT: i64 = 60 * 60;

/// When a job that has failed `attempts` times in a row is retried.
pub(super) fn retry_at(now: Timestamp, attempts: u32, generator: &dyn Generator) -> Timestamp {
    let doublings = attempts.saturating_sub(1).min(10);
    jittered(now, MAX_WAIT.min(FIRST_WAIT << doublings), generator)
}

/// `now` and `seconds` more, and up to a tenth of that: what failed together is not retried together.
pub(crate) fn jittered(now: Timestamp, seconds: i64, generator: &dyn Generator) -> Timestamp {
    let most = u64::try_from(seconds.saturating_mul(100)).unwrap_or_default();
    let jitter = random_u64(generator) % (most + 1);
    now.plus_seconds(seconds).plus_millis(i64::try_from(jitter).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use outbound_model::testing::SequenceGenerator;

    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_differ() {
        let generator = SequenceGenerator::default();
        let now = Timestamp::EPOCH;
        for (attempts, seconds) in [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (u32::MAX, 3600)] {
            let waits = [0; 8].map(|_| retry_at(now, attempts, &generator).millis());
            let range = seconds * 1000..=seconds * 1100;
            assert!(waits.iter().all(|wait| range.contains(wait)), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        }
    }
}
