//! Changes of several tables at once.

use std::collections::BTreeSet;

use outbound_campaigns::{CampaignId, Control, Recipient, RecipientCounts, RecipientState};
use outbound_model::AccountId;
use outbound_reporting::DAY;
use outbound_store::{
    AcceptedRequest, Campaign, CampaignAdded, DailyCount, NewCampaign, NewRecipient, RecipientChange,
    StoreError, StoredRecipient,
};

use super::limited;
use crate::state::{AccountState, CampaignRow, State};
use crate::table::Blocked;

/// The number of channels is not stored, so recipients are read with the maximum.
const MAX_CHANNELS: usize = 5;

/// Adds a campaign.
pub(super) fn add_campaign(
    state: &mut State,
    transaction: u64,
    account: &AccountId,
    new: &NewCampaign<'_>,
) -> Result<Result<CampaignAdded, StoreError>, Blocked> {
    let rows = state.account_mut(account);
    let campaign = new.campaign;
    if let Some(known) = known_request(rows, transaction, new) {
        return Ok(Ok(CampaignAdded::KnownRequest(known)));
    }
    let day = campaign.created_at.millis().div_euclid(DAY);
    let mut daily = Vec::new();
    for DailyCount { channel, count } in new.daily {
        let key = (*channel, day);
        rows.daily.lock(transaction, &key)?;
        let count = rows.daily.get(transaction, &key).copied().unwrap_or_default() + count;
        if count > new.daily_limit {
            return Ok(Ok(CampaignAdded::DailyLimit(*channel)));
        }
        daily.push((key, count));
    }
    let id = &campaign.ids.proactive;
    for recipient in new.recipients {
        rows.lanes.lock(transaction, &recipient.lane)?;
    }
    rows.campaigns.lock(transaction, id)?;
    let is_used = |id| rows.recipients.all(transaction).any(|(_, one)| one.transaction == id);
    let is_known = known_request(rows, transaction, new).is_some();
    if is_known
        || rows.campaigns.get(transaction, id).is_some()
        || new.recipients.iter().any(|one| is_used(one.transaction))
    {
        return Ok(Err(StoreError::Conflict));
    }
    for (key, count) in daily {
        rows.daily.set(transaction, key, count)?;
    }
    for (recipient, number) in new.recipients.iter().zip(0..) {
        if let Some(due_at) = recipient.due_at {
            rows.advance_lane(transaction, &recipient.lane, due_at)?;
        }
        if !recipient.other_consumers.is_empty() {
            let keys = [&[recipient.consumer], &*recipient.other_consumers].concat();
            rows.recipient_keys.set(transaction, (id.clone(), number), keys)?;
        }
        let stored = waiting(campaign, number, recipient);
        rows.recipients.set(transaction, (id.clone(), number), stored)?;
    }
    let counts = RecipientCounts::of(new.recipients.iter().map(|_| &RecipientState::Waiting));
    let request = new.request.as_ref().map(|(key, request)| ((*key).to_owned(), request.clone()));
    let campaign = Campaign { counts, failures: None, ..campaign.clone() };
    rows.campaigns.set(transaction, id.clone(), CampaignRow { campaign, request, is_purged: false })?;
    state.add_events(transaction, account, new.sealed_events)?;
    Ok(Ok(CampaignAdded::Added))
}

fn known_request(rows: &AccountState, transaction: u64, new: &NewCampaign<'_>) -> Option<AcceptedRequest> {
    let (key, _) = new.request.as_ref()?;
    let mut requests = rows.campaigns.all(transaction).filter_map(|(_, row)| row.request.as_ref());
    requests.find(|(known, _)| known == key).map(|(_, known)| known.clone())
}

fn waiting(campaign: &Campaign, number: u32, new: &NewRecipient) -> StoredRecipient {
    StoredRecipient {
        campaign: campaign.ids.proactive.clone(),
        number,
        transaction: new.transaction,
        recipient: Recipient::new(MAX_CHANNELS),
        lane: new.lane.clone(),
        due_at: new.due_at,
        changed_at: campaign.created_at,
        consumer: new.consumer,
        sealed: Some(new.sealed.clone()),
        provider_id: None,
        revision: 0,
    }
}

/// Saves recipients, makes their lanes due, and counts them.
pub(super) fn save_recipients(
    rows: &mut AccountState,
    transaction: u64,
    changes: &[RecipientChange],
) -> Result<Vec<CampaignId>, Blocked> {
    for RecipientChange { after, .. } in changes {
        rows.recipients.lock(transaction, &(after.campaign.clone(), after.number))?;
    }
    let advanced: BTreeSet<_> =
        changes.iter().filter(|one| one.after.due_at.is_some()).map(|one| &one.after.lane).collect();
    for lane in advanced {
        rows.lanes.lock(transaction, lane)?;
    }
    let is_counted = |change: &&RecipientChange| change.before != *change.after.recipient.state();
    let counted: BTreeSet<_> = changes.iter().filter(is_counted).map(|one| &one.after.campaign).collect();
    for campaign in &counted {
        rows.campaigns.lock(transaction, campaign)?;
    }
    let is_settled = |rows: &AccountState, campaign: &CampaignId| {
        let row = rows.campaigns.get(transaction, campaign);
        row.is_some_and(|row| row.campaign.counts.waiting + row.campaign.counts.in_flight == 0)
    };
    let running: Vec<_> = counted.into_iter().filter(|campaign| !is_settled(rows, campaign)).collect();
    changes.iter().try_for_each(|change| save_recipient(rows, transaction, change))?;
    let may_finish = |campaign: &&CampaignId| {
        let row = rows.campaigns.get(transaction, campaign);
        row.is_some_and(|row| matches!(row.campaign.control, Control::Launched | Control::Paused))
    };
    let finished = running.into_iter().filter(|campaign| is_settled(rows, campaign)).filter(may_finish);
    Ok(finished.cloned().collect())
}

fn save_recipient(
    rows: &mut AccountState,
    transaction: u64,
    RecipientChange { before, after }: &RecipientChange,
) -> Result<(), Blocked> {
    let key = (after.campaign.clone(), after.number);
    let Some(stored) = rows.recipients.get(transaction, &key) else { return Ok(()) };
    let recipient = &after.recipient;
    let (channel, retries) = (recipient.channel(), recipient.retries());
    let saved = StoredRecipient {
        recipient: Recipient::restore(recipient.state().clone(), channel, MAX_CHANNELS, retries),
        revision: stored.revision + 1,
        ..after.clone()
    };
    if let Some(due_at) = saved.due_at {
        rows.advance_lane(transaction, &saved.lane, due_at)?;
    }
    if let Some(mut row) = rows.campaigns.get(transaction, &after.campaign).cloned()
        && before != recipient.state()
    {
        row.campaign.counts.record(before, recipient.state());
        rows.campaigns.set(transaction, after.campaign.clone(), row)?;
    }
    rows.recipients.set(transaction, key, saved)
}

/// Locks up to `limit` recipients that match, in the order of their keys, and returns them.
pub(super) fn lock_recipients(
    rows: &mut AccountState,
    transaction: u64,
    matches: impl Fn(&StoredRecipient) -> bool,
    limit: u32,
) -> Result<Vec<StoredRecipient>, Blocked> {
    let mut found: Vec<_> = rows
        .recipients
        .all(transaction)
        .filter(|(_, one)| matches(one))
        .map(|(key, one)| (key.clone(), one.clone()))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.truncate(limited(limit));
    found.iter().try_for_each(|(key, _)| rows.recipients.lock(transaction, key))?;
    Ok(found.into_iter().map(|(_, one)| one).collect())
}
