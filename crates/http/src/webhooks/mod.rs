//! Management of webhooks and their deliveries.

pub(crate) mod deliveries;
pub(crate) mod registrations;
