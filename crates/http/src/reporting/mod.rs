//! LivePerson's Outbound Reporting API (contract §5), and the endpoints that take in events and erase consumers.

pub(crate) mod analytics;
pub(crate) mod campaigns;
pub(crate) mod consumers;
pub(crate) mod events;
mod path;
mod response;
pub(crate) mod transactions;
