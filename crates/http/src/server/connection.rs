//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::stream::{ConnectionPhase, TimedStream};
use super::tls::Tls;
use crate::edge::{Guarded, Origin};
use crate::limits::HttpLimits;

/// hyper closes the connection of a head that is late without an answer. Like hyper's own 400 and 431, this
/// one has no body.
const TIMEOUT_ANSWER: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The head of a request did not arrive in time.
const HEAD_TOO_SLOW: &str = "head_too_slow";

/// hyper panics below this.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// What each connection is served with.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) guarded: Guarded,
    pub(crate) limits: HttpLimits,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Server {
    /// Serves `stream` until either side ends it.
    pub(crate) async fn connection(mut self, stream: TcpStream, peer: SocketAddr) {
        // Small answers must not wait for more to send.
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.tls.take() else {
            return self.requests(stream, Origin { peer, tls: false }).await;
        };
        let handshake = timeout(self.limits.handshake, tls.acceptor().accept(stream));
        let encrypted = tokio::select! {
            encrypted = handshake => encrypted,
            _ = self.stopping.wait_for(|stopping| *stopping) => return,
        };
        match encrypted {
            Ok(Ok(stream)) => self.requests(stream, Origin { peer, tls: true }).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn requests<S: AsyncRead + AsyncWrite + Unpin>(mut self, stream: S, origin: Origin) {
        let turns = ConnectionPhase::default();
        let stream = TimedStream::new(stream, &self.limits, turns.clone());
        let guarded = &self.guarded;
        let metrics = guarded.edge().metrics();
        let service = service_fn(move |request| {
            // At once, not when the answer is first polled: hyper looks for the client's end before it
            // does, and the head's clock must not start for that.
            turns.next();
            Box::pin(answer(guarded.clone(), request, origin, turns.clone()))
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.idle)
            .max_header_size(self.limits.head_bytes)
            .max_buf_size(self.limits.head_bytes.max(MIN_BUFFER_BYTES))
            .serve_connection(TokioIo::new(stream), service);
        // One wait for the whole connection: each new one takes a place in a shared list.
        let stopping = self.stopping.wait_for(|stopping| *stopping);
        tokio::pin!(stopping);
        let mut stopped = false;
        let ended = loop {
            tokio::select! {
                ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
                // Closes an idle connection, and a busy one after its answer.
                _ = &mut stopping, if !stopped => {
                    stopped = true;
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        let mut stream = connection.into_parts().io.into_inner();
        if let Err(error) = ended {
            let fault = fault(&error, &stream);
            tracing::debug!(peer = %origin.peer, fault, %error, "a connection broke");
            if let Some(fault) = fault {
                metrics.connection_broken(fault);
            }
            if fault == Some(HEAD_TOO_SLOW) {
                let _ = stream.write_all(TIMEOUT_ANSWER).await;
            }
        }
        let patience = if stopped { Duration::ZERO } else { self.limits.linger };
        let _ = timeout(patience, close(stream)).await;
    }
}

/// Why a connection broke that its client or an operator should know of; `None` for idle connections and
/// clients that went away.
fn fault<S>(error: &hyper::Error, stream: &TimedStream<S>) -> Option<&'static str> {
    if error.is_parse_too_large() {
        Some("head_too_large")
    } else if error.is_parse() {
        Some("malformed_head")
    } else if !is_late(error) {
        None
    } else if !stream.is_flushed() {
        Some("answer_unread")
    } else {
        stream.head_has_begun().then_some(HEAD_TOO_SLOW)
    }
}

/// Whether the time limit of [`TimedStream`] or hyper's own has passed.
fn is_late(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    error.is_timeout() || cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut)
}

async fn answer(
    guarded: Guarded,
    request: hyper::Request<Incoming>,
    origin: Origin,
    turns: ConnectionPhase,
) -> Result<Response, Infallible> {
    let response = guarded.handle_from(Some(origin), request.map(Body::new)).await;
    turns.next();
    Ok(response)
}

/// Says that nothing more comes, then reads on: a system that still holds unread bytes at the end
/// resets the connection, and the client may lose the answer that told it why.
async fn close(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut discarded = [0; 4096];
    if stream.shutdown().await.is_ok() {
        while matches!(stream.read(&mut discarded).await, Ok(1..)) {}
    }
}
