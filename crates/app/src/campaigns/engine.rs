//! The engine: leases lanes, and claims due recipients at the rate of their lanes.
//!
//! A step never claims more than the permits of a lane allow. The permits are reserved after the commit of the claim, because
//! the commit may take long.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use outbound_campaigns::MAX_AHEAD;
use outbound_model::{AccountId, Monotonic, random_uuid};
use outbound_store::{LaneId, LaneLease};

use super::claim::{ClaimRequest, ClaimedMessage};
use super::hold::Hold;
use super::marker::SendingMarker;
use super::permit::{Permit, SharedBucket};
use crate::{App, AppError};

/// A lease is renewed this many times before it would end.
const RENEWALS: u32 = 3;
/// Time between two leases of further lanes, which write to the database.
const LEASE_INTERVAL: Duration = Duration::from_millis(250);
/// The maximum number of lanes that are leased at once.
const MAX_LEASED: u32 = 256;
/// The maximum number of lanes of one step. Lanes that wait for permits are among them, so there are more than can be busy.
const MAX_LANES: u32 = 4096;
/// The maximum number of recipients of a claim.
const MAX_CLAIM: u32 = 200;
/// The engine of one process.
pub struct CampaignEngine {
    app: App,
    owner: String,
    hold: Hold,
    /// The permits of leased lanes.
    buckets: HashMap<(AccountId, LaneId), SharedBucket>,
    renewed_at: Monotonic,
    leased_at: Monotonic,
    /// When a lane with waiting recipients has its next permit.
    next_permit: Option<Monotonic>,
    /// How long before its permits return a lane claims recipients.
    ahead: Duration,
}

