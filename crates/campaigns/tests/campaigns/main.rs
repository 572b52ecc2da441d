//! Tests of campaigns through the public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bucket;
mod consumers;
mod golden;
mod recipients;
mod reported_messages;
mod requests;
mod responses;
mod status;
mod support;
mod windows;
mod wrong_types;
