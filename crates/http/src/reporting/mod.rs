//! LivePerson's Outbound Reporting API (contract §5), and the endpoint that takes in events.

pub(crate) mod analytics;
pub(crate) mod campaigns;
pub(crate) mod events;
mod path;
mod response;
pub(crate) mod transactions;
