//! Random numbers that are the same on all machines and in all versions (`SplitMix64`). Not for secrets.

use std::ops::RangeInclusive;

use outbound_reporting::ReportingError;
use outbound_reporting::Text;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub(super) struct Random(u64);

impl Random {
    /// The numbers of a day. They do not depend on those of other days.
    pub(super) fn of_day(seed: u64, day: i64) -> Self {
        Self(Self(seed ^ day.unsigned_abs()).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range, each with the same probability.
    pub(super) fn within(&mut self, range: RangeInclusive<i64>) -> i64 {
        let size = i64::saturating_add(range.end() - range.start(), 1).unsigned_abs();
        range.start().saturating_add_unsigned(self.next() % size.max(1))
    }

    /// A number of the range, of which small ones are more probable: half of them are in its first eighth.
    pub(super) fn skewed(&mut self, range: RangeInclusive<i64>) -> i64 {
        const STEPS: i64 = 1000;
        let step = self.within(0..=STEPS);
        let thousandths = step * step / STEPS * step / STEPS;
        range.start() + (range.end() - range.start()) * thousandths / STEPS + self.within(0..=999)
    }

    /// True with a probability of `per_mille` thousandths.
    pub(super) fn chance(&mut self, per_mille: i64) -> bool {
        self.within(1..=1000) <= per_mille
    }

    /// One of `values`.
    pub(super) fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(values.len()).ok()?.checked_sub(1).filter(|last| *last >= 0)?;
        values.get(usize::try_from(self.within(0..=last)).ok()?)
    }

    /// One of `values`, each with its weight.
    pub(super) fn weighted<'a, T>(&mut self, values: &'a [(i64, T)]) -> Option<&'a T> {
        let mut left = self.within(1..=values.iter().map(|(weight, _)| weight).sum());
        let chosen = values.iter().find(|(weight, _)| {
            left -= weight;
            left <= 0
        });
        chosen.map(|(_, value)| value)
    }

    /// An id of letters and digits, as campaigns have.
    pub(super) fn id(&mut self, length: usize) -> Result<Text, ReportingError> {
        let characters = (0..length).filter_map(|_| self.pick(DIGITS)).map(|digit| char::from(*digit));
        Text::new("id", characters.collect())
    }
}
