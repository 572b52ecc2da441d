//! Credentials and the audit.

pub mod api_keys;
pub mod audit;
pub mod clients;
pub mod keys;
pub mod users;
