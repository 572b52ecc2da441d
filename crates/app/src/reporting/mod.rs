//! Reporting: what happened to sent messages.

mod demo_traffic;

pub use demo_traffic::{DemoHandoff, DemoTraffic};
