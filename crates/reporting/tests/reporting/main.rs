//! Tests of reporting through its public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod dictionary;
mod events;
mod filters;
mod golden;
mod intervals;
mod page_tokens;
mod properties;
mod rules;
mod server;
mod support;
mod totals;
