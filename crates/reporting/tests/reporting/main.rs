//! Tests of reporting through its public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dictionary;
mod events;
mod golden;
mod properties;
mod requests;
mod rules;
mod server;
mod support;