impl CampaignEngine {
    /// An engine with a new identity.
    pub fn new(app: &App) -> Self {
        Self {
            owner: random_uuid(&*app.generator).to_string(),
            hold: Hold::new(app),
            buckets: HashMap::new(),
            renewed_at: Monotonic::NEVER,
            leased_at: Monotonic::NEVER,
            next_permit: None,
            ahead: Duration::ZERO,
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
        Self { ahead: MAX_AHEAD, ..self }
    }

    /// How long the next step may wait so that no lane with waiting recipients is slower than its rate. `None` if there
    /// is no such lane.
    pub fn next_step(&self) -> Option<Duration> {
        self.next_permit.map(|next| next.since(self.app.clock.monotonic().plus(self.ahead)))
    }

    /// Claims what may be sent now in all lanes. The caller sends all of these messages at once.
    pub async fn step(&mut self) -> Result<Vec<ClaimedMessage>, AppError> {
        let mut messages = Vec::new();
        for (account, lane) in self.due_lanes().await? {
            messages.extend(self.claim(&account, &lane, u32::MAX).await);
        }
        Ok(messages)
    }

    /// Begins a step: the lanes of this process that may have something to send.
    pub async fn due_lanes(&mut self) -> Result<Vec<(AccountId, LaneId)>, AppError> {
        let lanes = self.find_due_lanes().await;
        if lanes.is_err() {
            self.hold.check_again();
        }
        lanes
    }

    async fn find_due_lanes(&mut self) -> Result<Vec<(AccountId, LaneId)>, AppError> {
        self.next_permit = None;
        let interval = self.renewal_interval();
        if self.hold.applies(&self.app, interval).await? {
            return Ok(Vec::new());
        }
        self.maintain_leases().await?;
        Ok(self.app.store.due_lanes(&self.owner, self.app.clock.now(), MAX_LANES).await?)
    }

    /// Claims what may be sent now in a lane, at most `room` messages. The caller sends all of them at once, before it
    /// claims those of the next lane.
    pub async fn claim(&mut self, account: &AccountId, lane: &LaneId, room: u32) -> Vec<ClaimedMessage> {
        if room == 0 {
            return Vec::new();
        }
        self.try_claim(account, lane, room).await.unwrap_or_else(|error| {
            // Other lanes continue.
            self.hold.check_again();
            let (channel, error) = (lane.channel(), crate::error_chain(&error));
            tracing::warn!(%account, %channel, error, "cannot claim recipients");
            Vec::new()
        })
    }

    async fn try_claim(
        &mut self,
        account: &AccountId,
        lane: &LaneId,
        room: u32,
    ) -> Result<Vec<ClaimedMessage>, AppError> {
        let key = (account.clone(), lane.clone());
        let monotonic = self.app.clock.monotonic();
        let permits = match self.buckets.get(&key) {
            Some(bucket) if !bucket.is_lost => {
                bucket.lock().available(monotonic, self.ahead).min(room).min(MAX_CLAIM)
            }
            // The first claim, which only reads the rate: a lane that was taken over has no permits for a second.
            _ => 0,
        };
        if permits == 0 && self.buckets.get(&key).is_some_and(|bucket| !bucket.is_lost) {
            self.note_next_permit(&key, monotonic);
            return Ok(Vec::new());
        }
        let known_claims = self.buckets.get(&key).map_or(0, |bucket| bucket.claims);
        let request = ClaimRequest { owner: &self.owner, limit: permits, known_claims };
        let mut claim = self.app.claim_lane(account, lane, request).await?;
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.claims = claim.claims;
        }
        if claim.claims < known_claims {
            self.app.hold_sending().await?;
            self.hold.check_again();
            return Ok(Vec::new());
        }
        let Some(rate) = claim.rate else {
            if let Some(bucket) = self.buckets.get_mut(&key) {
                bucket.is_lost = true;
            }
            return Ok(Vec::new());
        };
        let now = self.app.clock.monotonic();
        let bucket =
            self.buckets.entry(key.clone()).or_insert_with(|| SharedBucket::new(rate, claim.claims, now));
        if std::mem::take(&mut bucket.is_lost) {
            bucket.lock().take_over(now);
        }
        bucket.lock().set_rate(rate);
        if !claim.messages.is_empty() {
            let count = u32::try_from(claim.messages.len()).unwrap_or(u32::MAX);
            let send_at = bucket.lock().reserve(count, now);
            for message in &mut claim.messages {
                message.send_at = send_at;
                message.permit = Some(Permit { bucket: bucket.bucket.clone(), taken_at: send_at });
            }
        }
        if !claim.messages.is_empty() || permits == 0 {
            self.note_next_permit(&key, now);
        }
        Ok(claim.messages)
    }

    fn note_next_permit(&mut self, lane: &(AccountId, LaneId), now: Monotonic) {
        let next = self.buckets.get(lane).map(|bucket| bucket.lock().next_permit(now));
        self.next_permit = [self.next_permit, next].into_iter().flatten().min();
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
            owner: &self.owner,
            now,
            until: now.plus_seconds(i64::from(self.app.campaign_times.lease_seconds)),
        };
        let monotonic = self.app.clock.monotonic();
        if monotonic.since(self.renewed_at) >= self.renewal_interval() {
            if monotonic.since(self.renewed_at) >= self.lease_duration() {
                // Others may have sent for these lanes, even if this process leases them again.
                self.buckets.values_mut().for_each(|bucket| bucket.is_lost = true);
            }
            self.app.store.renew_leases(lease).await?;
            self.renewed_at = monotonic;
            // Lanes that were not used for a while. Their permits have all returned.
            let is_used = |bucket: &SharedBucket| {
                let mut bucket = bucket.lock();
                bucket.available(monotonic, Duration::ZERO) < bucket.rate()
            };
            self.buckets.retain(|_, bucket| is_used(bucket));
        }
        if monotonic.since(self.leased_at) >= LEASE_INTERVAL {
            self.app.store.lease_lanes(lease, MAX_LEASED).await?;
            self.leased_at = monotonic;
        }
        Ok(())
    }

    /// Ends the leases, so that other processes do not wait for their end.
    pub async fn stop(&self) -> Result<(), AppError> {
        Ok(self.app.store.release_lanes(&self.owner).await?)
    }
}
