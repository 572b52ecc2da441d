//! Serves one connection.

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

/// Sent when the headers of a request do not arrive in time, because hyper closes such connections without a response.
/// Like hyper's own 400 and 431 responses, it has no body.
const TIMEOUT_RESPONSE: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The reason for connections whose request headers did not arrive in time.
const HEAD_TOO_SLOW: &str = "head_too_slow";

/// The minimum buffer size; hyper panics if it is smaller.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// The configuration with which connections are served.
#[derive(Clone)]
pub(crate) struct ConnectionServer {
    pub(crate) guarded: Guarded,
    pub(crate) limits: HttpLimits,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl ConnectionServer {
    /// Serves `stream` until either side closes it.
    pub(crate) async fn serve(mut self, stream: TcpStream, peer: SocketAddr) {
        // Sends small responses immediately.
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.tls.take() else {
            return self.serve_requests(stream, Origin { peer, tls: false }).await;
        };
        let handshake = timeout(self.limits.handshake, tls.acceptor().accept(stream));
        let encrypted = tokio::select! {
            encrypted = handshake => encrypted,
            _ = self.stopping.wait_for(|stopping| *stopping) => return,
        };
        match encrypted {
            Ok(Ok(stream)) => self.serve_requests(stream, Origin { peer, tls: true }).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve_requests<S: AsyncRead + AsyncWrite + Unpin>(mut self, stream: S, origin: Origin) {
        let phase = ConnectionPhase::default();
        let stream = TimedStream::new(stream, &self.limits, phase.clone());
        let guarded = &self.guarded;
        let metrics = guarded.edge().metrics();
        let service = service_fn(move |request| {
            // Advances here and not when the future is first polled: before that, hyper checks whether the client
            // has closed the connection, and this read must not start the timeout of the next headers.
            phase.advance();
            Box::pin(handle(guarded.clone(), request, origin, phase.clone()))
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.idle)
            .max_header_size(self.limits.head_bytes)
            .max_buf_size(self.limits.head_bytes.max(MIN_BUFFER_BYTES))
            .serve_connection(TokioIo::new(stream), service);
        // One future for the whole connection, because each new one is added to a shared list.
        let stopping = self.stopping.wait_for(|stopping| *stopping);
        tokio::pin!(stopping);
        let mut stopped = false;
        let ended = loop {
            tokio::select! {
                ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
                // Closes an idle connection now, and a busy one after its response.
                _ = &mut stopping, if !stopped => {
                    stopped = true;
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        let mut stream = connection.into_parts().io.into_inner();
        if let Err(error) = ended {
            let fault = fault(&error, &stream);
            tracing::debug!(peer = %origin.peer, fault, %error, "a connection failed");
            if let Some(fault) = fault {
                metrics.count_broken_connection(fault);
            }
            if fault == Some(HEAD_TOO_SLOW) {
                let _ = stream.write_all(TIMEOUT_RESPONSE).await;
            }
        }
        let close_timeout = if stopped { Duration::ZERO } else { self.limits.linger };
        let _ = timeout(close_timeout, close(stream)).await;
    }
}

/// Returns why a connection failed, if its client or an operator should know about it; `None` for idle connections
/// and clients that disconnected.
fn fault<S>(error: &hyper::Error, stream: &TimedStream<S>) -> Option<&'static str> {
    if error.is_parse_too_large() {
        Some("head_too_large")
    } else if error.is_parse() {
        Some("malformed_head")
    } else if !is_timeout(error) {
        None
    } else if !stream.is_flushed() {
        Some("answer_unread")
    } else {
        stream.head_has_begun().then_some(HEAD_TOO_SLOW)
    }
}

/// Returns whether a timeout of [`TimedStream`] or of hyper has passed.
fn is_timeout(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    error.is_timeout() || cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut)
}

async fn handle(
    guarded: Guarded,
    request: hyper::Request<Incoming>,
    origin: Origin,
    phase: ConnectionPhase,
) -> Result<Response, Infallible> {
    let response = guarded.handle_from(Some(origin), request.map(Body::new)).await;
    phase.advance();
    Ok(response)
}

/// Closes the sending direction and then discards incoming bytes. If unread bytes remain when a connection is closed,
/// the operating system resets it, and the client may lose the last response.
async fn close(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut discarded = [0; 4096];
    if stream.shutdown().await.is_ok() {
        while matches!(stream.read(&mut discarded).await, Ok(1..)) {}
    }
}
