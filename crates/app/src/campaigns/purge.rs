//! Deletes campaigns, and personal data of campaigns, that are no longer kept.

use outbound_model::AccountId;
use outbound_reporting::Window;

use super::KEPT_SECONDS;
use super::settings::MAX_HOURS;
use crate::{App, AppError};

/// How long messages of consumers are remembered. Providers repeat callbacks for 7 days at most (Meta).
const REMEMBERED_SECONDS: i64 = 8 * 24 * 60 * 60;

/// The number of campaigns of one commit. Those of the API have at most 100 recipients.
const BATCH: u32 = 100;

impl App {
    /// Deletes addresses, variables and stored responses of a batch of campaigns, and conversations that count as closed
    /// with any setting. Returns whether none are left.
    pub(crate) async fn purge_campaigns(&self, account: &AccountId) -> Result<bool, AppError> {
        let now = self.clock.now();
        let closed_before = now.plus_seconds(-i64::from(MAX_HOURS) * 60 * 60);
        self.store.delete_conversations(account, closed_before).await?;
        let before = now.plus_seconds(-KEPT_SECONDS);
        Ok(self.store.purge_campaigns(account, before, BATCH).await? < u64::from(BATCH))
    }

    /// Forgets which messages of consumers were received.
    pub(crate) async fn forget_inbound(&self, account: &AccountId) -> Result<(), AppError> {
        let before = self.clock.now().plus_seconds(-REMEMBERED_SECONDS);
        Ok(self.store.forget_inbound(account, before).await?)
    }

    /// Deletes a batch of campaigns that are older than the messages that reports keep. Returns whether none are left.
    pub(crate) async fn delete_old_campaigns(&self, account: &AccountId) -> Result<bool, AppError> {
        let before = Window::at(self.clock.now()).earliest();
        Ok(self.store.delete_campaigns(account, before, BATCH).await? < u64::from(BATCH))
    }
}
