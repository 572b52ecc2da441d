//! Pool of idle connections to the receivers of webhooks. Each connection is only used for one webhook of one
//! account, so that a response for one account can never reach another one with the same receiver.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;

use super::connection::Connection;

/// The maximum number of idle connections. If there are more, the least recently used one is closed.
const MAX_IDLE: usize = 256;

/// What a connection may be used for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Destination {
    account: AccountId,
    /// The id of the webhook or of the connection to a provider. They are UUIDs, so no two are equal.
    receiver: String,
    /// Scheme, host and port.
    origin: String,
}

impl Destination {
    /// The destination of messages to a webhook or a provider.
    pub(super) fn new(account: &AccountId, receiver: &str, origin: &str) -> Self {
        Self { account: account.clone(), receiver: receiver.to_owned(), origin: origin.to_owned() }
    }
}

/// Idle connections, ordered by last use, most recent last.
#[derive(Default)]
pub(super) struct Pool(Mutex<VecDeque<(Destination, Connection)>>);

impl Pool {
    /// Removes and returns an idle connection to `destination`.
    pub(super) fn take(&self, destination: &Destination) -> Option<Connection> {
        let mut idle = self.reusable();
        let newest = idle.iter().rposition(|(found, _)| found == destination)?;
        idle.remove(newest).map(|(_, connection)| connection)
    }

    /// Keeps a connection for the next message.
    pub(super) fn keep(&self, destination: Destination, connection: Connection) {
        let mut idle = self.reusable();
        if idle.len() == MAX_IDLE {
            idle.pop_front();
        }
        idle.push_back((destination, connection));
    }

    /// Closes the idle connections of a webhook.
    pub(super) fn close(&self, account: &AccountId, webhook: &str) {
        self.reusable().retain(|(found, _)| found.account != *account || found.receiver != webhook);
    }

    /// Locks the pool and removes connections that are closed or too old.
    fn reusable(&self) -> MutexGuard<'_, VecDeque<(Destination, Connection)>> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, connection)| connection.is_reusable());
        idle
    }
}
