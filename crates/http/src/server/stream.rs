//! A connection's bytes under two time limits that hyper does not have: how long a request's head may
//! take, and how long a client may leave an answer unread.
//!
//! hyper's own `header_read_timeout` runs from the end of the answer before, so it is the idle time.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::HttpLimits;

/// Counts the beginnings and the ends of requests on one connection: odd while one is handled.
#[derive(Clone, Default)]
pub(crate) struct ConnectionPhase(Arc<AtomicUsize>);

impl ConnectionPhase {
    /// A request's head is whole, or its answer has begun.
    pub(crate) fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// `S` with the two clocks; what is late fails with [`io::ErrorKind::TimedOut`].
pub(crate) struct TimedStream<S> {
    inner: S,
    turns: ConnectionPhase,
    head: Duration,
    stall: Duration,
    reading: Option<HeadRead>,
    writing: Option<Pin<Box<Sleep>>>,
    /// Something was written since hyper last flushed, which it does when it has nothing left.
    unflushed: bool,
}

/// A head that is awaited.
struct HeadRead {
    /// The turn it is for.
    turn: usize,
    /// Runs once there is nothing more to read for now: mostly a head comes whole.
    clock: Option<Pin<Box<Sleep>>>,
    /// Whether a part of it has come.
    begun: bool,
}

impl<S> TimedStream<S> {
    /// The time for the first head begins with the first read.
    pub(crate) fn new(inner: S, limits: &HttpLimits, turns: ConnectionPhase) -> Self {
        let (head, stall) = (limits.head, limits.stall);
        let first = HeadRead { turn: turns.count(), clock: None, begun: false };
        let (reading, writing) = (Some(first), None);
        Self { inner, turns, head, stall, reading, writing, unflushed: false }
    }

    /// Whether a part of the head that is awaited has come.
    pub(crate) fn head_has_begun(&self) -> bool {
        self.reading.as_ref().is_some_and(|head| head.begun && head.turn == self.turns.count())
    }

    /// Whether every answer so far is on its way as a whole.
    pub(crate) fn is_flushed(&self) -> bool {
        !self.unflushed
    }

    fn stalled<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.writing = None;
            return done;
        }
        let clock = self.writing.get_or_insert_with(|| Box::pin(sleep(self.stall)));
        clock.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let turn = self.turns.count();
        if self.reading.as_ref().is_some_and(|head| head.turn != turn) {
            self.reading = None;
        }
        let before = buf.filled().len();
        let done = Pin::new(&mut self.inner).poll_read(cx, buf);
        let came = buf.filled().len() > before;
        let limit = self.head;
        match &mut self.reading {
            Some(head) if done.is_pending() => {
                let clock = head.clock.get_or_insert_with(|| Box::pin(sleep(limit)));
                return clock.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()));
            }
            Some(head) => head.begun |= came,
            None if came && turn.is_multiple_of(2) => {
                self.reading = Some(HeadRead { turn, clock: None, begun: true });
            }
            None => {}
        }
        done
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.stalled(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.stalled(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_flush(cx);
        self.unflushed &= !matches!(done, Poll::Ready(Ok(())));
        self.stalled(cx, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.stalled(cx, done)
    }
}
