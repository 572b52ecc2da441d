//! Intervals of time, and what two lists of them have in common.

use outbound_model::Timestamp;

/// A time span that contains its start and not its end. Never empty.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Interval {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

impl Interval {
    /// `None` if nothing is between the times.
    pub(crate) fn new(start: Timestamp, end: Timestamp) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }
}

/// Sorts intervals and joins those that touch or overlap.
pub(crate) fn join(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut joined: Vec<Interval> = Vec::new();
    for interval in intervals {
        match joined.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => joined.push(interval),
        }
    }
    joined
}

/// The times that are in both lists. Both are sorted and their intervals do not touch; so is the result.
pub(crate) fn intersect(left: &[Interval], right: &[Interval]) -> Vec<Interval> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut common = Vec::new();
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        common.extend(Interval::new(l.start.max(r.start), l.end.min(r.end)));
        if l.end <= r.end {
            left.next()
        } else {
            right.next()
        };
    }
    common
}
