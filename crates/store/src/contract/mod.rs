//! The contract: tests of the behaviour that every engine must have, one function each.
//!
//! An engine's tests call [`store_contract!`](crate::store_contract) with a function that opens a new, empty
//! database. Each behaviour becomes a test with the function's name. A new behaviour is a function in the
//! module of its concern and an entry in the list in `list.rs`.

#![allow(clippy::missing_panics_doc, reason = "a panic is how a behaviour says that it is not met")]

pub mod accounts;
mod campaigns;
mod catalogue;
mod credentials;
pub mod deliveries;
pub mod isolation;
pub mod job_lists;
pub mod jobs;
mod list;
pub mod locks;
pub mod nonces;
mod reporting;
mod sample;
pub mod sessions;
pub mod started_jobs;
pub mod webhooks;

use std::error::Error;

pub use campaigns::{
    acceptance as campaign_acceptance, answers as campaign_answers, consumers as campaign_consumers,
    feed as campaign_feed, lanes as campaign_lanes, recipients as campaign_recipients,
};
pub use catalogue::{
    authoring, claims, counts, deep_pages, handoffs, imports, lists, search_index, settings, transactions,
};
pub use credentials::{api_keys, audit, clients, keys, users};
pub use reporting::{campaigns as reported_campaigns, consumers, files, retention, totals};

/// The result of a behaviour: `Err` if the engine returned an unexpected error. Wrong results panic.
pub type Outcome = Result<(), Box<dyn Error>>;
