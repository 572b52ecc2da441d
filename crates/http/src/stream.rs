//! A connection's bytes under two clocks that hyper does not have: how long a request's head may
//! take, and how long a client may leave an answer unread.
//!
//! hyper's own `header_read_timeout` runs from the end of the answer before, so it is the idle time.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::Limits;

/// Counts the beginnings and the ends of requests on one connection: odd while one is handled.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<AtomicUsize>);

impl Turns {
    /// A request's head is whole, or its answer has begun.
    pub(crate) fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// `S` with the two clocks; what is late fails with [`io::ErrorKind::TimedOut`].
pub(crate) struct Timed<S> {
    inner: S,
    turns: Turns,
    head: Duration,
    stall: Duration,
    /// Runs while a head is awaited: the turn it is for.
    reading: Option<(usize, Pin<Box<Sleep>>)>,
    writing: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    /// The time for the first head begins now.
    pub(crate) fn new(inner: S, limits: &Limits, turns: Turns) -> Self {
        let reading = Some((turns.count(), Box::pin(sleep(limits.head))));
        Self { inner, turns, head: limits.head, stall: limits.stall, reading, writing: None }
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

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let turn = self.turns.count();
        if self.reading.as_ref().is_some_and(|(of, _)| *of != turn) {
            self.reading = None;
        }
        let before = buf.filled().len();
        match (Pin::new(&mut self.inner).poll_read(cx, buf), &mut self.reading) {
            (Poll::Pending, Some((_, clock))) => {
                clock.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
            (done, reading) => {
                let between_requests = turn.is_multiple_of(2);
                if reading.is_none() && between_requests && buf.filled().len() > before {
                    self.reading = Some((turn, Box::pin(sleep(self.head))));
                }
                done
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.stalled(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.stalled(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_flush(cx);
        self.stalled(cx, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.stalled(cx, done)
    }
}
