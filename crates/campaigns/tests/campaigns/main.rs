//! Tests of campaigns through the public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod golden;
mod support;
