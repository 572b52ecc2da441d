//! One single-threaded runtime a processor. A connection stays with one of them for its life, so
//! that answering a request never waits for, or wakes, another thread; measured, this serves more
//! than one runtime whose threads share all tasks (docs/performance.md).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::edge::Edge;

/// The runtimes that connections are dealt out to; they end when this is dropped.
pub(crate) struct Workers {
    handles: Vec<Handle>,
    next: usize,
    _running: Vec<oneshot::Sender<()>>,
}

impl Workers {
    /// One for each processor; the caller's own runtime where none can be started.
    pub(crate) fn start(edge: &Edge) -> Self {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let started = (0..count).filter_map(|number| start(number, edge.clone()).ok());
        let (mut handles, running): (Vec<_>, Vec<_>) = started.unzip();
        if handles.is_empty() {
            handles.push(Handle::current());
        }
        Self { handles, next: 0, _running: running }
    }

    /// The one whose turn it is.
    pub(crate) fn next(&mut self) -> &Handle {
        self.next = (self.next + 1) % self.handles.len();
        &self.handles[self.next]
    }
}

fn start(number: usize, edge: Edge) -> std::io::Result<(Handle, oneshot::Sender<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (running, mut ended) = oneshot::channel::<()>();
    let name = format!("connections-{number}");
    thread::Builder::new().name(name).spawn(move || {
        // Panics of connections end in their own tasks. One of the runtime itself must not end the thread,
        // whose other connections would hang. A receive error means that the sender was dropped: the end.
        while catch_unwind(AssertUnwindSafe(|| runtime.block_on(&mut ended))).is_err() {
            tracing::error!(thread = number, "the runtime of a connection thread panicked; it goes on");
            edge.metrics().task_restarted("connections");
        }
    })?;
    Ok((handle, running))
}
