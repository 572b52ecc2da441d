//! Campaigns: the list, one campaign with its progress, its recipients, decisions about both, and opt-outs.

pub(crate) mod campaign;
pub(crate) mod decisions;
mod details;
mod empty_state;
mod example;
pub(crate) mod list;
mod names;
pub(crate) mod obstacles;
pub(crate) mod opt_out_files;
pub(crate) mod opt_outs;
pub(crate) mod paths;
mod progress;
pub(crate) mod recipients;
pub(crate) mod resolve;
