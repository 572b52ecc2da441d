//! Runs simulations on all processors.

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use futures::FutureExt;

use super::provider::{Accepted, Request};
use super::world::Engine;
use super::{STEPS, Simulation};

/// The seeds of every run of the tests.
const SEEDS: Range<u64> = 0..10_000;
/// Seeds beyond these that found faults: a permit that was used late, and opt-outs that were read slowly.
const FOUND: [u64; 2] = [18_521, 1_147_532];
/// Those that also run with SQLite.
const SQLITE_SEEDS: Range<u64> = 0..20;

/// Returns the ledger of the provider.
async fn simulate(seed: u64, engine: Engine) -> (Vec<Request>, Vec<Accepted>) {
    let mut simulation = Simulation::new(seed, engine).await;
    simulation.request_campaign();
    for _ in 0..STEPS {
        simulation.step().await;
    }
    simulation.finish().await;
    simulation.verify().await;
    (simulation.world.provider.requests(), simulation.world.provider.accepted())
}

fn seeds(default: Range<u64>) -> Range<u64> {
    std::env::var("OUTBOUND_SIMULATION_SEEDS").map_or(default, |range| {
        let (start, end) = range.split_once("..").expect("a range such as 0..10000");
        start.parse().unwrap()..end.parse().unwrap()
    })
}

/// Runs seeds in several threads. Stops at the first failure.
fn run(seeds: &Range<u64>, engine: Engine) {
    let (next, has_failed) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let worker = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        while !has_failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let simulation = AssertUnwindSafe(simulate(seed, engine)).catch_unwind();
            if runtime.block_on(simulation).is_err() {
                has_failed.store(true, Ordering::Relaxed);
                panic!("seed {seed} failed: OUTBOUND_SIMULATION_SEEDS={seed}..{}", seed + 1);
            }
        }
    };
    // Twice as many as there are processors, because each often waits for a thread that computes.
    let threads = 2 * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
    });
}

#[test]
fn a_seed_replays_exactly() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for seed in 0..30 {
        let [first, again] = [0, 1].map(|_| runtime.block_on(simulate(seed, Engine::Memory)));
        assert_eq!(first, again, "seed {seed}");
    }
}

#[test]
fn ledger_recipients_and_reports_agree() {
    for seed in FOUND {
        run(&(seed..seed + 1), Engine::Memory);
    }
    run(&seeds(SEEDS), Engine::Memory);
}

#[test]
fn ledger_recipients_and_reports_agree_with_sqlite() {
    run(&seeds(SQLITE_SEEDS), Engine::Sqlite);
}
