//! The use cases, one a file: authorise, check, store. Every door (HTTP, command line) calls these
//! and nothing below them.
//!
//! A use case on an account's data takes a [`Grant`], which only [`App::authorize`] gives to a
//! caller from outside and [`App::operator`] to the command line; its type says which right was
//! checked.

mod accounts;
mod api_keys;
mod app_jwt;
mod authorize;
mod clients;
mod demo;
mod error;
mod export;
mod grant_token;
mod handoffs;
mod import;
mod keys;
mod oauth1;
mod rights;

use std::sync::Arc;

use outbound_auth::{InstallationKey, PublicUrl};
use outbound_model::{Clock, Generator};
pub use outbound_store::{Account, ApiKey, Client, Filter, Page, Store, StoreError};

pub use api_keys::{MAX_API_KEYS, NewApiKey};
pub use authorize::{Credential, Grant};
pub use clients::NewClient;
pub use demo::{DEMO_ACCOUNT, Demo};
pub use error::{AppError, Refusal};
pub use grant_token::{GrantRefusal, TokenGrant, TokenRequest};
pub use handoffs::HandoffPage;
pub use import::{ImportError, ImportOptions, Imported, NewHandoffs};
pub use rights::{ManageCredentials, ReadHandoffs, Right, WriteHandoffs};

/// What the use cases stand on; cheap to clone.
#[derive(Clone)]
pub struct App {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    installation: Arc<InstallationKey>,
    keys: Arc<keys::Keys>,
    public_urls: Arc<[PublicUrl]>,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes secrets and ids.
    pub generator: Arc<dyn Generator>,
    /// Encrypts at rest.
    pub installation: InstallationKey,
}

impl App {
    /// Puts the parts together; touches nothing yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            clock: parts.clock,
            generator: parts.generator,
            installation: Arc::new(parts.installation),
            keys: Arc::default(),
            public_urls: Arc::default(),
        }
    }

    /// Where clients reach it: the schemes and hosts that a signed request may be signed for. Without
    /// any, no OAuth 1.0 signature fits.
    #[must_use]
    pub fn reached_at(self, public_urls: Vec<PublicUrl>) -> Self {
        Self { public_urls: public_urls.into(), ..self }
    }

    /// Where ids of requests come from.
    pub fn generator(&self) -> &dyn Generator {
        &*self.generator
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), AppError> {
        Ok(self.store.ping().await?)
    }
}
