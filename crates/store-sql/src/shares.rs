//! Who gets a connection next, and who may begin to change an account: each account has a share of both.
//!
//! Transactions that lock their account wait here for the one before them, without a connection. So an account
//! with many of them holds one connection, and none of the others' wait for it.

use std::time::Duration;

use outbound_fair_queue::{FairQueue, Permit, Shares};
use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::Options;

/// The account that a connection works for; `None` for what belongs to no account.
pub(crate) type Payer = Option<AccountId>;

/// The right to have a connection.
pub(crate) type Share = Permit<Payer>;

/// The right to begin a transaction that locks its account.
pub(crate) type Turn = Permit<AccountId>;

/// The queues of one database in this process; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Queues {
    readers: Queue<Payer>,
    writers: Queue<Payer>,
    turns: Queue<AccountId>,
    /// How many turns there are.
    max_turns: usize,
}

/// A queue and how long anybody waits in it.
#[derive(Clone, Debug)]
struct Queue<K: outbound_fair_queue::Key> {
    queue: FairQueue<K>,
    wait: Duration,
}

impl Queues {
    /// Many connections that read, and one that writes.
    pub(crate) fn sqlite(options: &Options) -> Self {
        Self {
            readers: Queue::new(connections(options), options.wait),
            writers: Queue::new(Shares::default(), options.writer_wait),
            turns: Queue::new(Shares::default(), options.writer_wait),
            max_turns: 1,
        }
    }

    /// Connections that read and write. Half of them are enough for those that lock accounts, as the others
    /// must not wait for an import; but where there are two, an import leaves one turn to saves.
    pub(crate) fn postgres(options: &Options) -> Self {
        let all = Queue::new(connections(options), options.wait);
        let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
        let max_turns = half(options).max(2).min(connections.max(1));
        let turns = Shares { total: max_turns, ..Shares::default() };
        Self { readers: all.clone(), writers: all, turns: Queue::new(turns, options.writer_wait), max_turns }
    }

    /// Waits until `payer` may have a connection that reads.
    pub(crate) async fn reader(&self, payer: Payer) -> Result<Share, StoreError> {
        self.readers.acquire(payer).await
    }

    /// Waits until `payer` may have a connection that writes.
    pub(crate) async fn writer(&self, payer: Payer) -> Result<Share, StoreError> {
        self.writers.acquire(payer).await
    }

    /// How many transactions of this process may lock accounts at a time.
    pub(crate) fn max_turns(&self) -> usize {
        self.max_turns
    }

    /// How long a transaction may wait in all until it has locked its account.
    pub(crate) fn lock_wait(&self) -> Duration {
        self.turns.wait
    }

    /// Waits until no other transaction of this process locks the account.
    pub(crate) async fn turn(&self, account: &AccountId) -> Result<Turn, StoreError> {
        self.turns.acquire(account.clone()).await
    }
}

impl<K: outbound_fair_queue::Key> Queue<K> {
    fn new(shares: Shares, wait: Duration) -> Self {
        Self { queue: FairQueue::new(shares), wait }
    }

    /// [`StoreError::Busy`] after the time that anybody waits.
    async fn acquire(&self, key: K) -> Result<Permit<K>, StoreError> {
        match tokio::time::timeout(self.wait, self.queue.acquire(key)).await {
            Ok(granted) => granted.map_err(|full| StoreError::Busy(full.into())),
            Err(_) => Err(StoreError::Busy(format!("waited {:?} for a connection", self.wait).into())),
        }
    }
}

/// No account has more than half of them.
fn connections(options: &Options) -> Shares {
    let total = usize::try_from(options.connections).unwrap_or(usize::MAX);
    Shares { total, per_key: half(options), ..Shares::default() }
}

fn half(options: &Options) -> usize {
    usize::try_from(options.connections / 2).unwrap_or(usize::MAX).max(1)
}
