//! The engine: leases lanes, and finds those that are due.

use std::sync::Arc;
use std::time::Duration;

use outbound_campaigns::MAX_AHEAD;
use outbound_model::{AccountId, Monotonic};
use outbound_store::{LaneId, LaneLease};

use super::claim::ClaimedMessage;
use super::hold::Hold;
use super::lane_claims::LaneClaims;
use super::marker::SendingMarker;
use crate::{App, AppError};

/// A lease is renewed this many times before it would end.
const RENEWALS: u32 = 3;
/// Time between two leases of further lanes, which write to the database.
const LEASE_INTERVAL: Duration = Duration::from_millis(250);
/// The maximum number of lanes that are leased at once.
const MAX_LEASED: u32 = 256;
/// The maximum number of lanes of one step. Lanes that wait for permits are among them, so there are more than can be
/// busy.
const MAX_LANES: u32 = 4096;

/// The engine of one process.
pub struct CampaignEngine {
    app: App,
    hold: Hold,
    claims: Arc<LaneClaims>,
    renewed_at: Monotonic,
    leased_at: Monotonic,
}

impl CampaignEngine {
    /// An engine with a new identity.
    pub fn new(app: &App) -> Self {
        Self {
            hold: Hold::new(app),
            claims: Arc::new(LaneClaims::new(app)),
            renewed_at: Monotonic::NEVER,
            leased_at: Monotonic::NEVER,
            app: app.clone(),
        }
    }

    /// Remembers elsewhere when messages are sent.
    #[must_use]
    pub fn with_marker(mut self, marker: Arc<dyn SendingMarker>) -> Self {
        self.hold.marker = marker;
        self
    }

    /// Claims recipients shortly before the permits of their lane return. The caller sends each message when its permit
    /// has returned.
    #[must_use]
    pub fn claiming_ahead(self) -> Self {
        self.claims.lock().ahead = MAX_AHEAD;
        self
    }

    /// How long the next step may wait so that a lane that has its next permit then is not slower than its rate.
    pub(super) fn wait_for(&self, next_permit: Monotonic) -> Duration {
        next_permit.since(self.app.clock.monotonic().plus(self.claims.lock().ahead))
    }

    /// What claims recipients of due lanes.
    pub(super) fn claims(&self) -> Arc<LaneClaims> {
        self.claims.clone()
    }

    /// Claims what may be sent now in all lanes. The caller sends all of these messages at once.
    pub async fn step(&mut self) -> Result<Vec<ClaimedMessage>, AppError> {
        let mut messages = Vec::new();
        for (account, lane) in self.due_lanes(&[]).await? {
            let claim = self.claims.claim(&account, &lane).await;
            messages.extend(claim.messages.into_iter().map(|(message, _)| message));
        }
        Ok(messages)
    }

    /// Begins a step: the lanes of this process that may have something to send, but those of accounts that are `busy`
    /// with an earlier step. They may have so many lanes that those of others are not among the first.
    pub(super) async fn due_lanes(
        &mut self,
        busy: &[AccountId],
    ) -> Result<Vec<(AccountId, LaneId)>, AppError> {
        let lanes = self.find_due_lanes(busy).await;
        if let Err(error) = &lanes {
            self.claims.lock().note_failure(error);
        }
        lanes
    }

    async fn find_due_lanes(&mut self, busy: &[AccountId]) -> Result<Vec<(AccountId, LaneId)>, AppError> {
        if self.claims.lock().begin_look() {
            self.hold.check_again();
        }
        let interval = self.renewal_interval();
        let is_held = self.hold.applies(&self.app, interval).await?;
        self.claims.lock().end_look(is_held);
        if is_held {
            return Ok(Vec::new());
        }
        self.maintain_leases().await?;
        Ok(self.app.store.due_lanes(&self.claims.owner, self.app.clock.now(), busy, MAX_LANES).await?)
    }

    /// Time between renewals of leases.
    fn renewal_interval(&self) -> Duration {
        self.lease_duration() / RENEWALS
    }

    fn lease_duration(&self) -> Duration {
        Duration::from_secs(self.app.campaign_times.lease_seconds.into())
    }

    async fn maintain_leases(&mut self) -> Result<(), AppError> {
        let now = self.app.clock.now();
        let lease = LaneLease {
            owner: &self.claims.owner,
            now,
            until: now.plus_seconds(i64::from(self.app.campaign_times.lease_seconds)),
        };
        let monotonic = self.app.clock.monotonic();
        if monotonic.since(self.renewed_at) >= self.renewal_interval() {
            if monotonic.since(self.renewed_at) >= self.lease_duration() {
                // Others may have sent for these lanes, even if this process leases them again.
                self.claims.lock().lose_all();
            }
            self.app.store.renew_leases(lease).await?;
            self.renewed_at = monotonic;
            self.claims.lock().forget_unused(monotonic);
        }
        if monotonic.since(self.leased_at) >= LEASE_INTERVAL {
            self.app.store.lease_lanes(lease, MAX_LEASED).await?;
            self.leased_at = monotonic;
        }
        Ok(())
    }

    /// Ends the leases, so that other processes do not wait for their end.
    pub async fn stop(&self) -> Result<(), AppError> {
        Ok(self.app.store.release_lanes(&self.claims.owner).await?)
    }
}
