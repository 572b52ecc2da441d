//! Queues for connections and for account locks, which divide both fairly between accounts.
//!
//! A transaction that locks its account first waits here, without a connection, for earlier transactions on
//! the account. So an account with many writers uses one connection for them, and other accounts do not wait.

use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

use outbound_fair_queue::{FairQueue, Permit, QueueFull, Shares};
use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::Options;

/// What a connection is used for. The keys take turns.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum QueueKey {
    /// Work of the installation, such as the search for due jobs.
    Installation,
    /// Data of an account.
    Account(AccountId),
    /// The revision of an account, which even cached pages need. Slow work of the account does not delay it.
    Revision(AccountId),
    /// The lookup of a credential, whose account is not known yet. All lookups have one key, so that a flood of
    /// made-up credentials gets no more turns than an account. Among themselves, the credentials take turns
    /// in another queue.
    Credential,
}

/// Permission to use a connection.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    _connection: Permit<QueueKey>,
    /// For the lookup of a credential, by the hash of the credential.
    _credential: Option<Permit<u64>>,
}

/// Permission to begin a transaction that locks its account.
pub(crate) type AccountLockPermit = Permit<AccountId>;

/// The queues of one database in this process. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Queues {
    readers: TimedQueue<QueueKey>,
    writers: TimedQueue<QueueKey>,
    credentials: FairQueue<u64>,
    /// Keyed at random, so that clients cannot construct credentials with equal hashes.
    credential_hasher: RandomState,
    account_locks: TimedQueue<AccountId>,
    /// Number of permits for account locks.
    max_account_locks: usize,
}

/// A queue with a timeout.
#[derive(Clone, Debug)]
struct TimedQueue<K: outbound_fair_queue::Key> {
    queue: FairQueue<K>,
    wait: Duration,
}

impl Queues {
    /// Queues for many connections that read and one that writes.
    pub(crate) fn sqlite(options: &Options) -> Self {
        Self {
            readers: TimedQueue::new(connections(options), options.wait),
            writers: TimedQueue::new(Shares::default(), options.writer_wait),
            credentials: FairQueue::new(credentials(options)),
            credential_hasher: RandomState::new(),
            account_locks: TimedQueue::new(Shares::default(), options.writer_wait),
            max_account_locks: 1,
        }
    }

    /// Queues for connections that read and write. Half of the connections can be used by transactions that
    /// lock accounts, so that the other work does not wait for imports. At least two of these permits exist
    /// if there are two connections, so that one import does not block all saves.
    pub(crate) fn postgres(options: &Options) -> Self {
        let all = TimedQueue::new(connections(options), options.wait);
        let connections = usize::try_from(options.connections).unwrap_or(usize::MAX);
        let max_account_locks = half(options).max(2).min(connections.max(1));
        let account_locks = Shares { total: max_account_locks, ..Shares::default() };
        Self {
            readers: all.clone(),
            writers: all,
            credentials: FairQueue::new(credentials(options)),
            credential_hasher: RandomState::new(),
            account_locks: TimedQueue::new(account_locks, options.writer_wait),
            max_account_locks,
        }
    }

    /// Waits for permission to use a connection that reads.
    pub(crate) async fn reader(&self, key: QueueKey) -> Result<ConnectionPermit, StoreError> {
        self.readers.acquire(key).await.map(ConnectionPermit::from)
    }

    /// Waits for permission to use a connection for the lookup of what a caller presented as its credential.
    pub(crate) async fn credential(&self, presented: impl Hash) -> Result<ConnectionPermit, StoreError> {
        let hash = self.credential_hasher.hash_one(presented);
        let both = async {
            let credential = self.credentials.acquire(hash).await?;
            let connection = self.readers.queue.acquire(QueueKey::Credential).await?;
            Ok(ConnectionPermit { _connection: connection, _credential: Some(credential) })
        };
        within(self.readers.wait, both).await
    }

    /// Waits for permission to use a connection that writes.
    pub(crate) async fn writer(&self, key: QueueKey) -> Result<ConnectionPermit, StoreError> {
        self.writers.acquire(key).await.map(ConnectionPermit::from)
    }

    /// Maximum number of transactions of this process that lock accounts at the same time.
    pub(crate) fn max_account_locks(&self) -> usize {
        self.max_account_locks
    }

    /// Maximum total wait of a transaction for the lock of its account.
    pub(crate) fn lock_wait(&self) -> Duration {
        self.account_locks.wait
    }

    /// Waits until no other transaction of this process locks the account.
    pub(crate) async fn account_lock(&self, account: &AccountId) -> Result<AccountLockPermit, StoreError> {
        self.account_locks.acquire(account.clone()).await
    }
}

impl<K: outbound_fair_queue::Key> TimedQueue<K> {
    fn new(shares: Shares, wait: Duration) -> Self {
        Self { queue: FairQueue::new(shares), wait }
    }

    /// Waits for a permit. Fails with [`StoreError::Busy`] after the timeout.
    async fn acquire(&self, key: K) -> Result<Permit<K>, StoreError> {
        within(self.wait, self.queue.acquire(key)).await
    }
}

impl From<Permit<QueueKey>> for ConnectionPermit {
    fn from(connection: Permit<QueueKey>) -> Self {
        Self { _connection: connection, _credential: None }
    }
}

/// Waits for a permit. Fails with [`StoreError::Busy`] after `wait`.
async fn within<P>(
    wait: Duration,
    acquired: impl Future<Output = Result<P, QueueFull>>,
) -> Result<P, StoreError> {
    match tokio::time::timeout(wait, acquired).await {
        Ok(granted) => granted.map_err(|full| StoreError::Busy(full.into())),
        Err(_) => {
            Err(StoreError::Busy(format!("no connection or account lock was free within {wait:?}").into()))
        }
    }
}

/// The limits for connections. No key has more than half of them.
fn connections(options: &Options) -> Shares {
    let total = usize::try_from(options.connections).unwrap_or(usize::MAX);
    Shares { total, per_key: half(options), ..Shares::default() }
}

/// The limits for lookups of credentials, which use as many connections as one account. One credential uses at most
/// half of these.
fn credentials(options: &Options) -> Shares {
    let total = half(options);
    Shares { total, per_key: total / 2, ..Shares::default() }
}

fn half(options: &Options) -> usize {
    usize::try_from(options.connections / 2).unwrap_or(usize::MAX).max(1)
}
