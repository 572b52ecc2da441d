//! Stops or blocks lanes, and pauses campaigns, because of the outcomes of messages.

use std::collections::BTreeMap;

use outbound_campaigns::{CampaignId, Control};
use outbound_model::{AccountId, ChangeKind, Timestamp};
use outbound_store::LaneId;

use super::feed::{AUTOMATIC, campaign_change};
use super::read_campaign;
use crate::{App, AppError};

/// What has to be done besides changing recipients, in commits of their own.
#[derive(Debug, Default)]
pub(super) struct FollowUps {
    /// Lanes that wait until a time.
    pub(super) blocked: BTreeMap<LaneId, Timestamp>,
    /// Lanes that stop until a person resumes them, with the reason.
    pub(super) stopped: BTreeMap<LaneId, String>,
    /// Campaigns that pause, with the reason.
    pub(super) paused: BTreeMap<CampaignId, String>,
}

impl FollowUps {
    /// Adds what follows from further outcomes.
    pub(super) fn add(&mut self, mut other: Self) {
        for (lane, until) in other.blocked {
            let blocked = self.blocked.entry(lane).or_insert(until);
            *blocked = until.max(*blocked);
        }
        self.stopped.append(&mut other.stopped);
        self.paused.append(&mut other.paused);
    }

    fn next_lane(&self) -> Option<LaneId> {
        self.blocked.keys().chain(self.stopped.keys()).next().cloned()
    }
}

impl App {
    /// Stops or blocks lanes, and pauses campaigns. Each in a commit of its own, because its rows are locked in
    /// another order. What is done is removed, so that another attempt after an error does not repeat it: a person may
    /// have resumed a lane since.
    pub(super) async fn follow_up(
        &self,
        account: &AccountId,
        follow_ups: &mut FollowUps,
    ) -> Result<(), AppError> {
        while let Some(id) = follow_ups.next_lane() {
            self.change_lane(account, &id, follow_ups).await?;
            follow_ups.blocked.remove(&id);
            follow_ups.stopped.remove(&id);
        }
        while let Some((id, reason)) = follow_ups.paused.first_key_value() {
            let id = id.clone();
            self.pause_automatically(account, &id, reason).await?;
            follow_ups.paused.remove(&id);
        }
        Ok(())
    }

    /// Stops or blocks a lane.
    async fn change_lane(
        &self,
        account: &AccountId,
        id: &LaneId,
        follow_ups: &FollowUps,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_campaigns(account).await?;
        let Some(mut lane) = transaction.lane(id).await? else { return Ok(()) };
        lane.blocked_until = lane.blocked_until.max(follow_ups.blocked.get(id).copied());
        if let Some(reason) = follow_ups.stopped.get(id) {
            tracing::warn!(%account, channel = %id.channel(), reason, "stopped a sender");
            lane.paused_reason = Some(reason.clone());
        }
        transaction.save_lane(&lane).await?;
        Ok(transaction.commit().await?)
    }

    async fn pause_automatically(
        &self,
        account: &AccountId,
        id: &CampaignId,
        reason: &str,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_campaigns(account).await?;
        let expires_at = read_campaign(&mut *transaction, id).await?.expires_at;
        transaction.reschedule(id, expires_at).await?;
        // Otherwise a person decided in between.
        if transaction.set_control(id, Control::Launched, Control::Paused, Some(reason)).await? {
            let by = (AUTOMATIC, self.clock.now());
            let change = campaign_change(ChangeKind::CampaignPaused, id, by, Some(reason));
            transaction.add_changes(&[change]).await?;
            transaction.commit().await?;
            tracing::warn!(%account, campaign = %id, reason, "paused a campaign");
        }
        Ok(())
    }
}
