//! Runs the contract on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use libtest_mimic::Arguments;
use outbound_store::contract::{self, trials};

fn main() {
    let sqlite = trials("sqlite", contract::ALL, common::sqlite);
    let postgres = trials("postgres", contract::ALL, common::postgres);
    libtest_mimic::run(&Arguments::from_args(), sqlite.into_iter().chain(postgres).collect()).exit();
}
