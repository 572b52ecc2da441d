//! A transaction on one account's campaigns.

use std::collections::BTreeSet;

use async_trait::async_trait;
use outbound_campaigns::{CampaignId, Control, RecipientState};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::TransactionId;
use outbound_store::{
    AuditEntry, Campaign, CampaignAdded, CampaignTransaction, Connection, ConsumerKey, FailureStreak,
    InboundKey, Lane, LaneId, NewAnswer, NewCampaign, NewChange, OpenConversation, OptOut, PendingCommit,
    RecipientChange, StoreError, StoredRecipient,
};

use super::changes::{add_campaign, lock_recipients, save_recipients};
use super::{is_waiting, limited};
use crate::ended;
use crate::open::Open;
use crate::state::{AccountState, State};
use crate::table::Blocked;

/// Campaigns take turns by the numbers of their recipients: 0, up to 9, 99, 999, 9999, and all others.
fn turn(number: u32) -> u32 {
    number.checked_ilog10().map_or(0, |digits| (digits + 1).min(5))
}

/// Whether a connection of any account has this id in its URL of callbacks.
fn is_callback_used(state: &State, number: u64, callback_id: &str) -> bool {
    let mut accounts = state.accounts();
    accounts.any(|(_, rows)| rows.connections.all(number).any(|(_, known)| known.callback_id == callback_id))
}

pub(super) struct Transaction {
    pub(super) open: Open,
    pub(super) account: AccountId,
    /// Whether it cannot be committed.
    pub(super) has_failed: bool,
}

impl Transaction {
    async fn on<T>(
        &self,
        mut call: impl FnMut(&mut AccountState, u64) -> Result<T, Blocked>,
    ) -> Result<T, StoreError> {
        self.open.call(|state, number| call(state.account_mut(&self.account), number)).await
    }

    async fn change_campaign(
        &self,
        id: &CampaignId,
        change: impl Fn(&mut Campaign) -> bool,
    ) -> Result<bool, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let Some(mut row) = rows.campaigns.get(number, id).cloned() else { return Ok(false) };
            let is_changed = change(&mut row.campaign);
            if is_changed {
                rows.campaigns.set(number, id.clone(), row)?;
            }
            Ok(is_changed)
        };
        self.on(call).await
    }

    /// Makes waiting recipients due at `due_at`, and their lanes.
    async fn reschedule_waiting(
        &self,
        matches: impl Fn(&StoredRecipient) -> bool,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let waiting = lock_recipients(rows, number, |one| is_waiting(one) && matches(one), u32::MAX)?;
            let lanes: BTreeSet<_> = waiting.iter().map(|one| one.lane.clone()).collect();
            lanes.iter().try_for_each(|lane| rows.lanes.lock(number, lane))?;
            for one in waiting {
                rows.advance_lane(number, &one.lane, due_at)?;
                let key = (one.campaign.clone(), one.number);
                let revision = one.revision + 1;
                let due_at = Some(due_at);
                rows.recipients.set(number, key, StoredRecipient { due_at, revision, ..one })?;
            }
            Ok(())
        };
        self.on(call).await
    }
}

#[async_trait]
impl CampaignTransaction for Transaction {
    async fn add_campaign(&mut self, new: &NewCampaign<'_>) -> Result<CampaignAdded, StoreError> {
        let account = self.account.clone();
        let added = self.open.call(|state, number| add_campaign(state, number, &account, new)).await?;
        self.has_failed = !matches!(added, Ok(CampaignAdded::Added));
        added
    }

    async fn campaigns(&mut self, ids: &[&CampaignId]) -> Result<Vec<Campaign>, StoreError> {
        let ids: BTreeSet<_> = ids.iter().collect();
        let read = |rows: &mut AccountState, number: u64| {
            let found = ids.iter().filter_map(|id| rows.campaigns.get(number, id));
            Ok(found.map(|row| row.campaign.clone()).collect())
        };
        self.on(read).await
    }

    async fn set_control(
        &mut self,
        id: &CampaignId,
        before: Control,
        after: Control,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let change = |campaign: &mut Campaign| {
            if campaign.control != before {
                return false;
            }
            campaign.control = after;
            campaign.reason = reason.map(str::to_owned);
            true
        };
        self.change_campaign(id, change).await
    }

    async fn set_failures(
        &mut self,
        id: &CampaignId,
        failures: Option<&FailureStreak>,
    ) -> Result<(), StoreError> {
        let change = |campaign: &mut Campaign| {
            campaign.failures = failures.cloned();
            true
        };
        self.change_campaign(id, change).await.map(drop)
    }

    async fn reschedule(&mut self, id: &CampaignId, due_at: Timestamp) -> Result<(), StoreError> {
        self.reschedule_waiting(|one| one.campaign == *id, due_at).await
    }

