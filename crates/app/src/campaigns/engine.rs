//! The engine: leases lanes, claims due recipients at the rate of their lanes, sends, and records outcomes.
//!
//! A step never sends more than the permits of a lane allow. The permits are taken after the commit of the claim, right
//! before the messages are sent, because the commit may take long.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use outbound_campaigns::LaneBucket;
use outbound_connectors::{Outcome, ProviderResponse, TransportFailure};
use outbound_model::{AccountId, Monotonic, Timestamp, random_uuid};
use outbound_store::{LaneId, LaneLease};

use super::claim::ClaimedMessage;
use super::marker::{NoMarker, SendingMarker};
use super::provider::outcome;
use crate::{App, AppError};

/// How long a lease is valid. If a process dies, others take over its lanes after at most this time.
const LEASE_SECONDS: i64 = 30;
/// Time between renewals of leases.
const RENEWAL_INTERVAL: Duration = Duration::from_secs(10);
/// Time between two leases of further lanes, which write to the database.
const LEASE_INTERVAL: Duration = Duration::from_millis(250);
/// The maximum number of lanes of one step.
const MAX_LANES: u32 = 256;
/// The maximum number of recipients of a claim.
const MAX_CLAIM: u32 = 200;
/// A claimed message is not sent later than this, because a process that was frozen (SIGSTOP, a paused virtual machine)
/// would exceed the rate, or send what another process has taken over.
const MAX_SEND_DELAY: Duration = Duration::from_secs(2);
/// After a process of this installation has sent nothing for this time, messages that were due before are not sent until
/// a person confirms it: the database may be a copy from a backup.
const HOLD_AFTER_SECONDS: i64 = 15 * 60;

/// The engine of one process.
pub struct CampaignEngine {
    app: App,
    owner: String,
    /// When this engine was created.
    started_at: Timestamp,
    /// The permits of leased lanes.
    buckets: HashMap<(AccountId, LaneId), LaneBucket>,
    renewed_at: Monotonic,
    leased_at: Monotonic,
    /// When a lane with waiting recipients has its next permit.
    next_permit: Option<Monotonic>,
    is_checked: bool,
    marker: Arc<dyn SendingMarker>,
    /// The newest time that the database had, as far as it is known.
    known_at: Option<Timestamp>,
}

impl CampaignEngine {
    /// An engine with a new identity.
    pub fn new(app: &App) -> Self {
        Self {
            owner: random_uuid(&*app.generator).to_string(),
            started_at: app.clock.now(),
            buckets: HashMap::new(),
            renewed_at: Monotonic::NEVER,
            leased_at: Monotonic::NEVER,
            next_permit: None,
            is_checked: false,
            marker: Arc::new(NoMarker),
            known_at: None,
            app: app.clone(),
        }
    }

    /// Remembers elsewhere when messages are sent.
    #[must_use]
    pub fn with_marker(self, marker: Arc<dyn SendingMarker>) -> Self {
        Self { marker, ..self }
    }

    /// How long the next step may wait so that no lane with waiting recipients is slower than its rate. `None` if there
    /// is no such lane.
    pub fn next_step(&self) -> Option<Duration> {
        self.next_permit.map(|next| next.since(self.app.clock.monotonic()))
    }

    /// Claims what may be sent now. The caller sends all of these messages at once.
    pub async fn step(&mut self) -> Result<Vec<ClaimedMessage>, AppError> {
        self.next_permit = None;
        if self.is_held().await? {
            return Ok(Vec::new());
        }
        self.maintain_leases().await?;
        let due = self.app.store.due_lanes(&self.owner, self.app.clock.now(), MAX_LANES).await?;
        let mut messages = Vec::new();
        for (account, lane) in due {
            match self.claim(&account, &lane).await {
                Ok(claimed) => messages.extend(claimed),
                // Other lanes continue.
                Err(error) => {
                    let (channel, error) = (lane.channel(), crate::error_chain(&error));
                    tracing::warn!(%account, %channel, error, "cannot claim recipients");
                }
            }
        }
        Ok(messages)
    }

    async fn claim(&mut self, account: &AccountId, lane: &LaneId) -> Result<Vec<ClaimedMessage>, AppError> {
        let key = (account.clone(), lane.clone());
        let monotonic = self.app.clock.monotonic();
        let permits = match self.buckets.get(&key) {
            // The first claim, which only reads the rate: a lane that was taken over has no permits for a second.
            None => 0,
            Some(bucket) => bucket.clone().take(MAX_CLAIM, monotonic),
        };
        if permits == 0 && self.buckets.contains_key(&key) {
            self.note_next_permit(&key, monotonic);
            return Ok(Vec::new());
        }
        let claim = self.app.claim_lane(account, lane, &self.owner, permits).await?;
        let Some(rate) = claim.rate else {
            self.buckets.remove(&key);
            return Ok(Vec::new());
        };
        let sent_at = self.app.clock.monotonic();
        let bucket = self.buckets.entry(key.clone()).or_insert_with(|| LaneBucket::taken_over(rate, sent_at));
        bucket.set_rate(rate);
        bucket.take(u32::try_from(claim.messages.len()).unwrap_or(u32::MAX), sent_at);
        if !claim.messages.is_empty() || permits == 0 {
            self.note_next_permit(&key, sent_at);
        }
        Ok(claim.messages)
    }

