//! The store in memory behaves as the engines do.

use std::future::ready;

use libtest_mimic::Arguments;
use outbound_store::contract::{self, trials};
use outbound_store_memory::MemoryStore;

fn main() {
    let memory = trials("memory", &[contract::SIMULATED], || ready((MemoryStore::default(), ())));
    libtest_mimic::run(&Arguments::from_args(), memory).exit();
}
