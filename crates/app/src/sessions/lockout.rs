//! Locks a login out after too many failures from one network.
//!
//! Each process counts in its own bounded memory. An attacker has n times as many guesses with n nodes, which is
//! still few, but cannot make the database grow.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::{Clock, Monotonic, client_network};
use tokio::sync::Notify;

use super::failures::{Failures, LoginAttempt, key};
use crate::LoginRejection;

/// Maximum attempts from one network that wait for other attempts.
const MAX_WAITING: usize = 64;

/// Failed logins by account, login name and network. Unknown login names are counted like known ones.
#[derive(Default)]
pub(crate) struct Lockout {
    failures: Mutex<Failures>,
    /// Notified when an attempt ends.
    attempt_ended: Notify,
}

/// An attempt in flight. It does not count if it is dropped without an outcome, such as after an internal error.
pub(crate) struct AdmittedAttempt<'l> {
    lockout: &'l Lockout,
    attempt: LoginAttempt<'l>,
    key: Vec<u8>,
}

impl AdmittedAttempt<'_> {
    /// Records that the login failed.
    pub(crate) fn failed(self, now: Monotonic) {
        self.lockout.failures().fail(&self.key, self.attempt, now);
    }

    /// Records that the login succeeded, which resets its failures.
    pub(crate) fn succeeded(self) {
        self.lockout.failures().succeed(&self.key);
    }
}

impl Drop for AdmittedAttempt<'_> {
    fn drop(&mut self) {
        self.lockout.failures().release(&self.key);
        self.lockout.attempt_ended.notify_waiters();
    }
}

/// Counts an attempt as waiting until it is dropped.
struct WaitGuard<'l> {
    lockout: &'l Lockout,
    network: IpAddr,
}

impl Drop for WaitGuard<'_> {
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
    /// Admits an attempt, or returns an error if the login is locked out. Waits while the attempts of the same login
    /// that are in flight could lock it out.
    pub(crate) async fn admit<'l>(
        &'l self,
        attempt: LoginAttempt<'l>,
        clock: &dyn Clock,
    ) -> Result<AdmittedAttempt<'l>, LoginRejection> {
        let mut wait_guard = None;
        loop {
            let mut attempt_ended = pin!(self.attempt_ended.notified());
            // Register before the check, so that no notification is missed between the two.
            attempt_ended.as_mut().enable();
            if let Some(admitted) = self.try_admit(attempt, clock.monotonic())? {
                return Ok(admitted);
            }
            if wait_guard.is_none() {
                wait_guard = Some(self.wait(client_network(attempt.address))?);
            }
            attempt_ended.await;
        }
    }

    /// Like [`admit`](Self::admit), but returns `None` instead of waiting.
    pub(super) fn try_admit<'l>(
        &'l self,
        attempt: LoginAttempt<'l>,
        now: Monotonic,
    ) -> Result<Option<AdmittedAttempt<'l>>, LoginRejection> {
        let key = key(attempt);
        let admitted = self.failures().admit(&key, now)?;
        Ok(admitted.then_some(AdmittedAttempt { lockout: self, attempt, key }))
    }

    fn wait(&self, network: IpAddr) -> Result<WaitGuard<'_>, LoginRejection> {
        let mut failures = self.failures();
        let waiting = failures.waiting.entry(network).or_default();
        if *waiting >= MAX_WAITING {
            return Err(LoginRejection::Busy);
        }
        *waiting += 1;
        Ok(WaitGuard { lockout: self, network })
    }

    /// Locks the counters.
    pub(super) fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