    fn note_next_permit(&mut self, lane: &(AccountId, LaneId), now: Monotonic) {
        let next = self.buckets.get(lane).map(|bucket| bucket.next_permit(now));
        self.next_permit = [self.next_permit, next].into_iter().flatten().min();
    }

    /// Whether nothing may be sent. Records that messages are sent otherwise.
    async fn is_held(&mut self) -> Result<bool, AppError> {
        let now = self.app.clock.now();
        let is_renewal = self.app.clock.monotonic().since(self.renewed_at) >= RENEWAL_INTERVAL;
        if self.is_checked && !is_renewal {
            return Ok(false);
        }
        let hold = self.app.store.sending_hold(self.started_at).await?;
        if hold.held_at.is_some() {
            return Ok(true);
        }
        if !self.is_checked {
            self.known_at = self.marker.read().await;
        }
        // Commits are missing that this process or an earlier one has made.
        let went_back = self.known_at.is_some_and(|known_at| hold.seen_at.is_none_or(|at| at < known_at));
        let is_old = hold.seen_at.is_some_and(|seen_at| seen_at.plus_seconds(HOLD_AFTER_SECONDS) < now);
        if (went_back || !self.is_checked && is_old) && hold.is_overdue {
            self.app.store.hold_sending(Some(now)).await?;
            tracing::warn!(
                "campaigns are held, because the database may be an old copy: confirm to continue"
            );
            return Ok(true);
        }
        self.is_checked = true;
        self.app.store.record_sending(now).await?;
        // Only after the commit, so that it is never newer than the database.
        self.marker.write(now).await;
        self.known_at = Some(now);
        Ok(false)
    }

    async fn maintain_leases(&mut self) -> Result<(), AppError> {
        let now = self.app.clock.now();
        let lease = LaneLease { owner: &self.owner, now, until: now.plus_seconds(LEASE_SECONDS) };
        let monotonic = self.app.clock.monotonic();
        if monotonic.since(self.renewed_at) >= RENEWAL_INTERVAL {
            self.app.store.renew_leases(lease).await?;
            self.renewed_at = monotonic;
            // Lanes that were not used for a while. Their permits have all returned.
            let used = |bucket: &LaneBucket| bucket.clone().take(u32::MAX, monotonic) < bucket.rate();
            self.buckets.retain(|_, bucket| used(bucket));
        }
        if monotonic.since(self.leased_at) >= LEASE_INTERVAL {
            self.app.store.lease_lanes(lease, MAX_LANES).await?;
            self.leased_at = monotonic;
        }
        Ok(())
    }

    /// Ends the leases, so that other processes continue at once.
    pub async fn stop(&self) -> Result<(), AppError> {
        Ok(self.app.store.release_lanes(&self.owner).await?)
    }
}

impl App {
    /// Sends a claimed message and returns what the provider did with it.
    pub async fn send_message(&self, message: &ClaimedMessage) -> Outcome {
        if self.clock.monotonic().since(message.claimed_at) > MAX_SEND_DELAY {
            return Outcome::without_response(message.provider, TransportFailure::NotSent);
        }
        let outcome = match self.provider_sender.send(&message.call).await {
            Ok(received) => {
                let retry_after = received.retry_after.as_deref();
                let response = ProviderResponse::new(received.status, retry_after, &received.body);
                outcome(message.provider, &message.transaction, response)
            }
            Err(failure) => Outcome::without_response(message.provider, failure),
        };
        self.message_counts.count(&outcome);
        outcome
    }

    /// Records the outcomes of messages, in one commit for each account.
    pub async fn settle_messages(&self, outcomes: Vec<(ClaimedMessage, Outcome)>) -> Result<(), AppError> {
        let mut by_account: HashMap<AccountId, Vec<_>> = HashMap::new();
        for (message, outcome) in outcomes {
            by_account.entry(message.account.clone()).or_default().push((message, outcome));
        }
        let accounts: HashSet<AccountId> = by_account.keys().cloned().collect();
        let mut failed = Ok(());
        for account in accounts {
            let of_account = by_account.remove(&account).unwrap_or_default();
            // Other accounts continue.
            if let Err(error) = self.settle(&account, &of_account).await {
                failed = Err(error);
            }
        }
        failed
    }

    /// Since when nothing is sent until a person confirms that the database is not an old copy.
    pub async fn sending_held_at(&self) -> Result<Option<Timestamp>, AppError> {
        Ok(self.store.sending_hold(self.clock.now()).await?.held_at)
    }

    /// Permits messages to be sent again. For operators, because the hold applies to the whole installation.
    pub async fn confirm_sending(&self) -> Result<(), AppError> {
        self.store.record_sending(self.clock.now()).await?;
        Ok(self.store.hold_sending(None).await?)
    }
}
