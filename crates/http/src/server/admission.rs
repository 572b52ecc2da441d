//! Limits the connections of each client network, so that one network cannot use all connections of the server.

use std::net::IpAddr;
use std::time::Duration;

use outbound_fair_queue::{FairQueue, Permit, QueueFull, Shares};
use outbound_model::client_network;
use tokio::time::Instant;

use crate::edge::Edge;

/// Time between two log lines about closed connections, of which there may be thousands per second.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// The reason in the metrics for connections that are closed because their network has too many.
const NETWORK_LIMIT: &str = "network_limit";

/// Held while a connection is open. Connections of trusted proxies need no permit, because they have many clients.
pub(super) type AdmittedConnection = Option<Permit<IpAddr>>;

/// Decides which new connections are served.
pub(super) struct Admission {
    edge: Edge,
    networks: FairQueue<IpAddr>,
    logged_at: Option<Instant>,
}

impl Admission {
    pub(super) fn new(edge: Edge) -> Self {
        let per_key = edge.limits().network_connections();
        let networks = FairQueue::new(Shares { total: usize::MAX, per_key, ..Shares::default() });
        Self { edge, networks, logged_at: None }
    }

    /// Admits a connection from `peer`, unless its network has too many.
    pub(super) fn admit(&mut self, peer: IpAddr) -> Result<AdmittedConnection, QueueFull> {
        if self.edge.trusts(peer) {
            return Ok(None);
        }
        let admitted = self.networks.try_acquire(client_network(peer));
        if admitted.is_err() {
            self.edge.metrics().count_broken_connection(NETWORK_LIMIT);
            self.log_refusal(peer);
        }
        admitted.map(Some)
    }

    fn log_refusal(&mut self, peer: IpAddr) {
        if self.logged_at.is_none_or(|logged_at| logged_at.elapsed() >= LOG_INTERVAL) {
            self.logged_at = Some(Instant::now());
            tracing::warn!(%peer, "closed a new connection, because its network has too many; not logged again for a minute");
        }
    }
}
