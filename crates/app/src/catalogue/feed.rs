//! The change feed: the changes of an account's handoffs, in order and without gaps.

use outbound_model::AccountId;
use outbound_store::FeedEntry;

use crate::{App, AppError, Grant, ReadDrafts};

/// Maximum changes returned by [`ChangeFollower::next`].
const BATCH_SIZE: u32 = 100;

/// Follows the change feed of an account; created by [`App::follow_handoff_changes`].
pub struct ChangeFollower {
    app: App,
    account: AccountId,
    /// The number of the last returned change.
    position: i64,
    /// The account's revision at which there was no further change.
    seen: i64,
}

impl App {
    /// Up to `count` changes of handoffs with numbers above `since`, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn handoff_changes(
        &self,
        grant: &Grant<ReadDrafts>,
        since: i64,
        count: u32,
    ) -> Result<Vec<FeedEntry>, AppError> {
        let reader = self.store.read_catalogue(grant.account());
        let changes = reader.handoff_changes(since, count).await?;
        if changes.is_empty() {
            self.require_account(grant.account()).await?;
        }
        Ok(changes)
    }

    /// Follows the feed after number `since`. The grant is checked only once, so callers that follow for a long time
    /// must authorize again from time to time.
    pub fn follow_handoff_changes(&self, grant: &Grant<ReadDrafts>, since: i64) -> ChangeFollower {
        ChangeFollower { app: self.clone(), account: grant.account().clone(), position: since, seen: -1 }
    }
}

impl ChangeFollower {
    /// Waits for the next changes. Returns changes of this node, and those it is notified of, at once; others within
    /// a second. Cancel safe: no change is skipped.
    pub async fn next(&mut self) -> Result<Vec<FeedEntry>, AppError> {
        loop {
            // Before the changes are read, so that a later change has a higher revision.
            let revision = self.app.current_revision(&self.account).await?.revision;
            if revision > self.seen {
                let reader = self.app.store.read_catalogue(&self.account);
                let changes = reader.handoff_changes(self.position, BATCH_SIZE).await?;
                if let Some(last) = changes.last() {
                    self.position = last.sequence;
                    return Ok(changes);
                }
                self.seen = revision;
            }
            self.app.revisions.wait_for_change(&self.account, self.seen).await;
        }
    }
}
