//! Behaviour of reporting. Results are compared with a simple model, which applies the same events to a map.

pub mod campaigns;
pub mod consumers;
pub mod files;
pub mod retention;
pub mod totals;
mod traffic;
