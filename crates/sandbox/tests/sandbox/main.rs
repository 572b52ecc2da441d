//! Tests of the sandbox over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clients;
mod deliveries;
mod documentation;
mod faults;
mod ledger;
mod phones;
mod refusals;
mod relay;
mod replies;
mod security;
mod support;
