//! Sends webhook messages. Users choose the URLs, so that requests to internal services must be prevented: each
//! new connection resolves the host, checks all its addresses and connects to one of exactly these addresses.
//! Redirects are not followed, and response bodies are discarded.

mod connection;
mod networks;
mod pool;
mod provider;
mod resolver;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request};
use outbound_app::{SendError, WebhookRequest, WebhookSender, WebhookUrl};
use outbound_model::{AccountId, WebhookId};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use self::connection::{Connection, WebhookResponse};
use self::networks::Networks;
use self::pool::{Destination, Pool};
use self::resolver::{LookupKey, Resolver};
use crate::error::CliError;
use crate::traces;

/// From the DNS lookup, including the wait for its turn, to the head of the response.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// For a DNS lookup that only checks a URL.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);
/// For one address, so that the next address of the host can be tried within the attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many addresses of a host are tried.
const MAX_ADDRESSES: usize = 3;
const USER_AGENT_VALUE: &str = concat!("outbound/", env!("CARGO_PKG_VERSION"));

/// Sends messages to the networks that the installation permits.
pub(crate) struct Sender {
    networks: Networks,
    resolver: Resolver,
    tls: TlsConnector,
    pool: Pool,
}

impl Sender {
    /// Sends to private networks only if `private_networks` is set. Trusts the certificates in `ca_file`, or else the
    /// well-known certificate authorities.
    pub(crate) fn new(private_networks: bool, ca_file: Option<&Path>) -> Result<Self, CliError> {
        let roots = match ca_file {
            Some(path) => certificates(path)?,
            None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| CliError::Settings(format!("TLS: {error}")))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self {
            networks: Networks::new(private_networks),
            resolver: Resolver::default(),
            tls: TlsConnector::from(Arc::new(config)),
            pool: Pool::default(),
        })
    }

    /// Resolves the host. Fails if one of its addresses is not permitted. `permits_loopback` also permits this machine.
    async fn addresses(
        &self,
        key: LookupKey,
        url: &WebhookUrl,
        permits_loopback: bool,
    ) -> Result<Vec<SocketAddr>, SendError> {
        let addresses = match url.host() {
            Host::Ipv4(address) => vec![(address, url.port()).into()],
            Host::Ipv6(address) => vec![(address, url.port()).into()],
            Host::Domain(name) => self.resolver.resolve(key, name, url.port()).await?,
        };
        if addresses.is_empty() {
            return Err(SendError::Unresolved);
        }
        let is_permitted = |address: &SocketAddr| {
            self.networks.allow(address.ip()) || permits_loopback && address.ip().to_canonical().is_loopback()
        };
        if !addresses.iter().all(is_permitted) {
            return Err(SendError::Forbidden);
        }
        Ok(addresses)
    }

    /// Sends a message over an idle connection, or over a new one.
    async fn exchange(
        &self,
        destination: &Destination,
        message: &WebhookRequest,
    ) -> Result<WebhookResponse, SendError> {
        // The receiver may have closed the idle connection, so the attempt continues with a new one.
        if let Some(idle) = self.pool.take(destination)
            && let Ok(response) = idle.send(request(message)?).await
        {
            return Ok(response);
        }
        let key = LookupKey::Webhooks(message.account.clone());
        self.open(key, &message.url, false).await?.send(request(message)?).await
    }

    /// Resolves the host, checks its addresses and opens a connection.
    async fn open(
        &self,
        key: LookupKey,
        url: &WebhookUrl,
        permits_loopback: bool,
    ) -> Result<Connection, SendError> {
        let stream = connect(&self.addresses(key, url, permits_loopback).await?).await?;
        if !url.is_https() {
            return Connection::open(stream).await;
        }
        let name = match url.host() {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| SendError::Tls)?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(address)),
        };
        Connection::open(self.tls.connect(name, stream).await.map_err(|_| SendError::Tls)?).await
    }
}

#[async_trait::async_trait]
impl WebhookSender for Sender {
    async fn check(&self, account: &AccountId, url: &WebhookUrl) -> Result<(), SendError> {
        let key = LookupKey::Webhooks(account.clone());
        match timeout(LOOKUP_TIMEOUT, self.addresses(key, url, false)).await {
            Ok(Err(SendError::Forbidden)) => Err(SendError::Forbidden),
            _ => Ok(()),
        }
    }

    async fn post(&self, message: WebhookRequest) -> Result<u16, SendError> {
        let destination = Destination::new(&message.account, message.webhook.as_str(), message.url.origin());
        let exchange = timeout(ATTEMPT_TIMEOUT, self.exchange(&destination, &message)).await;
        let response = exchange.unwrap_or(Err(SendError::TimedOut))?;
        let status = response.status();
        if let Some(connection) = response.finish().await {
            self.pool.keep(destination, connection);
        }
        Ok(status)
    }

    fn disconnect(&self, account: &AccountId, webhook: &WebhookId) {
        self.pool.close(account, webhook.as_str());
    }
}

/// Connects to the first address that accepts a connection.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendError> {
    let mut last_error = io::ErrorKind::AddrNotAvailable;
    for address in addresses.iter().take(MAX_ADDRESSES) {
        match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last_error = error.kind(),
            Err(_) => last_error = io::ErrorKind::TimedOut,
        }
    }
    Err(SendError::Connect(last_error))
}

fn request(message: &WebhookRequest) -> Result<Request<Full<Bytes>>, SendError> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(message.url.target())
        .header(HOST, message.url.authority())
        .header(USER_AGENT, USER_AGENT_VALUE)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", message.at.seconds())
        .header("webhook-signature", &message.signature)
        .body(Full::from(message.body.clone()))
        .map_err(|_| SendError::InvalidResponse)?;
    traces::inject_trace_context(request.headers_mut());
    Ok(request)
}

fn certificates(path: &Path) -> Result<RootCertStore, CliError> {
    let invalid =
        |problem: String| CliError::Settings(format!("--webhooks-ca-file: {}: {problem}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| invalid(error.to_string()))? {
        let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
        roots.add(certificate).map_err(|error| invalid(error.to_string()))?;
    }
    if roots.is_empty() { Err(invalid("the file contains no certificate".to_owned())) } else { Ok(roots) }
}
