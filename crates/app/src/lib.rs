//! The use cases, one a file: authorise, check, store. Every door (HTTP, command line) calls these
//! and nothing below them.
//!
//! A use case on an account's data takes a [`Grant`], which only [`App::authorize`] gives to a
//! caller from outside and [`App::operator`] to the command line; its type says which right was
//! checked.

mod accounts;
mod app_jwt;
mod audit;
mod authorize;
mod clients;
mod demo;
mod error;
mod export;
mod grant_token;
mod handoffs;
mod import;
mod keys;
mod le_bearer;
mod lockout;
mod passwords;
mod rights;
mod services;
mod sessions;
mod users;

use std::sync::Arc;

use outbound_auth::InstallationKey;
use outbound_model::{Clock, Generator, Timestamp};
pub use outbound_store::{Account, AuditRecord, Client, Filter, Page, Session, Store, StoreError, User};

pub use authorize::{Credential, Grant};
pub use clients::NewClient;
pub use demo::{DEMO_ACCOUNT, Demo};
pub use error::{AppError, Refusal};
pub use grant_token::{GrantRefusal, TokenGrant, TokenRequest};
pub use handoffs::HandoffPage;
pub use import::{ImportError, ImportOptions, Imported, NewHandoffs};
pub use rights::{ManageCredentials, ReadHandoffs, Right, WriteHandoffs};
pub use services::{SERVICES, Service};
pub use sessions::{Login, LoginRefusal, LoginRequest, SESSION_SECONDS};
pub use users::NewUser;

/// What the use cases stand on; cheap to clone.
#[derive(Clone)]
pub struct App {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    installation: Arc<InstallationKey>,
    keys: Arc<keys::Keys>,
    lockout: Arc<lockout::Lockout>,
    passwords: Arc<passwords::Passwords>,
    public_urls: Arc<[String]>,
    service_hosts: Arc<services::ServiceHosts>,
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
    /// Under which addresses clients reach the service, such as `https://handoff.example`; the
    /// first is the one that is told them.
    pub public_urls: Vec<String>,
    /// The hosts of single services, where they are not that of the first public address.
    pub service_hosts: Vec<(String, String)>,
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
            lockout: Arc::default(),
            passwords: Arc::default(),
            public_urls: parts.public_urls.into(),
            service_hosts: Arc::new(parts.service_hosts.into_iter().collect()),
        }
    }

    /// Where ids of requests come from.
    pub fn generator(&self) -> &dyn Generator {
        &*self.generator
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), AppError> {
        Ok(self.store.ping().await?)
    }
}
