//! Webhooks: their management, and the list of what each was sent.

pub(crate) mod deliveries;
pub(crate) mod registrations;
