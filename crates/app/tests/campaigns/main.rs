//! Campaigns: acceptance, decisions, sending and callbacks, with a manual clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acceptance;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod common;
mod connections;
mod decisions;
mod fixture;
mod provider;
mod sending;
