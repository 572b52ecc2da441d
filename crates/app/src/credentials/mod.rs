//! Who may do what: clients, API keys, users, signing keys, the tokens and signatures of callers, and the audit.

pub(crate) mod api_keys;
pub(crate) mod app_jwt;
pub(crate) mod audit;
pub(crate) mod clients;
pub(crate) mod grant_token;
pub(crate) mod keys;
pub(crate) mod oauth1;
pub(crate) mod passwords;
pub(crate) mod quotas;
pub(crate) mod setup;
pub(crate) mod token_cache;
pub(crate) mod users;
pub(crate) mod word_password;
