//! A stream with two timeouts that hyper does not provide: for receiving the headers of a request, and for a client
//! that does not read its response.
//!
//! hyper's own `header_read_timeout` starts at the end of the previous response, so it is used as idle timeout.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::HttpLimits;

/// Counts starts and ends of requests on one connection. The count is odd while a request is handled.
#[derive(Clone, Default)]
pub(crate) struct ConnectionPhase(Arc<AtomicUsize>);

impl ConnectionPhase {
    /// The headers of a request are complete, or its response has begun.
    pub(crate) fn advance(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// `S` with the two timeouts, after which reads or writes fail with [`io::ErrorKind::TimedOut`].
pub(crate) struct TimedStream<S> {
    inner: S,
    phase: ConnectionPhase,
    head_timeout: Duration,
    stall_timeout: Duration,
    reading: Option<HeadRead>,
    writing: Option<Pin<Box<Sleep>>>,
    /// Data was written since hyper last flushed, which it does when it has nothing more to send.
    unflushed: bool,
}

/// State of receiving the headers of a request.
struct HeadRead {
    /// The phase of the connection that it belongs to.
    phase: usize,
    /// Created only when no more bytes are available, because usually all headers arrive together.
    timer: Option<Pin<Box<Sleep>>>,
    /// Whether some bytes have arrived.
    begun: bool,
}

impl<S> TimedStream<S> {
    /// The timeout of the first headers starts with the first read.
    pub(crate) fn new(inner: S, limits: &HttpLimits, phase: ConnectionPhase) -> Self {
        let first = HeadRead { phase: phase.count(), timer: None, begun: false };
        Self {
            inner,
            phase,
            head_timeout: limits.head,
            stall_timeout: limits.stall,
            reading: Some(first),
            writing: None,
            unflushed: false,
        }
    }

    /// Returns whether some bytes of the next headers have arrived.
    pub(crate) fn head_has_begun(&self) -> bool {
        self.reading.as_ref().is_some_and(|head| head.begun && head.phase == self.phase.count())
    }

    /// Returns whether all responses so far were written completely.
    pub(crate) fn is_flushed(&self) -> bool {
        !self.unflushed
    }

    fn check_stall<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.writing = None;
            return result;
        }
        let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(self.stall_timeout)));
        timer.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let phase = self.phase.count();
        if self.reading.as_ref().is_some_and(|head| head.phase != phase) {
            self.reading = None;
        }
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        let received = buf.filled().len() > before;
        let head_timeout = self.head_timeout;
        match &mut self.reading {
            Some(head) if result.is_pending() => {
                let timer = head.timer.get_or_insert_with(|| Box::pin(sleep(head_timeout)));
                return timer.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()));
            }
            Some(head) => head.begun |= received,
            None if received && phase.is_multiple_of(2) => {
                self.reading = Some(HeadRead { phase, timer: None, begun: true });
            }
            None => {}
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        let result = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.check_stall(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.check_stall(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_flush(cx);
        self.unflushed &= !matches!(result, Poll::Ready(Ok(())));
        self.check_stall(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.check_stall(cx, result)
    }
}
