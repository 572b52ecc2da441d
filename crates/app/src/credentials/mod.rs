//! Credentials: clients, API keys, users and signing keys; authorization with tokens and signatures; the audit log.

mod api_keys;
mod app_jwt;
mod audit;
mod clients;
mod grant_token;
mod keys;
mod oauth1;
mod passwords;
mod quotas;
mod setup;
mod token_cache;
mod users;
mod word_password;

pub use api_keys::NewApiKey;
pub(crate) use audit::SYSTEM_ACTOR;
pub use clients::NewClient;
pub use grant_token::{AuthenticatedClient, GrantError, TokenGrant, TokenRequest};
pub(crate) use keys::KeyRingCache;
pub(crate) use oauth1::UnspentNonce;
pub(crate) use passwords::{PasswordHasher, Requester};
pub use quotas::Quota;
pub(crate) use setup::Setup;
pub use setup::{FirstAdministrator, SetupError};
pub(crate) use token_cache::TokenCache;
pub use users::NewUser;
pub(crate) use word_password::word_password;
