//! Hashes passwords on blocking threads, only a few at a time, because each hash takes 19 MiB.
//!
//! Anybody can cause hashes by trying to log in, so networks take turns: a flood from one network delays the others
//! by one hash each. The number of logins per account in this queue is limited, so that a flood from many networks
//! on one account does not delay the logins of others. One network has only a part of these, so that it does not keep
//! the account's users in other networks out.

use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_auth::{AuthError, HashMemory, Secret, password_hash, password_matches};
use outbound_fair_queue::{FairQueue, Permit, QueueFull, Shares};
use outbound_model::{AccountId, Generator, client_network};

use crate::compute::off_thread;
use crate::{AppError, LoginRejection};

/// Maximum concurrent hashes, whatever the number of processors.
const MAX_PERMITS: usize = 4;
/// Maximum waiting hashes per network, per account, and per network and account: about two seconds of work on two
/// processors.
const MAX_WAITING_PER_KEY: usize = 64;
/// Maximum waiting hashes in total.
const MAX_WAITING: usize = 1024;
/// Maximum logins of one account that are in the queue of networks or are being hashed.
const MAX_ADMITTED_PER_ACCOUNT: usize = 8;
/// Maximum logins of one account from one network that wait for the account or are admitted. All permits for hashes,
/// so that many users behind one address use all processors.
const MAX_ADMITTED_PER_REQUESTER: usize = MAX_PERMITS;

/// The hash permits of this process, and the memory that hashes use.
pub(crate) struct PasswordHasher {
    requesters: FairQueue<(AccountId, Requester)>,
    accounts: FairQueue<AccountId>,
    hashing: FairQueue<Requester>,
    idle_memory: IdleMemory,
}

/// On whose behalf a password is hashed.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Requester {
    /// A login attempt from this network.
    Network(IpAddr),
    /// An authenticated caller of this account.
    Account(AccountId),
}

impl Requester {
    /// A login attempt from `address`.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Network(client_network(address))
    }
}

/// Memory blocks that no hash is using. Each hash takes a block and returns it, so there are never more blocks than
/// permits.
type IdleMemory = Arc<Mutex<Vec<HashMemory>>>;

/// Permits one hash.
pub(crate) struct PasswordPermit {
    permits: (Permit<(AccountId, Requester)>, Permit<AccountId>, Permit<Requester>),
    idle_memory: IdleMemory,
}

impl Default for PasswordHasher {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let permits = processors.min(MAX_PERMITS);
        let waiting = Shares {
            max_waiting: MAX_WAITING,
            max_waiting_per_key: MAX_WAITING_PER_KEY,
            ..Shares::default()
        };
        let requesters = Shares { total: usize::MAX, per_key: MAX_ADMITTED_PER_REQUESTER, ..waiting };
        let accounts = Shares { total: usize::MAX, per_key: MAX_ADMITTED_PER_ACCOUNT, ..waiting };
        let hashing = Shares { total: permits, per_key: permits, ..waiting };
        Self {
            requesters: FairQueue::new(requesters),
            accounts: FairQueue::new(accounts),
            hashing: FairQueue::new(hashing),
            idle_memory: IdleMemory::default(),
        }
    }
}

impl PasswordHasher {
    /// Waits for a permit to hash a password for `account`, which need not exist. Returns [`LoginRejection::Busy`] if
    /// too many are waiting.
    pub(crate) async fn permit(
        &self,
        account: &AccountId,
        requester: Requester,
    ) -> Result<PasswordPermit, LoginRejection> {
        let busy = |_: QueueFull| LoginRejection::Busy;
        // From the narrowest share to the widest, so that a caller that waits for its own share holds nothing that
        // others need.
        let own = self.requesters.acquire((account.clone(), requester.clone())).await.map_err(busy)?;
        let admitted = self.accounts.acquire(account.clone()).await.map_err(busy)?;
        let permit = self.hashing.acquire(requester).await.map_err(busy)?;
        Ok(PasswordPermit { permits: (own, admitted, permit), idle_memory: self.idle_memory.clone() })
    }
}

impl PasswordPermit {
    /// Whether the password matches the hash. Takes the same time without a hash.
    pub(crate) async fn password_matches(
        self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, AppError> {
        self.run(move |memory| password_matches(&password, hash.as_deref(), memory)).await
    }

    /// Computes the hash to store.
    pub(crate) async fn password_hash(
        self,
        password: Secret,
        generator: Arc<dyn Generator>,
    ) -> Result<String, AppError> {
        self.run(move |memory| password_hash(&password, &*generator, memory)).await
    }

    /// Runs `work` with the permit, which ends with the work, even if the caller has stopped waiting.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AppError> {
        let result = off_thread(move || {
            let idle_memory = || self.idle_memory.lock().unwrap_or_else(PoisonError::into_inner);
            let block = idle_memory().pop();
            let mut memory = block.unwrap_or_default();
            let result = work(&mut memory);
            // Return it before the permit ends, so that the next hash finds it.
            idle_memory().push(memory);
            drop(self.permits);
            result
        });
        Ok(result.await??)
    }
}
