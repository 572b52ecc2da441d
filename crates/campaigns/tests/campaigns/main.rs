//! Tests of campaigns through the public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bucket;
mod consumers;
mod events;
mod golden;
mod recipients;
mod requests;
mod status;
mod support;
mod windows;
mod wrong_types;
