//! The feed of changes: what happened to an account's handoffs, in order and without a gap.

use outbound_model::AccountId;
use outbound_store::HandoffChange;

use crate::{App, AppError, Grant, ReadDrafts};

/// So many changes are read at a time for whoever follows.
const CHANGES_AT_ONCE: u32 = 100;

/// Somebody who reads the feed as it grows; made by [`App::follow_handoff_changes`].
pub struct ChangeFollower {
    app: App,
    account: AccountId,
    /// The number of the last change that was given out.
    position: i64,
    /// The account's revision at which there was nothing behind that.
    seen: i64,
}

impl App {
    /// Up to `count` changes of handoffs with numbers above `since`, the oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn handoff_changes(
        &self,
        grant: &Grant<ReadDrafts>,
        since: i64,
        count: u32,
    ) -> Result<Vec<HandoffChange>, AppError> {
        let reader = self.store.read_catalogue(grant.account());
        let changes = reader.handoff_changes(since, count).await?;
        if changes.is_empty() {
            self.known(grant.account()).await?;
        }
        Ok(changes)
    }

    /// Follows the feed behind number `since`. The grant is looked at once: whoever follows for long
    /// asks for it again meanwhile.
    pub fn follow_handoff_changes(&self, grant: &Grant<ReadDrafts>, since: i64) -> ChangeFollower {
        ChangeFollower { app: self.clone(), account: grant.account().clone(), position: since, seen: -1 }
    }
}

impl ChangeFollower {
    /// The next changes; waits until there are any. Of what this node writes, or hears of, at once; of
    /// what others write, within a second. Dropped before it is ready, it has skipped nothing.
    pub async fn next(&mut self) -> Result<Vec<HandoffChange>, AppError> {
        loop {
            // Known before the changes are read, so that a later one has a later revision.
            let revision = self.app.current_revision(&self.account).await?.revision;
            if revision > self.seen {
                let reader = self.app.store.read_catalogue(&self.account);
                let changes = reader.handoff_changes(self.position, CHANGES_AT_ONCE).await?;
                if let Some(last) = changes.last() {
                    self.position = last.sequence;
                    return Ok(changes);
                }
                self.seen = revision;
            }
            self.app.revisions.moved(&self.account, self.seen).await;
        }
    }
}
