//! Credentials: the token endpoint and its signing keys, and the management of clients, API keys, users and the audit
//! log.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod clients;
pub(crate) mod jwks;
pub(crate) mod oauth_error;
pub(crate) mod token;
mod token_request;
pub(crate) mod users;
