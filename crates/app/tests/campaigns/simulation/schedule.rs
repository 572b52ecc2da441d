//! Concurrency without threads: work pauses at its calls of the store and of providers, and the simulation decides which
//! work continues.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use async_trait::async_trait;
use outbound_store::StoreError;
use outbound_store_memory::Interference;

use super::random::Random;

thread_local! {
    /// Whether work of the simulation is being polled. Tasks of the runtime do not pause.
    static IS_WORK: Cell<bool> = const { Cell::new(false) };
    /// Whether it has paused.
    static HAS_PAUSED: Cell<bool> = const { Cell::new(false) };
}

/// Work of a process.
pub(super) type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// Continues work until it ends, or pauses (`None`).
pub(super) async fn proceed<T>(work: &mut Work<T>) -> Option<T> {
    poll_fn(|context| {
        IS_WORK.set(true);
        HAS_PAUSED.set(false);
        let polled = work.as_mut().poll(context);
        IS_WORK.set(false);
        match polled {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if HAS_PAUSED.get() => Poll::Ready(None),
            // It waits for another thread, such as one that computes, or for a task of the runtime.
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

struct Pause {
    has_paused: bool,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.has_paused {
            return Poll::Ready(());
        }
        self.has_paused = true;
        HAS_PAUSED.set(true);
        Poll::Pending
    }
}

/// Lets other work continue first.
pub(super) async fn pause() {
    if IS_WORK.get() {
        Pause { has_paused: false }.await;
    }
}

/// Faults of a whole simulation.
#[derive(Clone)]
pub(super) struct Faults {
    random: Arc<Mutex<Random>>,
    is_on: Arc<AtomicBool>,
}

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        let random = Arc::new(Mutex::new(Random::new(seed)));
        Self { random, is_on: Arc::new(AtomicBool::new(true)) }
    }

    pub(super) fn stop(&self) {
        self.is_on.store(false, Ordering::Relaxed);
    }

    pub(super) fn are_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    pub(super) fn one_in(&self, number: usize) -> bool {
        self.are_on() && self.random.lock().unwrap().one_in(number)
    }

    /// A number below `limit`; the last one if there are no faults.
    pub(super) fn below(&self, limit: usize) -> usize {
        if self.are_on() { self.random.lock().unwrap().below(limit) } else { limit - 1 }
    }
}

/// What disturbs the access of a process to the database.
#[derive(Clone)]
pub(super) struct Disturbance {
    faults: Faults,
    /// Whether the process cannot reach the database.
    is_cut: Arc<AtomicBool>,
}

impl Disturbance {
    pub(super) fn new(faults: &Faults) -> Self {
        Self { faults: faults.clone(), is_cut: Arc::default() }
    }

    pub(super) fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable("a simulated fault".into())
}

#[async_trait]
impl Interference for Disturbance {
    async fn before(&self) -> Result<(), StoreError> {
        if self.faults.one_in(3) {
            pause().await;
        }
        let fails = self.is_cut.load(Ordering::Relaxed) || self.faults.one_in(100);
        if fails { Err(unavailable()) } else { Ok(()) }
    }

    async fn after_commit(&self) -> Result<(), StoreError> {
        if self.faults.one_in(3) {
            pause().await;
        }
        if self.faults.one_in(40) { Err(unavailable()) } else { Ok(()) }
    }

    async fn blocked(&self) -> Result<(), StoreError> {
        if !IS_WORK.get() {
            // A task of the runtime cannot wait for work that is paused: as if it had waited too long.
            return Err(unavailable());
        }
        pause().await;
        Ok(())
    }
}
