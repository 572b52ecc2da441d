//! The rate of each sender: its limit, and the busiest second.

use std::collections::{BTreeMap, HashMap, VecDeque};

use outbound_model::Timestamp;

use crate::api_name::ApiName;

const SECOND_MILLIS: i64 = 1000;
/// The number of senders whose rate is measured. Others are refused.
const MAX_SENDERS: usize = 10_000;

/// The rates of all senders.
pub(crate) struct Rates {
    limit: Option<u32>,
    senders: HashMap<(ApiName, String), SenderRate>,
}

#[derive(Default)]
struct SenderRate {
    requests: Window,
    accepted: Window,
    busiest: usize,
}

/// The times of one second.
#[derive(Default)]
struct Window(VecDeque<Timestamp>);

impl Window {
    fn add(&mut self, now: Timestamp) -> usize {
        self.0.push_back(now);
        self.count(now)
    }

    /// The number of times in the second that ends `now`.
    fn count(&mut self, now: Timestamp) -> usize {
        let oldest = now.plus_millis(-SECOND_MILLIS);
        while self.0.front().is_some_and(|time| *time <= oldest) {
            self.0.pop_front();
        }
        self.0.len()
    }
}

impl Rates {
    pub(crate) fn new(limit: Option<u32>) -> Self {
        Self { limit, senders: HashMap::new() }
    }

    /// Counts a request. Returns whether its sender is below the limit. Refused requests do not count towards the
    /// limit, but towards the busiest second.
    pub(crate) fn admit(&mut self, api: ApiName, sender: &str, now: Timestamp) -> bool {
        let key = (api, sender.to_owned());
        if self.senders.len() >= MAX_SENDERS && !self.senders.contains_key(&key) {
            return false;
        }
        let rate = self.senders.entry(key).or_default();
        rate.busiest = rate.busiest.max(rate.requests.add(now));
        let limit = self.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let is_below = limit.is_none_or(|limit| rate.accepted.count(now) < limit);
        if is_below {
            rate.accepted.add(now);
        }
        is_below
    }

    /// The largest number of requests of each sender in any second.
    pub(crate) fn busiest(&self) -> BTreeMap<String, usize> {
        self.senders.iter().map(|((_, sender), rate)| (sender.clone(), rate.busiest)).collect()
    }
}
