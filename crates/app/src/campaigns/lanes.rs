//! Lanes: shows them, and resumes those that stopped.

use outbound_model::AuditAction;
use outbound_store::{Lane, LaneId};
use serde_json::json;

use crate::campaigns::decide::Decided;
use crate::{App, AppError, Grant, LaunchCampaigns, ReadCampaigns};

impl App {
    /// The lanes of the account.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn lanes(&self, grant: &Grant<ReadCampaigns>) -> Result<Vec<Lane>, AppError> {
        Ok(self.store.read_campaigns(grant.account()).lanes().await?)
    }

    /// Resumes a lane that stopped because of its credentials or sender, or waits because of its provider. Does nothing if
    /// it sends. Returns `false` if there is no such lane.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn resume_lane(&self, grant: &Grant<LaunchCampaigns>, id: &LaneId) -> Result<bool, AppError> {
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        let now = self.clock.now();
        // While the lane is stopped, they wait until their campaigns expire.
        transaction.reschedule_lane(id, now).await?;
        let Some(mut lane) = transaction.lane(id).await? else { return Ok(false) };
        let is_blocked = lane.blocked_until.is_some_and(|until| until > now);
        let reason = lane.paused_reason.take();
        if reason.is_none() && !is_blocked {
            return Ok(true);
        }
        lane.blocked_until = None;
        lane.due_at = transaction.next_due(id).await?;
        transaction.save_lane(&lane).await?;
        let details = json!({ "reason": reason });
        transaction.audit(&self.audit_entry(grant, AuditAction::LaneResumed, id, &details)).await?;
        transaction.commit().await?;
        self.reschedule_again(grant.account(), &Decided::Lane(id)).await;
        self.campaign_work.notify_one();
        Ok(true)
    }
}
