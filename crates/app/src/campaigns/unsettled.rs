//! Outcomes of messages that have to be recorded, with what follows from them.

use outbound_connectors::Outcome;
use outbound_model::AccountId;

use super::claim::ClaimedMessage;
use super::follow_up::FollowUps;
use crate::{App, AppError};

/// Outcomes of an account that are not recorded yet, and what has to follow from those that may be.
pub(super) struct Unsettled {
    pub(super) account: AccountId,
    outcomes: Vec<(ClaimedMessage, Outcome)>,
    follow_ups: FollowUps,
}

impl Unsettled {
    pub(super) fn new(account: AccountId, outcomes: Vec<(ClaimedMessage, Outcome)>) -> Self {
        Self { account, outcomes, follow_ups: FollowUps::default() }
    }

    /// Records the outcomes in one commit, then stops or blocks lanes and pauses campaigns. After an error, another call
    /// does what is left. Outcomes that were recorded although the commit failed change nothing the second time.
    pub(super) async fn settle(&mut self, app: &App) -> Result<(), AppError> {
        if !self.outcomes.is_empty() {
            app.settle(&self.account, &self.outcomes, &mut self.follow_ups).await?;
            self.outcomes.clear();
        }
        app.follow_up(&self.account, &mut self.follow_ups).await
    }
}
