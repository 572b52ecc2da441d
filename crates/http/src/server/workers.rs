//! One single-threaded runtime per processor. A connection stays on one of them, so that handling a request never
//! waits for another thread or wakes one. In measurements, this handles more requests than one runtime whose threads
//! share all tasks (docs/performance.md).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::edge::Edge;

/// The runtimes among which connections are distributed. They end when this is dropped.
pub(crate) struct Workers {
    handles: Vec<Handle>,
    next: usize,
    _running: Vec<oneshot::Sender<()>>,
}

impl Workers {
    /// Starts one runtime per processor. If none can be started, the caller's own runtime is used.
    pub(crate) fn start(edge: &Edge) -> Self {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let started = (0..count).filter_map(|number| start(number, edge.clone()).ok());
        let (mut handles, running): (Vec<_>, Vec<_>) = started.unzip();
        if handles.is_empty() {
            handles.push(Handle::current());
        }
        Self { handles, next: 0, _running: running }
    }

    /// Returns the runtime for the next connection, in turn.
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
        // Panics of connections are caught in their tasks. A panic of the runtime itself must not end the thread,
        // because its other connections would hang. A receive error means the sender was dropped, which also ends the
        // runtime.
        while catch_unwind(AssertUnwindSafe(|| runtime.block_on(&mut ended))).is_err() {
            tracing::error!(thread = number, "the runtime of a connection thread panicked and was restarted");
            edge.metrics().count_task_restart("connections");
        }
    })?;
    Ok((handle, running))
}
