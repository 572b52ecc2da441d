//! Campaigns: acceptance, decisions, sending and callbacks, with a manual clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acceptance;
mod busy_accounts;
mod callbacks;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod common;
mod connections;
mod conversations;
mod crashes;
mod decisions;
mod erasure;
mod feed;
mod finished;
mod fixture;
mod follow_ups;
mod outbox;
mod provider;
mod relay;
mod sending;
mod settings;
mod settling;
mod signed_callbacks;
mod simulation;
mod totals;
