//! Campaigns: the list, one campaign with its progress, its recipients, and decisions about both.

pub(crate) mod campaign;
pub(crate) mod decisions;
mod details;
mod empty_state;
pub(crate) mod list;
mod names;
mod paths;
mod progress;
pub(crate) mod recipients;
pub(crate) mod resolve;
