//! The real clock and the real randomness; everything else takes them as arguments.

use std::time::{SystemTime, UNIX_EPOCH};

use outbound_model::{Clock, Generator, Timestamp};

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = SystemTime::now();
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        i64::try_from(millis).ok().and_then(Timestamp::from_millis).unwrap_or(Timestamp::EPOCH)
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
