//! Behaviour of reporting. Results are compared with a simple model, which applies the same events to a map.

pub(super) mod campaigns;
pub(super) mod consumers;
pub(super) mod files;
pub(super) mod retention;
pub(super) mod totals;
mod traffic;
