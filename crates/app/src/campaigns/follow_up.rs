//! Stops or blocks lanes, and pauses campaigns, because of the outcomes of messages.

use std::collections::{BTreeMap, BTreeSet};

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

impl App {
    /// Stops or blocks lanes, and pauses campaigns. Each in a commit of its own, because its rows are locked in
    /// another order.
    pub(super) async fn follow_up(&self, account: &AccountId, follow_ups: FollowUps) -> Result<(), AppError> {
        let FollowUps { blocked, stopped, paused } = follow_ups;
        let lanes: BTreeSet<_> = blocked.keys().chain(stopped.keys()).collect();
        for id in lanes {
            let mut transaction = self.store.write_campaigns(account).await?;
            let Some(mut lane) = transaction.lane(id).await? else { continue };
            if let Some(until) = blocked.get(id) {
                lane.blocked_until = lane.blocked_until.max(Some(*until));
            }
            if let Some(reason) = stopped.get(id) {
                tracing::warn!(%account, channel = %id.channel(), reason, "stopped a sender");
                lane.paused_reason = Some(reason.clone());
            }
            transaction.save_lane(&lane).await?;
            transaction.commit().await?;
        }
        for (campaign, reason) in paused {
            self.pause_automatically(account, &campaign, &reason).await?;
        }
        Ok(())
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
