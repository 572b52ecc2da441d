//! Accepts connections, limits their number, and lets them finish when the server stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::admission::{Admission, AdmittedConnection};
use super::connection::ConnectionServer;
use super::tls::Tls;
use super::workers::Workers;
use crate::edge::Guarded;

/// Pause after a failed accept. The usual cause is a lack of file descriptors, and other connections may close during
/// the pause. It doubles with each further failure up to the maximum.
const MIN_ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(10);
const MAX_ACCEPT_RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Additional time in which imports that are cancelled after `HttpLimits::drain` can record this in their rows.
const IMPORT_CANCEL_TIMEOUT: Duration = Duration::from_secs(3);

/// Serves `guarded` on `listener`, optionally with TLS, until `stop` completes. Then it lets open requests and imports
/// finish and completes when all connections are closed.
///
/// The futures are boxed, so that the server is compiled with this crate and not again with each crate that calls it.
pub fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    guarded: Guarded,
    stop: BoxFuture<'static, ()>,
) -> BoxFuture<'static, ()> {
    Box::pin(serve_until(listener, tls, guarded, stop))
}

async fn serve_until(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    guarded: Guarded,
    mut stop: BoxFuture<'static, ()>,
) {
    let edge = guarded.edge().clone();
    let limits = edge.limits();
    let server = ConnectionServer { guarded, limits, tls, stopping: edge.stopping() };
    // One task per connection. The set limits their number, and at the end it is awaited and then aborted.
    let mut open = JoinSet::new();
    let mut workers = Workers::start(&edge);
    let mut admission = Admission::new(edge.clone());
    loop {
        edge.metrics().set_connections(open.len());
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = open.join_next() => if ended.is_err_and(|error| error.is_panic()) {
                edge.metrics().count_panic();
            },
            (stream, peer) = accept(&listener), if open.len() < limits.connections => {
                // Otherwise the connection is closed, because the stream is dropped.
                if let Ok(admitted) = admission.admit(peer.ip()) {
                    open.spawn_on(serve_on_worker(server.clone(), stream, peer, admitted), workers.next());
                }
            }
        }
    }
    drop(listener);
    edge.stop();
    let work_deadline = Instant::now() + limits.drain + IMPORT_CANCEL_TIMEOUT;
    let drained = async { while open.join_next().await.is_some() {} };
    if timeout(limits.drain, drained).await.is_err() {
        tracing::warn!(connections = open.len(), "closed connections that were still busy");
        open.shutdown().await;
    }
    if timeout_at(work_deadline, edge.background_done()).await.is_err() {
        tracing::warn!("stopped while imports were running; they were rolled back");
    }
    edge.metrics().set_connections(0);
}

/// Serves a connection on the runtime of the current task instead of the one that accepted it.
async fn serve_on_worker(
    server: ConnectionServer,
    stream: TcpStream,
    peer: SocketAddr,
    _admitted: AdmittedConnection,
) {
    match stream.into_std().and_then(TcpStream::from_std) {
        Ok(stream) => server.serve(stream, peer).await,
        Err(error) => tracing::warn!(%error, "cannot move a connection to its worker"),
    }
}

/// Returns the next connection, after any number of failed attempts.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut pause = MIN_ACCEPT_RETRY_INTERVAL;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client closed this connection before it was accepted; the next one may work.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(pause).await;
                pause = MAX_ACCEPT_RETRY_INTERVAL.min(pause * 2);
            }
        }
    }
}
