//! Claims recipients of leased lanes at the rates of the lanes. Lanes of several accounts are claimed at the same time,
//! but only one claim of a lane.
//!
//! A claim never takes more than the permits of a lane allow. The permits are reserved after the commit of the claim,
//! because the commit may take long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbound_model::{AccountId, Monotonic, random_uuid};
use outbound_store::{LaneId, StoreError};

use super::calls::{Calls, ReservedCalls};
use super::claim::{Claim, ClaimRequest, ClaimedMessage};
use super::permit::{Permit, SharedBucket};
use crate::{App, AppError, error_chain};

/// The maximum number of recipients of a claim.
const MAX_CLAIM: u32 = 200;

/// A lane of an account.
type LaneKey = (AccountId, LaneId);

/// What one process knows about the lanes that it has leased.
pub(super) struct LaneClaims {
    app: App,
    /// The identity of the process.
    pub(super) owner: String,
    /// The requests of this process.
    calls: Calls,
    lanes: Mutex<Lanes>,
}

/// What was claimed in a lane.
#[derive(Default)]
pub(super) struct LaneClaim {
    /// The messages, each with its request.
    pub(super) messages: Vec<(ClaimedMessage, ReservedCalls)>,
    /// When the lane has its next permit, if recipients may wait for it.
    pub(super) next_permit: Option<Monotonic>,
}

/// What the next claim of a lane may use.
#[derive(Default)]
struct ClaimPermits {
    count: u32,
    /// The number of claims of the lane before.
    known_claims: i64,
    /// Keeps the bucket until the claim has ended.
    _claiming: Option<Arc<()>>,
}

/// The permits of leased lanes.
#[derive(Default)]
pub(super) struct Lanes {
    buckets: HashMap<LaneKey, SharedBucket>,
    /// How long before its permits return a lane claims recipients.
    pub(super) ahead: Duration,
    /// Whether something has failed, so that the next step looks at the database, which may be another one.
    has_failed: bool,
    /// Whether nothing is claimed before that look, because the database was or seemed unavailable, or has lost commits.
    /// Other errors concern one lane, and must not stop the others.
    is_suspect: bool,
    /// Whether nothing may be sent. A claim of a step before would not notice it.
    is_held: bool,
}

