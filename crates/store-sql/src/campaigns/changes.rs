//! What changed recipients change elsewhere: the counts of their campaigns, and the due times of their lanes.

use std::collections::BTreeMap;

use outbound_campaigns::RecipientState;
use outbound_model::Timestamp;
use outbound_store::{LaneId, RecipientChange};

use crate::engine::Arg;

/// Numbers to add to the counts of a campaign, in the order of the statement.
#[derive(Clone, Copy, Default)]
pub(super) struct CountDifference([i64; 7]);

impl CountDifference {
    /// The differences by campaign, in the order in which campaigns are locked.
    pub(super) fn of(changes: &[RecipientChange]) -> BTreeMap<&str, Self> {
        let mut differences: BTreeMap<&str, Self> = BTreeMap::new();
        for change in changes {
            let difference = differences.entry(change.after.campaign.as_str()).or_default();
            *difference.count(&change.before) -= 1;
            *difference.count(change.after.recipient.state()) += 1;
        }
        differences
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0 == [0; 7]
    }

    pub(super) fn args<'a>(&self, campaign: &'a str) -> Vec<Arg<'a>> {
        std::iter::once(campaign.into()).chain(self.0.map(Arg::Int)).collect()
    }

    fn count(&mut self, state: &RecipientState) -> &mut i64 {
        let [waiting, in_flight, sent, failed, skipped, cancelled, unknown] = &mut self.0;
        match state {
            RecipientState::Waiting => waiting,
            RecipientState::InFlight => in_flight,
            RecipientState::Sent => sent,
            RecipientState::Failed(_) => failed,
            RecipientState::Skipped => skipped,
            RecipientState::Cancelled(_) => cancelled,
            RecipientState::Unknown => unknown,
        }
    }
}

/// The lanes of changed recipients, with the times at which they have to be due.
pub(super) fn advances(changes: &[RecipientChange]) -> BTreeMap<LaneId, Timestamp> {
    earliest(changes.iter().map(|change| (&change.after.lane, change.after.due_at)))
}

/// The earliest time of each lane.
pub(super) fn earliest<'l>(
    recipients: impl Iterator<Item = (&'l LaneId, Option<Timestamp>)>,
) -> BTreeMap<LaneId, Timestamp> {
    let mut lanes: BTreeMap<LaneId, Timestamp> = BTreeMap::new();
    for (lane, due_at) in recipients {
        let Some(due_at) = due_at else { continue };
        let known = lanes.entry(lane.clone()).or_insert(due_at);
        *known = due_at.min(*known);
    }
    lanes
}
