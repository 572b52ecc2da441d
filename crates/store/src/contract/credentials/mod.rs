//! Credentials and the audit log.

pub(super) mod api_keys;
pub(super) mod audit;
pub(super) mod clients;
pub(super) mod keys;
pub(super) mod users;
