//! Credentials and the audit log.

pub mod api_keys;
pub mod audit;
pub mod clients;
pub mod keys;
pub mod users;
