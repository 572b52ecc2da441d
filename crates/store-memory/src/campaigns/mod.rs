//! The campaigns of all accounts.

mod changes;
mod reader;
mod transaction;

use std::collections::BTreeSet;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{
    CampaignReader, CampaignTransaction, Campaigns, Connection, ConsumerKey, InboundKey, Lane, LaneId,
    LaneLease, OptOut, OutboxEvents, SendingHold, StoreError, StoredRecipient,
};

use crate::MemoryStore;
use crate::missing::missing;
use crate::state::{CampaignRow, Sending, State};
use crate::table::Blocked;
use changes::lock_recipients;
use reader::Reader;
use transaction::Transaction;

pub(crate) fn limited(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn is_waiting(recipient: &StoredRecipient) -> bool {
    recipient.recipient.state().as_str() == "waiting"
}

/// The lanes of all accounts that are due and match, longest due first.
fn due(
    state: &State,
    now: Timestamp,
    matches: impl Fn(&AccountId, &Lane) -> bool,
    limit: u32,
) -> Vec<(AccountId, LaneId)> {
    let mut due: Vec<_> = state
        .accounts()
        .flat_map(|(account, rows)| rows.lanes.all_committed().map(move |(_, lane)| (account, lane)))
        .filter(|(_, lane)| lane.due_at.is_some_and(|due_at| due_at <= now))
        .filter(|(account, lane)| matches(account, lane))
        .collect();
    due.sort_by_key(|(_, lane)| lane.due_at);
    due.truncate(limited(limit));
    due.into_iter().map(|(account, lane)| (account.clone(), lane.id.clone())).collect()
}

/// Changes all lanes that match. Those that other transactions lock are skipped, or waited for.
fn change_lanes(
    state: &mut State,
    transaction: u64,
    matches: impl Fn(&Lane) -> bool,
    skips_locked: bool,
    change: impl Fn(&mut Lane),
) -> Result<(), Blocked> {
    for (_, rows) in state.accounts_mut() {
        let matching = rows.lanes.all_committed().filter(|(_, lane)| matches(lane));
        let matching = matching.filter(|(id, _)| !skips_locked || rows.lanes.is_free(transaction, id));
        let changed: Vec<Lane> = matching.map(|(_, lane)| lane.clone()).collect();
        changed.iter().try_for_each(|lane| rows.lanes.lock(transaction, &lane.id))?;
        for mut lane in changed {
            change(&mut lane);
            rows.lanes.set(transaction, lane.id.clone(), lane)?;
        }
    }
    Ok(())
}

fn set_sending(state: &mut State, number: u64, set: impl Fn(&mut Sending)) -> Result<(), Blocked> {
    let mut row = state.sending.committed(&()).copied().unwrap_or_default();
    set(&mut row);
    state.sending.set(number, (), row)
}

fn is_overdue(state: &State, before: Timestamp) -> bool {
    let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at < before);
    state.accounts().any(|(_, rows)| {
        rows.recipients.all_committed().any(|(_, recipient)| {
            let lane = rows.lanes.committed(&recipient.lane);
            let lane_is_due = lane.is_some_and(|lane| is_due(lane.due_at) && lane.paused_reason.is_none());
            lane_is_due && is_due(recipient.due_at) && is_waiting(recipient)
        })
    })
}

#[async_trait]
impl Campaigns for MemoryStore {
    fn read_campaigns(&self, account: &AccountId) -> Box<dyn CampaignReader> {
        Box::new(Reader { store: self.clone(), account: account.clone() })
    }

    async fn write_campaigns(&self, account: &AccountId) -> Result<Box<dyn CampaignTransaction>, StoreError> {
        if !self.lock().known.contains_key(account) {
            return Err(StoreError::UnknownAccount(account.clone()));
        }
        self.interference.before().await?;
        let (open, account) = (self.begin(), account.clone());
        Ok(Box::new(Transaction { open, account, has_failed: false }))
    }

    async fn lease_lanes(&self, lease: LaneLease<'_>, limit: u32) -> Result<(), StoreError> {
        let LaneLease { owner, now, until } = lease;
        let write = |state: &mut State, number: u64| {
            let is_leasable = |state: &State, (account, id): &(AccountId, LaneId)| {
                state.account(account).lanes.is_free(number, id)
            };
            let mut due = due(state, now, |_, lane| lane.lease_until <= now, u32::MAX);
            due.retain(|lane| is_leasable(state, lane));
            due.truncate(limited(limit));
            for (account, id) in due {
                let lanes = &mut state.account_mut(&account).lanes;
                if let Some(lane) = lanes.get(number, &id).cloned() {
                    let owner = Some(owner.to_owned());
                    lanes.set(number, id, Lane { owner, lease_until: until, ..lane })?;
                }
            }
            Ok(())
        };
        self.write(write).await
    }

