//! The connections: accepts them, bounds them, and lets them finish at the end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::connection::Server;
use super::tls::Tls;
use super::workers::Workers;
use crate::edge::Guarded;

/// After a failed accept, mostly for want of descriptors, so that others can end meanwhile;
/// doubled at each further failure, up to the last.
const MIN_ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(10);
const MAX_ACCEPT_RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// For imports that are given up after the time for open requests, so that their rows say so.
const GIVE_UP_TIMEOUT: Duration = Duration::from_secs(3);

/// Serves `guarded` on `listener`, with TLS if there is one, until `stop` comes; then lets open
/// requests and imports finish. Returns when no connection is left.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    guarded: Guarded,
    stop: impl Future<Output = ()>,
) {
    let edge = guarded.edge().clone();
    let limits = edge.limits();
    let server = Server { guarded, limits, tls, stopping: edge.stopping() };
    // One task a connection: the set is the cap, what the end waits for, and what it aborts.
    let mut open = JoinSet::new();
    let mut workers = Workers::start(&edge);
    tokio::pin!(stop);
    loop {
        edge.metrics().connections(open.len());
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = open.join_next() => if ended.is_err_and(|error| error.is_panic()) {
                edge.metrics().panicked();
            },
            (stream, peer) = accept(&listener), if open.len() < limits.connections => {
                open.spawn_on(moved(server.clone(), stream, peer), workers.next());
            }
        }
    }
    drop(listener);
    edge.stop();
    let work_deadline = Instant::now() + limits.drain + GIVE_UP_TIMEOUT;
    let drained = async { while open.join_next().await.is_some() {} };
    if timeout(limits.drain, drained).await.is_err() {
        tracing::warn!(connections = open.len(), "closed connections that were still busy");
        open.shutdown().await;
    }
    if timeout_at(work_deadline, edge.background_done()).await.is_err() {
        tracing::warn!("ended while imports were under way; nothing of them is kept");
    }
    edge.metrics().connections(0);
}

/// Serves a connection on the runtime that this is spawned on, not on the one that accepted it.
async fn moved(server: Server, stream: TcpStream, peer: SocketAddr) {
    match stream.into_std().and_then(TcpStream::from_std) {
        Ok(stream) => server.connection(stream, peer).await,
        Err(error) => tracing::warn!(%error, "cannot hand over a connection"),
    }
}

/// The next connection, however many attempts it takes.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut pause = MIN_ACCEPT_RETRY_INTERVAL;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Of a connection that ended before it was accepted: the next may be well.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(pause).await;
                pause = MAX_ACCEPT_RETRY_INTERVAL.min(pause * 2);
            }
        }
    }
}
