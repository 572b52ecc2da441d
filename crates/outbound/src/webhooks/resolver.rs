//! Resolves host names. A lookup occupies a thread until the system's resolver gives up, which can take half a minute,
//! even if the caller stops waiting. The number of threads for blocking work is limited, so accounts share the lookups.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use outbound_app::SendError;
use outbound_fair_queue::{FairQueue, Shares};
use outbound_model::AccountId;
use tokio::task::spawn_blocking;

/// The number of lookups at the same time, in total and for one key. The total is far below the 512 threads that tokio
/// starts for blocking work. Any number of callers may wait, because each of them has a timeout.
const LOOKUPS: Shares =
    Shares { total: 128, per_key: 16, max_waiting: usize::MAX, max_waiting_per_key: usize::MAX };

/// Whose share a lookup uses. Webhooks and providers of an account have separate shares, so that webhooks whose hosts
/// cannot be resolved do not delay the account's campaigns.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum LookupKey {
    Webhooks(AccountId),
    Providers(AccountId),
}

/// Resolves host names for all accounts.
pub(super) struct Resolver(FairQueue<LookupKey>);

impl Default for Resolver {
    fn default() -> Self {
        Self(FairQueue::new(LOOKUPS))
    }
}

impl Resolver {
    /// Returns the addresses of a host. Has no timeout of its own.
    pub(super) async fn resolve(
        &self,
        key: LookupKey,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, SendError> {
        let host = host.to_owned();
        self.look_up(key, move || (host.as_str(), port).to_socket_addrs().map(Iterator::collect)).await
    }

    /// Runs `lookup` on a blocking thread when it is the turn of `key`.
    async fn look_up(
        &self,
        key: LookupKey,
        lookup: impl FnOnce() -> io::Result<Vec<SocketAddr>> + Send + 'static,
    ) -> Result<Vec<SocketAddr>, SendError> {
        let permit = self.0.acquire(key).await.map_err(|_| SendError::Unresolved)?;
        let lookup = spawn_blocking(move || {
            let addresses = lookup();
            // Held until here, because the thread is occupied until here.
            drop(permit);
            addresses
        });
        match lookup.await {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(_)) | Err(_) => Err(SendError::Unresolved),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Longer than any step of these tests takes on a busy machine.
    const DEADLINE: Duration = Duration::from_mins(2);

    fn loopback() -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, 80))
    }

    /// Looks up a host that is resolved at once, or `None` if that does not begin within `wait`.
    async fn look_up(resolver: &Resolver, key: LookupKey, wait: Duration) -> Option<Vec<SocketAddr>> {
        let lookup = resolver.look_up(key, || Ok(vec![loopback()]));
        timeout(wait, lookup).await.ok().map(Result::unwrap)
    }

    #[tokio::test]
    async fn lookups_that_do_not_end_delay_only_those_of_the_same_key() {
        let resolver = Resolver::default();
        let (busy, other): (AccountId, AccountId) = ("A".parse().unwrap(), "B".parse().unwrap());
        let mut running = Vec::new();
        for _ in 0..LOOKUPS.per_key {
            let (end, ended) = channel::<()>();
            running.push(end);
            let lookup = resolver.look_up(LookupKey::Webhooks(busy.clone()), move || {
                // Until the sender is dropped.
                let _ = ended.recv();
                Ok(Vec::new())
            });
            // The caller stops waiting, but the thread remains occupied.
            assert!(timeout(Duration::ZERO, lookup).await.is_err());
        }
        let addresses = Some(vec![loopback()]);
        let key = LookupKey::Webhooks(busy.clone());
        assert_eq!(look_up(&resolver, key.clone(), Duration::from_millis(50)).await, None);
        for key in [LookupKey::Providers(busy), LookupKey::Webhooks(other)] {
            assert_eq!(look_up(&resolver, key, DEADLINE).await, addresses);
        }
        drop(running);
        assert_eq!(look_up(&resolver, key, DEADLINE).await, addresses);
    }

    #[tokio::test]
    async fn names_are_resolved() {
        let resolver = Resolver::default();
        let key = LookupKey::Webhooks("A".parse().unwrap());
        let found = timeout(DEADLINE, resolver.resolve(key, "localhost", 81)).await.unwrap().unwrap();
        assert!(!found.is_empty());
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 81), "{found:?}");
    }
}
