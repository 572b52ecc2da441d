//! What changed recipients change elsewhere: the counts of their campaigns, the due times of their lanes, and the change
//! feed.

use std::collections::BTreeMap;

use outbound_campaigns::{CampaignId, Control, RecipientState};
use outbound_model::Timestamp;
use outbound_store::{LaneId, NewChange, RecipientChange, StoreError};

use super::statements as sql;
use crate::args::Arg;
use crate::bulk_insert::BulkInsert;
use crate::rows::parse_stored;
use crate::transaction::SqlTransaction;

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

    /// Whether recipients have ceased to wait or to be in flight.
    pub(super) fn is_settled(&self) -> bool {
        let [waiting, in_flight, ..] = self.0;
        waiting + in_flight < 0
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
            RecipientState::Skipped(_) => skipped,
            RecipientState::Cancelled(_) => cancelled,
            RecipientState::Unknown => unknown,
        }
    }
}

/// Rows for changes that the change feed does not have yet. `details` are those of the changes as JSON.
pub(super) fn new_changes<'a>(changes: &'a [NewChange], details: &'a [String]) -> BulkInsert<'a> {
    BulkInsert::new("new_changes", changes.len())
        .int("at", changes.iter().map(|change| change.at.millis()))
        .text("actor", changes.iter().map(|change| &*change.by))
        .text("kind", changes.iter().map(|change| change.kind.as_str()))
        .optional_text("event_key", changes.iter().map(|change| change.key.as_deref()))
        .text("details", details.iter().map(String::as_str))
}

impl SqlTransaction {
    /// Updates the counts of campaigns, and returns those that have finished.
    pub(super) async fn add_counts(
        &mut self,
        changes: &[RecipientChange],
    ) -> Result<Vec<CampaignId>, StoreError> {
        let mut finished = Vec::new();
        for (campaign, difference) in CountDifference::of(changes) {
            if difference.is_zero() {
                continue;
            }
            let counted: Option<(i64, String)> =
                self.optional(sql::ADD_COUNTS, &difference.args(campaign)).await?;
            if let Some((0, control)) = counted
                && difference.is_settled()
                && matches!(Control::from_name(&control), Some(Control::Launched | Control::Paused))
            {
                finished.push(parse_stored(campaign)?);
            }
        }
        Ok(finished)
    }

    pub(super) async fn insert_changes(&mut self, changes: &[NewChange]) -> Result<(), StoreError> {
        let details = changes.iter().map(|change| serde_json::to_string(&change.details));
        let details: Vec<_> =
            details.collect::<Result<_, _>>().map_err(|error| StoreError::Engine(error.into()))?;
        if changes.is_empty() { Ok(()) } else { self.insert(&[new_changes(changes, &details)]).await }
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
