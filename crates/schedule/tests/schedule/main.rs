//! Tests of schedules through their public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod candidates;
mod clock_changes;
mod openings;
mod properties;
mod support;
mod values;