    async fn renew_leases(&self, lease: LaneLease<'_>) -> Result<(), StoreError> {
        let LaneLease { owner, now, until } = lease;
        let is_leased = |lane: &Lane| lane.due_at.is_some() && lane.is_leased_to(owner, now);
        let renew = |lane: &mut Lane| lane.lease_until = until;
        self.write(|state, number| change_lanes(state, number, is_leased, true, renew)).await
    }

    async fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        let is_owned = |lane: &Lane| lane.due_at.is_some() && lane.owner.as_deref() == Some(owner);
        let release = |lane: &mut Lane| lane.lease_until = Timestamp::EPOCH;
        self.write(|state, number| change_lanes(state, number, is_owned, false, release)).await
    }

    async fn due_lanes(
        &self,
        owner: &str,
        now: Timestamp,
        except: &[AccountId],
        limit: u32,
    ) -> Result<Vec<(AccountId, LaneId)>, StoreError> {
        let is_leased =
            |account: &AccountId, lane: &Lane| lane.is_leased_to(owner, now) && !except.contains(account);
        self.read(|state| due(state, now, is_leased, limit)).await
    }

    async fn connection_of_callback(
        &self,
        callback_id: &str,
    ) -> Result<Option<(AccountId, Connection)>, StoreError> {
        let read = |state: &State| {
            state.accounts().find_map(|(account, rows)| {
                let mut connections = rows.connections.all_committed().map(|(_, connection)| connection);
                let found = connections.find(|connection| connection.callback_id == callback_id)?;
                Some((account.clone(), found.clone()))
            })
        };
        self.read(read).await
    }

    async fn account_with_events(&self, after: Option<&AccountId>) -> Result<Option<AccountId>, StoreError> {
        self.read(|state| {
            let accounts = state.events.all_committed().map(|(_, (account, _))| account);
            accounts.filter(|account| after.is_none_or(|after| *account > after)).min().cloned()
        })
        .await
    }

    async fn erase_campaign_consumer(
        &self,
        account: &AccountId,
        consumer: &ConsumerKey,
    ) -> Result<bool, StoreError> {
        let write = |state: &mut State, number: u64| {
            let rows = state.account_mut(account);
            let keys = rows.recipient_keys.all(number).filter(|(_, keys)| keys.contains(consumer));
            let with_key: BTreeSet<_> = keys.map(|(recipient, _)| recipient.clone()).collect();
            let is_consumer = |one: &StoredRecipient| {
                one.consumer == *consumer || with_key.contains(&(one.campaign.clone(), one.number))
            };
            let has_data = |one: &StoredRecipient| one.sealed.is_some() && is_consumer(one);
            let recipients = lock_recipients(rows, number, has_data, u32::MAX)?;
            rows.opt_outs.lock(number, consumer)?;
            rows.conversations.lock(number, consumer)?;
            let answers = rows.answers.all(number).filter(|(_, (answer, _))| answer.consumer == *consumer);
            let answers: Vec<String> = answers.map(|(key, _)| key.clone()).collect();
            answers.iter().try_for_each(|key| rows.answers.lock(number, key))?;
            for key in &answers {
                rows.answers.remove(number, key)?;
            }
            let has_others = !recipients.is_empty() || !answers.is_empty();
            let mut is_erased = rows.conversations.remove(number, consumer)? || has_others;
            let opt_out = rows.opt_outs.get(number, consumer).cloned();
            if let Some(opt_out) = opt_out.filter(|opt_out| !opt_out.sealed_address.is_empty()) {
                let erased = OptOut { sealed_address: Vec::new(), ..opt_out };
                rows.opt_outs.set(number, *consumer, erased)?;
                is_erased = true;
            }
            for recipient in recipients {
                let key = (recipient.campaign.clone(), recipient.number);
                rows.recipients.set(number, key, StoredRecipient { sealed: None, ..recipient })?;
            }
            Ok(is_erased)
        };
        self.write(write).await
    }

    async fn outbox_events(&self, account: &AccountId, limit: u32) -> Result<Vec<OutboxEvents>, StoreError> {
        let read = |state: &State| {
            let events = state.events.all_committed().filter(|(_, (of, _))| of == account);
            let event = |(number, (_, sealed)): (&i64, &(AccountId, Vec<u8>))| OutboxEvents {
                number: *number,
                sealed: sealed.clone(),
            };
            events.map(event).take(limited(limit)).collect()
        };
        self.read(read).await
    }

    async fn delete_outbox_events(&self, _: &AccountId, numbers: &[i64]) -> Result<(), StoreError> {
        let write = |state: &mut State, number: u64| {
            let mut numbers = numbers.iter();
            numbers.try_for_each(|event| state.events.remove(number, event).map(drop))
        };
        self.write(write).await
    }

    /// The change feed is missing.
    async fn account_with_changes(&self, _: Option<&AccountId>) -> Result<Option<AccountId>, StoreError> {
        Ok(None)
    }

    async fn publish_changes(&self, _: &AccountId, _: u32) -> Result<i64, StoreError> {
        missing()
    }

    async fn delete_conversations(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError> {
        let write = |state: &mut State, number: u64| {
            let conversations = &mut state.account_mut(account).conversations;
            let all = conversations.all(number);
            let old = all.filter(|(_, one)| one.last_message_at < before).map(|(key, _)| *key);
            let old: Vec<_> = old.collect();
            old.iter().try_for_each(|key| conversations.lock(number, key))?;
            old.iter().try_for_each(|key| conversations.remove(number, key).map(drop))
        };
        self.write(write).await
    }

    async fn delete_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let write = |state: &mut State, number: u64| {
            let rows = state.account_mut(account);
            let mut old: Vec<_> =
                rows.campaigns.all_committed().map(|(_, row)| row.campaign.clone()).collect();
            old.retain(|campaign| campaign.created_at < before);
            old.sort_by_key(|campaign| campaign.created_at);
            old.truncate(limited(limit));
            for campaign in &old {
                let id = &campaign.ids.proactive;
                for one in lock_recipients(rows, number, |one| one.campaign == *id, u32::MAX)? {
                    rows.recipient_keys.remove(number, &(id.clone(), one.number))?;
                    rows.recipients.remove(number, &(id.clone(), one.number))?;
                }
                rows.campaigns.remove(number, id)?;
            }
            Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
        };
        self.write(write).await
    }

    async fn forget_inbound(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError> {
        let write = |state: &mut State, number: u64| {
            let inbound = &mut state.account_mut(account).inbound;
            let old = inbound.all_committed().filter(|(_, at)| **at < before).map(|(key, _)| *key);
            let old: Vec<InboundKey> = old.collect();
            old.iter().try_for_each(|key| inbound.remove(number, key).map(drop))
        };
        self.write(write).await
    }

    async fn sending_hold(&self, overdue_before: Timestamp) -> Result<SendingHold, StoreError> {
        let read = |state: &State| {
            let Sending { seen_at, held_at } = state.sending.committed(&()).copied().unwrap_or_default();
            SendingHold { seen_at, held_at, is_overdue: is_overdue(state, overdue_before) }
        };
        self.read(read).await
    }

    async fn record_sending(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(|state, number| set_sending(state, number, |row| row.seen_at = row.seen_at.max(Some(now))))
            .await
    }

    async fn hold_sending(&self, since: Option<Timestamp>) -> Result<(), StoreError> {
        self.write(|state, number| set_sending(state, number, |row| row.held_at = since)).await
    }

    async fn purge_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let write = |state: &mut State, number: u64| {
            let rows = state.account_mut(account);
            let mut kept: Vec<CampaignRow> =
                rows.campaigns.all_committed().map(|(_, row)| row.clone()).collect();
            kept.retain(|row| !row.is_purged && row.campaign.created_at < before);
            kept.sort_by_key(|row| row.campaign.created_at);
            kept.truncate(limited(limit));
            for row in &kept {
                let id = &row.campaign.ids.proactive;
                let recipients = lock_recipients(rows, number, |one| one.campaign == *id, u32::MAX)?;
                rows.campaigns.lock(number, id)?;
                for recipient in recipients {
                    let key = (id.clone(), recipient.number);
                    rows.recipient_keys.remove(number, &key)?;
                    rows.recipients.set(number, key, StoredRecipient { sealed: None, ..recipient })?;
                }
                let purged = CampaignRow { request: None, is_purged: true, ..row.clone() };
                rows.campaigns.set(number, id.clone(), purged)?;
            }
            Ok(u64::try_from(kept.len()).unwrap_or(u64::MAX))
        };
        self.write(write).await
    }
}
