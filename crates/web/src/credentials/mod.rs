//! Credentials: setup of the first administrator, settings pages for clients, API keys and users, the page with
//! examples of requests, and the audit log.

pub(crate) mod audit;
pub(crate) mod clients;
pub(crate) mod connect;
pub(crate) mod keys;
pub(crate) mod setup;
pub(crate) mod user_questions;
pub(crate) mod users;
