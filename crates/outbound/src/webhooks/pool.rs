//! Pool of idle connections to the receivers of webhooks. Each connection is only used for one webhook of one
//! account, so that a response for one account can never reach another one with the same receiver.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;

use super::connection::Connection;

/// The maximum number of idle connections. If there are more, one of the account with most of them is closed.
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
        idle.push_back((destination, connection));
        if idle.len() > MAX_IDLE
            && let Some(position) = to_close(&idle)
        {
            drop(idle.remove(position));
        }
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

/// The position of the least recently used connection of the account with most connections. Other accounts keep
/// theirs, so that a burst of one account does not make them open new ones.
fn to_close(idle: &VecDeque<(Destination, Connection)>) -> Option<usize> {
    let mut counts: HashMap<&AccountId, usize> = HashMap::new();
    for (destination, _) in idle {
        *counts.entry(&destination.account).or_default() += 1;
    }
    let most = counts.values().max()?;
    idle.iter().position(|(destination, _)| counts.get(&destination.account) == Some(most))
}

#[cfg(test)]
mod tests {
    use std::iter;

    use tokio::io::duplex;

    use super::*;

    fn destination(account: &str) -> Destination {
        Destination::new(&account.parse().unwrap(), "webhook", "http://receiver.invalid")
    }

    #[tokio::test]
    async fn many_connections_of_one_account_close_none_of_another() {
        let pool = Pool::default();
        let (quiet, busy) = (destination("A"), destination("B"));
        let mut receivers = Vec::new();
        for used_for in iter::once(&quiet).chain(iter::repeat_n(&busy, MAX_IDLE)) {
            let (stream, receiver) = duplex(64);
            receivers.push(receiver);
            pool.keep(used_for.clone(), Connection::open(stream).await.unwrap());
        }
        assert!(pool.take(&quiet).is_some());
        assert_eq!(iter::from_fn(|| pool.take(&busy)).count(), MAX_IDLE - 1);
    }
}
