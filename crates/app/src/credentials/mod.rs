//! Who may do what: clients, API keys, users, signing keys, the tokens and signatures of callers, and the audit.

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
pub use grant_token::{AuthenticatedClient, GrantRefusal, TokenGrant, TokenRequest};
pub(crate) use keys::Keys;
pub(crate) use passwords::{Passwords, Requester};
pub use quotas::Quota;
pub(crate) use setup::Setup;
pub use setup::{FirstAdministrator, SetupRefusal};
pub(crate) use token_cache::TokenCache;
pub use users::NewUser;
pub(crate) use word_password::word_password;
