//! The settings of a sandbox.

use std::net::SocketAddr;

use outbound_auth::Secret;
use url::Url;

use crate::api_name::ApiName;
use crate::error::SandboxError;

/// The default of messages per second and sender, which is that of WhatsApp Cloud API.
const DEFAULT_RATE: u32 = 80;
/// The default number of messages that the ledger keeps.
const DEFAULT_LEDGER_MESSAGES: usize = 10_000;

/// The settings of a sandbox.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) token: Option<Secret>,
    pub(crate) secrets: SigningSecrets,
    pub(crate) callbacks: Vec<CallbackRoute>,
    pub(crate) rate: Option<u32>,
    pub(crate) ledger_messages: usize,
}

/// The secrets that callbacks are signed with.
#[derive(Clone, Debug)]
pub struct SigningSecrets {
    /// The app secret of WhatsApp Cloud API.
    pub meta: Secret,
    /// The auth token of Twilio.
    pub twilio: Secret,
    /// The client token of Google RBM.
    pub rbm: Secret,
}

impl SandboxConfig {
    /// Listens on `listen` (port 0 for any free port) and sends no callbacks. Any address but loopback needs a token.
    pub fn new(listen: SocketAddr, secrets: SigningSecrets) -> Self {
        let (token, callbacks) = (None, Vec::new());
        let (rate, ledger_messages) = (Some(DEFAULT_RATE), DEFAULT_LEDGER_MESSAGES);
        Self { listen, token, secrets, callbacks, rate, ledger_messages }
    }

    /// Requires this token as the credential of every API and of the sandbox's own paths. Without a token, the APIs
    /// accept every credential.
    #[must_use]
    pub fn with_token(mut self, token: Secret) -> Self {
        self.token = Some(token);
        self
    }

    /// Also sends callbacks to this address. Of several routes for a sender, the first is used.
    #[must_use]
    pub fn with_callbacks(mut self, route: CallbackRoute) -> Self {
        self.callbacks.push(route);
        self
    }

    /// The number of messages that a sender may send in a second; `None` for any number. The default is 80.
    #[must_use]
    pub fn with_rate(mut self, messages_per_second: Option<u32>) -> Self {
        self.rate = messages_per_second;
        self
    }

    /// The number of messages that the ledger keeps. The default is 10 000.
    #[must_use]
    pub fn with_ledger_messages(mut self, messages: usize) -> Self {
        self.ledger_messages = messages.max(1);
        self
    }

    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        if !self.listen.ip().is_loopback() && self.token.is_none() {
            return Err(SandboxError::TokenRequired(self.listen));
        }
        let SigningSecrets { meta, twilio, rbm } = &self.secrets;
        let secrets = [("app secret", meta), ("auth token", twilio), ("client token", rbm)];
        let token = self.token.iter().map(|token| ("token", token));
        match secrets.into_iter().chain(token).find(|(_, secret)| secret.expose().is_empty()) {
            Some((name, _)) => Err(SandboxError::Empty(name)),
            None => Ok(()),
        }
    }

    /// The address of a sender's callbacks.
    pub(crate) fn callback_url(&self, api: ApiName, sender: &str) -> Option<&Url> {
        let is_for = |route: &&CallbackRoute| {
            route.api == api && route.sender.as_ref().is_none_or(|only| only == sender)
        };
        self.callbacks.iter().find(is_for).map(|route| &route.url)
    }

    /// Whether a request may name this address for its callbacks: it has the scheme, host and port of a route, so that
    /// a request cannot make the sandbox send to other hosts.
    pub(crate) fn permits_callback(&self, api: ApiName, url: &Url) -> bool {
        self.callbacks.iter().any(|route| route.api == api && route.url.origin() == url.origin())
    }
}

/// The address to which the callbacks of an API are sent.
#[derive(Clone, Debug)]
pub struct CallbackRoute {
    api: ApiName,
    sender: Option<String>,
    url: Url,
}

impl CallbackRoute {
    /// For all senders of an API.
    ///
    /// # Errors
    ///
    /// [`SandboxError::CallbackUrl`]
    pub fn new(api: ApiName, url: &str) -> Result<Self, SandboxError> {
        let invalid = || SandboxError::CallbackUrl { url: url.to_owned() };
        let url = Url::parse(url).map_err(|_| invalid())?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        let is_valid = url.scheme() == "http" && url.has_host() && !has_user && url.fragment().is_none();
        if is_valid { Ok(Self { api, sender: None, url }) } else { Err(invalid()) }
    }

    /// Only for one sender.
    #[must_use]
    pub fn of_sender(mut self, sender: impl Into<String>) -> Self {
        self.sender = Some(sender.into());
        self
    }
}
