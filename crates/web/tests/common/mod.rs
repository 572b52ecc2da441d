//! What several tests need.
#![allow(dead_code, reason = "not every test file needs all of it")]

pub(crate) mod page;
