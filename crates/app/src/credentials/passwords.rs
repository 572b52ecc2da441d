//! Hashes passwords off the runtime's threads, and only a few at once: each takes 19 MiB.
//!
//! Strangers cause hashes, so callers wait in turn by network: a flood from one delays the others by one hash
//! each. Of one account only some logins come to that queue at a time, wherever they come from, so that a flood
//! from many networks on one account does not delay the logins of others.

use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_auth::{AuthError, HashMemory, Secret, password_hash, password_matches};
use outbound_fair_queue::{FairQueue, Permit, QueueFull, Shares};
use outbound_model::{AccountId, Generator, client_network};

use crate::compute::off_thread;
use crate::{AppError, LoginRefusal};

/// The most at once, whatever the number of processors.
const MAX_PERMITS: usize = 4;
/// How many of one network, and of one account, may wait: about two seconds' worth on two processors.
const MAX_WAITING_OF_ONE: usize = 64;
/// How many may wait in all.
const MAX_WAITING: usize = 1024;
/// How many of one account wait for their network's turn, or hash, at a time.
const MAX_ADMITTED_PER_ACCOUNT: usize = 8;

/// The hashing permits of this process, and the memory that they work in.
pub(crate) struct Passwords {
    accounts: FairQueue<AccountId>,
    hashing: FairQueue<Requester>,
    idle_memory: IdleMemory,
}

/// Who causes a hash.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Requester {
    /// Somebody who wants to log in, by the network of the address.
    Network(IpAddr),
    /// Somebody who was let in, by the account.
    Account(AccountId),
}

impl Requester {
    /// Somebody at `address` who wants to log in.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Network(client_network(address))
    }
}

/// Memory that no hash is using. Each permit takes one from here and gives it back, so the process
/// never has more of it than permits.
type IdleMemory = Arc<Mutex<Vec<HashMemory>>>;

/// The right to hash one password now.
pub(crate) struct PasswordPermit {
    permits: (Permit<AccountId>, Permit<Requester>),
    idle_memory: IdleMemory,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let permits = processors.min(MAX_PERMITS);
        let waiting =
            Shares { max_waiting: MAX_WAITING, max_waiting_per_key: MAX_WAITING_OF_ONE, ..Shares::default() };
        let accounts = Shares { total: usize::MAX, per_key: MAX_ADMITTED_PER_ACCOUNT, ..waiting };
        let hashing = Shares { total: permits, per_key: permits, ..waiting };
        Self {
            accounts: FairQueue::new(accounts),
            hashing: FairQueue::new(hashing),
            idle_memory: IdleMemory::default(),
        }
    }
}

impl Passwords {
    /// Waits for a permit to hash a password for `account`, which need not exist; [`LoginRefusal::Busy`] where
    /// too many wait already.
    pub(crate) async fn permit(
        &self,
        account: &AccountId,
        requester: Requester,
    ) -> Result<PasswordPermit, LoginRefusal> {
        let busy = |_: QueueFull| LoginRefusal::Busy;
        let admitted = self.accounts.acquire(account.clone()).await.map_err(busy)?;
        let permit = self.hashing.acquire(requester).await.map_err(busy)?;
        Ok(PasswordPermit { permits: (admitted, permit), idle_memory: self.idle_memory.clone() })
    }
}

impl PasswordPermit {
    /// Whether the password has the hash; costs the same without one.
    pub(crate) async fn password_matches(
        self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, AppError> {
        self.run(move |memory| password_matches(&password, hash.as_deref(), memory)).await
    }

    /// The hash to be stored.
    pub(crate) async fn password_hash(
        self,
        password: Secret,
        generator: Arc<dyn Generator>,
    ) -> Result<String, AppError> {
        self.run(move |memory| password_hash(&password, &*generator, memory)).await
    }

    /// The permit ends with the work, even if the caller has stopped waiting for the result.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AppError> {
        let done = off_thread(move || {
            let idle = || self.idle_memory.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = idle().pop();
            let mut memory = taken.unwrap_or_default();
            let result = work(&mut memory);
            // Before the permit ends, so that the next one finds it.
            idle().push(memory);
            drop(self.permits);
            result
        });
        Ok(done.await??)
    }
}
