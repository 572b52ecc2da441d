//! The requests of the simulated APIs.

pub(crate) mod meta;
pub(crate) mod rbm;
pub(crate) mod relay;
pub(crate) mod twilio;
