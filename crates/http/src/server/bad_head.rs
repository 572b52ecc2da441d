//! Answers to heads that are no requests. hyper refuses these before any service is called, without a
//! body, or not at all; here they get the answer, the id, the log line and the count of any other
//! refusal.

use std::convert::Infallible;
use std::error::Error;
use std::io::{self, IoSlice};

use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, join};

use super::stream::Timed;
use crate::edge::{Guarded, Origin};
use crate::error::ApiError;

/// Goes through the edge in place of the request that could not be read, with the refusal as an
/// extension; the method is nobody's.
const STAND_IN: &[u8] = b"- / HTTP/1.1\r\n\r\n";

/// Why a request is refused whatever it asks for.
#[derive(Clone)]
pub(crate) struct BadHead(pub(crate) ApiError);

/// Whether hyper writes an answer of its own: every answer of ours has an id.
pub(crate) fn is_of_hyper(answer: &[IoSlice<'_>]) -> bool {
    let Some(head) = answer.first() else { return false };
    let refuses = matches!(&**head, [b'H', b'T', b'T', b'P', b'/', _, b'.', _, b' ', b'4', ..]);
    let id = b"\r\nx-request-id: ";
    refuses && head.ends_with(b"\r\n\r\n") && !head.windows(id.len()).any(|part| part == id)
}

/// What to answer on a connection that ended with `error`; `None` where nothing was asked, or the
/// client is still owed the rest of another answer.
pub(crate) fn refusal<S>(error: &hyper::Error, stream: &Timed<S>) -> Option<BadHead> {
    let refusal = if stream.has_withheld() && error.is_parse_too_large() {
        ApiError::head_too_large()
    } else if stream.has_withheld() || error.is_parse_version_h2() {
        ApiError::malformed_head()
    } else if stream.head_has_begun() && is_late(error) {
        ApiError::head_too_slow()
    } else {
        return None;
    };
    stream.is_flushed().then_some(BadHead(refusal))
}

/// By the clock of [`Timed`], or hyper's own.
fn is_late(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    error.is_timeout() || cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut)
}

/// Writes the answer to `stream`, which stays open.
pub(crate) async fn answer<S>(stream: S, guarded: Guarded, origin: Origin, refusal: BadHead)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(async |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(refusal.clone());
        Ok::<_, Infallible>(guarded.answer_from(Some(origin), request).await)
    });
    let io = TokioIo::new(join(STAND_IN, stream));
    // The stand-in ends after its head.
    let connection = http1::Builder::new().half_close(true).serve_connection(io, service);
    if let Err(error) = connection.without_shutdown().await {
        tracing::debug!(%error, "a refusal could not be sent");
    }
}
