//! All data.

use std::collections::BTreeMap;

use outbound_campaigns::CampaignId;
use outbound_model::{AccountId, Handoff, HandoffId, Timestamp};
use outbound_reporting::{ReportingChannel, Transaction, TransactionId};
use outbound_store::{
    AcceptedRequest, Account, Campaign, Connection, ConsumerKey, InboundKey, Lane, LaneId, NewAnswer,
    OpenConversation, OptOut, StoredRecipient,
};

use crate::table::{Blocked, Table};

/// A campaign with what is stored beside it.
#[derive(Clone)]
pub(crate) struct CampaignRow {
    pub(crate) campaign: Campaign,
    pub(crate) request: Option<(String, AcceptedRequest)>,
    pub(crate) is_purged: bool,
}

/// A message in reports.
pub(crate) struct ReportedMessage {
    pub(crate) transaction: Transaction,
    pub(crate) consumer: Option<i64>,
}

/// The data of an account.
#[derive(Default)]
pub(crate) struct AccountState {
    pub(crate) campaigns: Table<CampaignId, CampaignRow>,
    pub(crate) recipients: Table<(CampaignId, u32), StoredRecipient>,
    /// The consumer keys of recipients with several addresses.
    pub(crate) recipient_keys: Table<(CampaignId, u32), Vec<ConsumerKey>>,
    pub(crate) lanes: Table<LaneId, Lane>,
    /// By channel and day.
    pub(crate) daily: Table<(ReportingChannel, i64), u32>,
    pub(crate) opt_outs: Table<ConsumerKey, OptOut>,
    /// By their keys. Answers that were taken have no content.
    pub(crate) answers: Table<String, (NewAnswer, bool)>,
    /// When messages of consumers were received.
    pub(crate) inbound: Table<InboundKey, Timestamp>,
    pub(crate) conversations: Table<ConsumerKey, OpenConversation>,
    pub(crate) connections: Table<String, Connection>,
    /// The lock with which connections are added one after the other.
    pub(crate) connections_lock: Table<(), ()>,
    pub(crate) messages: BTreeMap<TransactionId, ReportedMessage>,
    /// The numbers of consumers in reports.
    pub(crate) consumers: BTreeMap<ConsumerKey, i64>,
    pub(crate) handoffs: BTreeMap<HandoffId, Handoff>,
}

/// The row about sending of the installation.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sending {
    pub(crate) seen_at: Option<Timestamp>,
    pub(crate) held_at: Option<Timestamp>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) known: BTreeMap<AccountId, Account>,
    /// Also of unknown accounts, so that they read as empty.
    accounts: BTreeMap<AccountId, AccountState>,
    /// Events that reporting does not have yet, by number.
    pub(crate) events: Table<i64, (AccountId, Vec<u8>)>,
    /// The number of the newest event. Numbers of dropped transactions are not used again.
    last_event: i64,
    pub(crate) sending: Table<(), Sending>,
    /// The open transactions with their processes.
    open: BTreeMap<u64, u64>,
    last_transaction: u64,
    /// Which transaction waits for which other one.
    waits: BTreeMap<u64, u64>,
    empty: AccountState,
}

impl State {
    /// Opens a transaction.
    pub(crate) fn begin(&mut self, process: u64) -> u64 {
        self.last_transaction += 1;
        self.open.insert(self.last_transaction, process);
        self.last_transaction
    }

    pub(crate) fn is_open(&self, transaction: u64) -> bool {
        self.open.contains_key(&transaction)
    }

    /// The open transactions of a process.
    pub(crate) fn open_in(&self, process: u64) -> Vec<u64> {
        self.open.iter().filter(|(_, of)| **of == process).map(|(transaction, _)| *transaction).collect()
    }

    /// Notes that a transaction waits for another one. Returns whether it would wait for itself.
    pub(crate) fn wait(&mut self, transaction: u64, by: u64) -> bool {
        self.waits.insert(transaction, by);
        let mut next = by;
        while let Some(by) = self.waits.get(&next) {
            if *by == transaction {
                return true;
            }
            next = *by;
        }
        next == transaction
    }

    pub(crate) fn proceed(&mut self, transaction: u64) {
        self.waits.remove(&transaction);
    }

    /// Ends a transaction, if it is open.
    pub(crate) fn end(&mut self, transaction: u64, is_commit: bool) {
        self.waits.remove(&transaction);
        if self.open.remove(&transaction).is_some() {
            self.events.end(transaction, is_commit);
            self.sending.end(transaction, is_commit);
            for account in self.accounts.values_mut() {
                account.end(transaction, is_commit);
            }
        }
    }

    pub(crate) fn account(&self, id: &AccountId) -> &AccountState {
        self.accounts.get(id).unwrap_or(&self.empty)
    }

    pub(crate) fn account_mut(&mut self, id: &AccountId) -> &mut AccountState {
        if !self.accounts.contains_key(id) {
            self.accounts.insert(id.clone(), AccountState::default());
        }
        self.accounts.get_mut(id).unwrap_or(&mut self.empty)
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&AccountId, &AccountState)> {
        self.accounts.iter()
    }

    pub(crate) fn accounts_mut(&mut self) -> impl Iterator<Item = (&AccountId, &mut AccountState)> {
        self.accounts.iter_mut()
    }

    pub(crate) fn add_events(
        &mut self,
        transaction: u64,
        account: &AccountId,
        sealed: &[u8],
    ) -> Result<(), Blocked> {
        self.last_event += 1;
        self.events.set(transaction, self.last_event, (account.clone(), sealed.to_vec()))
    }
}

impl AccountState {
    /// Ends a transaction.
    fn end(&mut self, transaction: u64, is_commit: bool) {
        macro_rules! end {
            ($($table:ident)+) => { $(self.$table.end(transaction, is_commit);)+ };
        }
        end!(campaigns recipients recipient_keys lanes daily opt_outs answers inbound conversations);
        end!(connections connections_lock);
    }

    /// Makes a lane due at a time at the latest. Adds it if it is new. Locks it in any case.
    pub(crate) fn advance_lane(
        &mut self,
        transaction: u64,
        id: &LaneId,
        due_at: Timestamp,
    ) -> Result<(), Blocked> {
        self.lanes.lock(transaction, id)?;
        let known = self.lanes.get(transaction, id);
        if known.and_then(|lane| lane.due_at).is_some_and(|known| known <= due_at) {
            return Ok(());
        }
        let new = Lane {
            id: id.clone(),
            rate: Lane::DEFAULT_RATE,
            due_at: None,
            blocked_until: None,
            paused_reason: None,
            owner: None,
            lease_until: Timestamp::EPOCH,
            claims: 0,
        };
        let lane = known.cloned().unwrap_or(new);
        self.lanes.set(transaction, id.clone(), Lane { due_at: Some(due_at), ..lane })
    }
}
