//! The settings of a sandbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use outbound_auth::Secret;
use url::{Host, Url};

use crate::api_name::ApiName;
use crate::error::SandboxError;
use crate::receiver::CallbackReceiver;

/// The default of messages per second and sender, which is that of WhatsApp Cloud API.
const DEFAULT_RATE: u32 = 80;
/// The default number of messages that the ledger keeps.
const DEFAULT_LEDGER_MESSAGES: usize = 10_000;
/// The default of the time that a client may take to send the body of a request, and the sandbox to respond.
const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The settings of a sandbox.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) token: Option<Secret>,
    pub(crate) secrets: SigningSecrets,
    pub(crate) callbacks: Vec<CallbackRoute>,
    pub(crate) rate: Option<u32>,
    pub(crate) ledger_messages: usize,
    pub(crate) request_timeout: Duration,
    pub(crate) receiver: Option<Arc<dyn CallbackReceiver>>,
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
    /// The token from which the secret of the relay is derived ([`outbound_auth::WebhookSecret::derive`]).
    pub relay: Secret,
}

impl SigningSecrets {
    /// One secret for all APIs.
    pub fn all(secret: &Secret) -> Self {
        let copy = || secret.clone();
        Self { meta: copy(), twilio: copy(), rbm: copy(), relay: copy() }
    }
}

impl SandboxConfig {
    /// Listens on `listen` (port 0 for any free port) and sends no callbacks. Any address but loopback needs a token.
    pub fn new(listen: SocketAddr, secrets: SigningSecrets) -> Self {
        let (token, callbacks) = (None, Vec::new());
        let (rate, ledger_messages) = (Some(DEFAULT_RATE), DEFAULT_LEDGER_MESSAGES);
        let (request_timeout, receiver) = (DEFAULT_REQUEST_TIMEOUT, None);
        Self { listen, token, secrets, callbacks, rate, ledger_messages, request_timeout, receiver }
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

    /// Passes all callbacks to `receiver`. Nothing is sent over a network, so requests may name any address.
    #[must_use]
    pub fn with_receiver(mut self, receiver: Arc<dyn CallbackReceiver>) -> Self {
        self.receiver = Some(receiver);
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

    /// How long a client may take to send the body of a request, and the sandbox to respond. The default is a minute.
    #[must_use]
    pub fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        if !self.listen.ip().is_loopback() && self.token.is_none() {
            return Err(SandboxError::TokenRequired(self.listen));
        }
        let SigningSecrets { meta, twilio, rbm, relay } = &self.secrets;
        let secrets = [("app secret", meta), ("auth token", twilio), ("client token", rbm), ("token", relay)];
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

    /// Whether a request may name this address for its callbacks, so that a request cannot make the sandbox send to
    /// other hosts: it has the scheme, host and port of a route, or it is on this machine like the client. A sandbox that
    /// other machines can reach does not send to this machine for them.
    pub(crate) fn permits_callback(&self, api: ApiName, url: &Url) -> bool {
        self.receiver.is_some()
            || self.callbacks.iter().any(|route| route.api == api && route.url.origin() == url.origin())
            || (self.listen.ip().is_loopback() && is_loopback(url))
    }
}

/// Whether a callback can be sent to a URL, and its host is this machine.
fn is_loopback(url: &Url) -> bool {
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_local && url.scheme() == "http"
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
