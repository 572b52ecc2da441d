//! Locks a login out after too many failures from one address (design §5).
//!
//! Kept by each process for itself, in bounded memory: behind n nodes a guesser has n times as many
//! guesses, which is still few, and no stranger can make the database grow.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::{Clock, Monotonic, client_network};
use tokio::sync::Notify;

use super::failures::{Attempt, Failures, key};
use crate::LoginRefusal;

/// So many attempts from one network wait for others at a time.
const MAX_WAITING: usize = 64;

/// Failures by account, login and address; known logins and unknown ones alike.
#[derive(Default)]
pub(crate) struct Lockout {
    failures: Mutex<Failures>,
    /// Told whenever an attempt is over.
    over: Notify,
}

/// An attempt that was let through. Dropped without an outcome, as when there was no answer, it counts for
/// nothing.
pub(crate) struct Pending<'l> {
    lockout: &'l Lockout,
    attempt: Attempt<'l>,
    key: Vec<u8>,
}

impl Pending<'_> {
    /// The login was refused.
    pub(crate) fn failed(self, now: Monotonic) {
        self.lockout.failures().fail(&self.key, self.attempt, now);
    }

    /// The login succeeded: its earlier failures are forgotten.
    pub(crate) fn succeeded(self) {
        self.lockout.failures().succeed(&self.key);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.lockout.failures().release(&self.key);
        self.lockout.over.notify_waiters();
    }
}

/// One of the attempts that wait.
struct Waiting<'l> {
    lockout: &'l Lockout,
    network: IpAddr,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut failures = self.lockout.failures();
        if let Some(waiting) = failures.waiting.get_mut(&self.network) {
            *waiting -= 1;
            if *waiting == 0 {
                failures.waiting.remove(&self.network);
            }
        }
    }
}

impl Lockout {
    /// Lets an attempt through, or refuses who is locked out. While as many others of the same login are
    /// under way as could lock it out, it waits for their outcome.
    pub(crate) async fn admit<'l>(
        &'l self,
        attempt: Attempt<'l>,
        clock: &dyn Clock,
    ) -> Result<Pending<'l>, LoginRefusal> {
        let mut waiting = None;
        loop {
            let mut over = pin!(self.over.notified());
            // Before the look, so that no end falls between the two.
            over.as_mut().enable();
            if let Some(pending) = self.try_admit(attempt, clock.monotonic())? {
                return Ok(pending);
            }
            if waiting.is_none() {
                waiting = Some(self.wait(client_network(attempt.address))?);
            }
            over.await;
        }
    }

    /// `None` where others have to be over first.
    pub(super) fn try_admit<'l>(
        &'l self,
        attempt: Attempt<'l>,
        now: Monotonic,
    ) -> Result<Option<Pending<'l>>, LoginRefusal> {
        let key = key(attempt);
        let admitted = self.failures().admit(&key, now)?;
        Ok(admitted.then_some(Pending { lockout: self, attempt, key }))
    }

    fn wait(&self, network: IpAddr) -> Result<Waiting<'_>, LoginRefusal> {
        let mut failures = self.failures();
        let waiting = failures.waiting.entry(network).or_default();
        if *waiting >= MAX_WAITING {
            return Err(LoginRefusal::Busy);
        }
        *waiting += 1;
        Ok(Waiting { lockout: self, network })
    }

    /// The failures so far, and the lock-outs to report.
    pub(super) fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