    async fn reschedule_lane(&mut self, id: &LaneId, due_at: Timestamp) -> Result<(), StoreError> {
        let is_later = |one: &StoredRecipient| one.due_at.is_some_and(|at| at > due_at);
        self.reschedule_waiting(|one| one.lane == *id && is_later(one), due_at).await
    }

    async fn lane(&mut self, id: &LaneId) -> Result<Option<Lane>, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            if rows.lanes.get(number, id).is_some() {
                rows.lanes.lock(number, id)?;
            }
            Ok(rows.lanes.get(number, id).cloned())
        };
        self.on(call).await
    }

    async fn save_lane(&mut self, lane: &Lane) -> Result<(), StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            rows.lanes.lock(number, &lane.id)?;
            let Some(Lane { owner, lease_until, .. }) = rows.lanes.get(number, &lane.id).cloned() else {
                return Ok(());
            };
            rows.lanes.set(number, lane.id.clone(), Lane { owner, lease_until, ..lane.clone() })
        };
        self.on(call).await
    }

    async fn next_due(&mut self, lane: &LaneId) -> Result<Option<Timestamp>, StoreError> {
        let read = |rows: &mut AccountState, number: u64| {
            let of_lane = rows.recipients.all(number).filter(|(_, one)| one.lane == *lane);
            let answers = rows.answers.all(number).map(|(_, answer)| answer);
            let answers = answers.filter(|(answer, is_taken)| answer.lane == *lane && !is_taken);
            let recipients = of_lane.filter_map(|(_, one)| one.due_at);
            Ok(recipients.chain(answers.map(|(answer, _)| answer.at)).min())
        };
        self.on(read).await
    }

    async fn due_recipients(
        &mut self,
        lane: &LaneId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let all = rows.recipients.all(number);
            let due =
                all.filter(|(_, one)| one.due_at.is_some_and(|due_at| due_at <= now) && one.lane == *lane);
            // Locked ones are skipped.
            let mut due: Vec<_> = due
                .filter(|(key, _)| rows.recipients.is_free(number, key))
                .map(|(key, one)| ((turn(one.number), one.due_at), key.clone(), one.clone()))
                .collect();
            due.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
            due.truncate(limited(limit));
            due.iter().try_for_each(|(_, key, _)| rows.recipients.lock(number, key))?;
            Ok(due.into_iter().map(|(_, _, one)| one).collect())
        };
        self.on(call).await
    }

    async fn recipients_of(
        &mut self,
        transactions: &[TransactionId],
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let mut found = Vec::new();
        for id in transactions.iter().collect::<BTreeSet<_>>() {
            let is_of = |one: &StoredRecipient| one.transaction == *id;
            found.extend(self.on(|rows, number| lock_recipients(rows, number, is_of, u32::MAX)).await?);
        }
        Ok(found)
    }

    async fn retryable_recipients(
        &mut self,
        id: &CampaignId,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let is_failed = |one: &StoredRecipient| matches!(one.recipient.state(), RecipientState::Failed(_));
        let is_retryable =
            |one: &StoredRecipient| one.campaign == *id && is_failed(one) && one.sealed.is_some();
        self.on(|rows, number| lock_recipients(rows, number, is_retryable, limit)).await
    }

    async fn recipient(
        &mut self,
        id: &CampaignId,
        recipient: u32,
    ) -> Result<Option<StoredRecipient>, StoreError> {
        let is_it = |one: &StoredRecipient| one.campaign == *id && one.number == recipient;
        Ok(self.on(|rows, number| lock_recipients(rows, number, is_it, 1)).await?.pop())
    }

    async fn save_recipients(&mut self, changes: &[RecipientChange]) -> Result<Vec<CampaignId>, StoreError> {
        self.on(|rows, number| save_recipients(rows, number, changes)).await
    }

    async fn add_answer(&mut self, answer: &NewAnswer) -> Result<(), StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            rows.answers.lock(number, &answer.key)?;
            if rows.answers.get(number, &answer.key).is_some() {
                return Ok(());
            }
            rows.advance_lane(number, &answer.lane, answer.at)?;
            rows.answers.set(number, answer.key.clone(), (answer.clone(), false))
        };
        self.on(call).await
    }

    async fn take_answers(
        &mut self,
        lane: &LaneId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let all = rows.answers.all(number).map(|(_, answer)| answer);
            let mut waiting: Vec<_> = all
                .filter(|(one, is_taken)| one.lane == *lane && !is_taken)
                .map(|(one, _)| one.clone())
                .collect();
            waiting.sort_by_key(|answer| answer.at);
            waiting.truncate(limited(limit));
            waiting.iter().try_for_each(|answer| rows.answers.lock(number, &answer.key))?;
            let mut taken = Vec::new();
            for answer in waiting {
                taken.push((answer.at, answer.sealed.clone()));
                rows.answers.set(number, answer.key.clone(), (answer, true))?;
            }
            Ok(taken)
        };
        self.on(call).await
    }

    /// The change feed is missing.
    async fn add_changes(&mut self, _: &[NewChange]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn opted_out(&mut self, consumers: &[ConsumerKey]) -> Result<Vec<ConsumerKey>, StoreError> {
        let read = |rows: &mut AccountState, number: u64| {
            let found = consumers.iter().filter(|key| rows.opt_outs.get(number, key).is_some());
            Ok(found.copied().collect())
        };
        self.on(read).await
    }

    async fn add_inbound(&mut self, message: &InboundKey, at: Timestamp) -> Result<bool, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            rows.inbound.lock(number, message)?;
            if rows.inbound.get(number, message).is_some() {
                return Ok(false);
            }
            rows.inbound.set(number, *message, at)?;
            Ok(true)
        };
        self.on(call).await
    }

    async fn add_opt_out(&mut self, opt_out: &OptOut) -> Result<bool, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let key = opt_out.consumer;
            let Some(known) = rows.opt_outs.get(number, &key).cloned() else {
                rows.opt_outs.set(number, key, opt_out.clone())?;
                return Ok(true);
            };
            if known.sealed_address.is_empty() && !opt_out.sealed_address.is_empty() {
                let sealed_address = opt_out.sealed_address.clone();
                rows.opt_outs.set(number, key, OptOut { sealed_address, ..known })?;
            }
            Ok(false)
        };
        self.on(call).await
    }

    async fn remove_opt_out(&mut self, consumer: &ConsumerKey) -> Result<bool, StoreError> {
        self.on(|rows, number| rows.opt_outs.remove(number, consumer)).await
    }

    async fn conversations(
        &mut self,
        consumers: &[ConsumerKey],
    ) -> Result<Vec<OpenConversation>, StoreError> {
        let read = |rows: &mut AccountState, number: u64| {
            Ok(consumers.iter().filter_map(|key| rows.conversations.get(number, key).cloned()).collect())
        };
        self.on(read).await
    }

    async fn save_conversation(&mut self, conversation: &OpenConversation) -> Result<(), StoreError> {
        let key = conversation.consumer;
        self.on(|rows, number| rows.conversations.set(number, key, conversation.clone())).await
    }

    async fn close_conversation(&mut self, conversation: &OpenConversation) -> Result<bool, StoreError> {
        let call = |rows: &mut AccountState, number: u64| {
            let stored = rows.conversations.get(number, &conversation.consumer);
            if stored.is_some_and(|one| one.conversation_id == conversation.conversation_id) {
                return rows.conversations.remove(number, &conversation.consumer);
            }
            Ok(false)
        };
        self.on(call).await
    }

    async fn add_connection(&mut self, connection: &Connection, limit: u32) -> Result<bool, StoreError> {
        let account = self.account.clone();
        let call = |state: &mut State, number: u64| {
            let rows = state.account_mut(&account);
            rows.connections_lock.lock(number, &())?;
            if rows.connections.all(number).count() >= limited(limit) {
                return Ok(Ok(false));
            }
            if is_callback_used(state, number, &connection.callback_id) {
                return Ok(Err(StoreError::Conflict));
            }
            let rows = state.account_mut(&account);
            rows.connections.set(number, connection.id.clone(), connection.clone())?;
            Ok(Ok(true))
        };
        self.open.call(call).await?
    }

    async fn set_callback_id(&mut self, id: &str, callback_id: &str) -> Result<bool, StoreError> {
        let account = self.account.clone();
        let call = |state: &mut State, number: u64| {
            let known = state.account_mut(&account).connections.get(number, &id.to_owned()).cloned();
            let Some(known) = known else { return Ok(Ok(false)) };
            if is_callback_used(state, number, callback_id) {
                return Ok(Err(StoreError::Conflict));
            }
            let changed = Connection { callback_id: callback_id.to_owned(), ..known };
            state.account_mut(&account).connections.set(number, id.to_owned(), changed)?;
            Ok(Ok(true))
        };
        self.open.call(call).await?
    }

    async fn delete_connection(&mut self, id: &str) -> Result<bool, StoreError> {
        self.on(|rows, number| rows.connections.remove(number, &id.to_owned())).await
    }

    async fn add_events(&mut self, sealed: &[u8]) -> Result<(), StoreError> {
        let account = self.account.clone();
        self.open.call(|state, number| state.add_events(number, &account, sealed)).await
    }

    async fn lock_settings(self: Box<Self>) -> Result<(Option<String>, Box<dyn PendingCommit>), StoreError> {
        let settings = self.on(|_, _| Ok(Some("{}".to_owned()))).await?;
        let pending: Box<dyn PendingCommit> = self;
        Ok((settings, pending))
    }

    async fn audit(&mut self, _: &AuditEntry) -> Result<(), StoreError> {
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.open.store.interference.before().await?;
        if self.has_failed {
            return Err(ended());
        }
        self.open.commit().await
    }
}

#[async_trait]
impl PendingCommit for Transaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        CampaignTransaction::commit(self).await
    }
}