impl LaneClaims {
    /// Creates an empty set of lanes, with a new identity.
    pub(super) fn new(app: &App) -> Self {
        let owner = random_uuid(&*app.generator).to_string();
        Self { app: app.clone(), owner, calls: Calls::default(), lanes: Mutex::default() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims what may be sent now in a lane. The caller sends all messages at once, before it claims those of the next
    /// lane of the account.
    pub(super) async fn claim(&self, account: &AccountId, lane: &LaneId) -> LaneClaim {
        self.try_claim(account, lane).await.unwrap_or_else(|error| {
            self.lock().note_failure(&error);
            let (channel, error) = (lane.channel(), error_chain(&error));
            tracing::warn!(%account, %channel, error, "cannot claim recipients");
            LaneClaim::default()
        })
    }

    async fn try_claim(&self, account: &AccountId, lane: &LaneId) -> Result<LaneClaim, AppError> {
        let key = (account.clone(), lane.clone());
        let permits = match self.lock().permits(&key, self.app.clock.monotonic()) {
            Ok(permits) => permits,
            Err(next_permit) => return Ok(LaneClaim { next_permit, ..LaneClaim::default() }),
        };
        let known_claims = permits.known_claims;
        // Before the claim, because others claim at the same time. What it does not use is given back.
        let mut calls = self.calls.reserve(account, permits.count);
        let limit = calls.count();
        if limit == 0 && permits.count > 0 {
            return Ok(LaneClaim::default());
        }
        let request = ClaimRequest { owner: &self.owner, limit, known_claims };
        let claim = self.app.claim_lane(account, lane, request).await?;
        if claim.claims < known_claims {
            // Stored before the new number is kept: without the old one, the next claim would not find out.
            self.app.hold_sending().await?;
            let mut lanes = self.lock();
            lanes.set_claims(&key, claim.claims);
            lanes.suspect();
            return Ok(LaneClaim::default());
        }
        let (messages, next_permit) = self.lock().reserve(&key, claim, limit, self.app.clock.monotonic());
        let messages = messages.into_iter().map(|message| (message, calls.split_one())).collect();
        Ok(LaneClaim { messages, next_permit })
    }
}

impl Lanes {
    /// The permits for the next claim of a lane. None for the first claim, which only reads the rate: a lane that was
    /// taken over has no permits for a second. If it must not or cannot send now, when it has its next permit.
    fn permits(&self, lane: &LaneKey, now: Monotonic) -> Result<ClaimPermits, Option<Monotonic>> {
        if self.is_held || self.is_suspect {
            return Err(None);
        }
        let Some(bucket) = self.buckets.get(lane) else { return Ok(ClaimPermits::default()) };
        let mut count = 0;
        if !bucket.is_lost {
            count = bucket.lock().available(now, self.ahead).min(MAX_CLAIM);
            if count == 0 {
                return Err(Some(bucket.lock().next_permit(now)));
            }
        }
        let claiming = Some(bucket.claiming.clone());
        Ok(ClaimPermits { count, known_claims: bucket.claims, _claiming: claiming })
    }

    /// Reserves permits for claimed messages. Returns them, and when the lane has its next permit if recipients may wait
    /// for it.
    fn reserve(
        &mut self,
        lane: &LaneKey,
        claim: Claim,
        limit: u32,
        now: Monotonic,
    ) -> (Vec<ClaimedMessage>, Option<Monotonic>) {
        let Claim { mut messages, rate, claims } = claim;
        self.set_claims(lane, claims);
        let Some(rate) = rate else {
            if let Some(bucket) = self.buckets.get_mut(lane) {
                bucket.is_lost = true;
            }
            return (Vec::new(), None);
        };
        let bucket = self.buckets.entry(lane.clone()).or_insert_with(|| SharedBucket::new(rate, claims, now));
        if std::mem::take(&mut bucket.is_lost) {
            bucket.lock().take_over(now);
        }
        bucket.lock().set_rate(rate);
        if !messages.is_empty() {
            let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            let send_at = bucket.lock().reserve(count, now);
            for message in &mut messages {
                message.send_at = send_at;
                message.permit = Some(Permit { bucket: bucket.bucket.clone(), taken_at: send_at });
            }
        }
        let may_wait = !messages.is_empty() || limit == 0;
        let next_permit = may_wait.then(|| bucket.lock().next_permit(now));
        (messages, next_permit)
    }

    fn set_claims(&mut self, lane: &LaneKey, claims: i64) {
        if let Some(bucket) = self.buckets.get_mut(lane) {
            bucket.claims = claims;
        }
    }

    /// Looks at the database in the next step. Nothing is claimed before if it may be another one.
    pub(super) fn note_failure(&mut self, error: &AppError) {
        self.has_failed = true;
        if let AppError::Unavailable(StoreError::Unavailable(_)) = error {
            self.is_suspect = true;
        }
    }

    fn suspect(&mut self) {
        (self.has_failed, self.is_suspect) = (true, true);
    }

    /// Begins a look at the database. Returns whether something has failed since the one before.
    pub(super) fn begin_look(&mut self) -> bool {
        std::mem::take(&mut self.has_failed)
    }

    /// Ends a look that succeeded. After a failure in the meantime, the next step looks again.
    pub(super) fn end_look(&mut self, is_held: bool) {
        self.is_held = is_held;
        self.is_suspect &= self.has_failed;
    }

    /// Other processes may have sent for all lanes.
    pub(super) fn lose_all(&mut self) {
        self.buckets.values_mut().for_each(|bucket| bucket.is_lost = true);
    }

    /// Forgets lanes that were not used for a while. Their permits have all returned. Those of a claim in progress are
    /// kept, because a new bucket would have no permits for a second.
    pub(super) fn forget_unused(&mut self, now: Monotonic) {
        let is_used = |bucket: &SharedBucket| {
            let mut bucket = bucket.lock();
            bucket.available(now, Duration::ZERO) < bucket.rate()
        };
        self.buckets.retain(|_, bucket| bucket.is_claiming() || is_used(bucket));
    }
}

#[cfg(test)]
mod tests {
    use outbound_reporting::ReportingChannel;

    use super::*;

    #[test]
    fn a_lane_is_kept_while_a_claim_of_it_is_in_progress() {
        let lane: LaneKey = ("A".parse().unwrap(), LaneId::new(ReportingChannel::Sms, "14155550170"));
        let at = |seconds: i64| Monotonic::from_micros(seconds * 1_000_000);
        let mut lanes = Lanes::default();
        lanes.reserve(&lane, Claim { rate: Some(9), ..Claim::default() }, 0, at(0));
        let permits = |lanes: &Lanes| lanes.permits(&lane, at(10)).ok().map(|permits| permits.count);
        let in_progress = lanes.permits(&lane, at(10)).ok();
        lanes.forget_unused(at(10));
        assert_eq!(permits(&lanes), Some(9));
        drop(in_progress);
        lanes.forget_unused(at(10));
        assert_eq!(permits(&lanes), Some(0));
    }
}
