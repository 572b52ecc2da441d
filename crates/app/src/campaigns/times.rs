//! Times of the engine that an operator can change.

/// How long the engine waits for processes and providers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CampaignTimes {
    /// How long the lease of a lane is valid. If a process dies, others take over its lanes after at most this time.
    pub lease_seconds: u32,
    /// How long the outcome of a message may be missing before it counts as unknown. Callbacks mostly arrive within
    /// minutes.
    pub unknown_seconds: u32,
}

impl Default for CampaignTimes {
    fn default() -> Self {
        Self { lease_seconds: 30, unknown_seconds: 15 * 60 }
    }
}
