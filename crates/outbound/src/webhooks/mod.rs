//! Sends webhook messages. Users choose the URL, so for each new connection every address of the host is
//! checked, and one of exactly these addresses is connected to. Redirects are not followed, and the body of an
//! answer is discarded.

mod connection;
mod networks;
mod pool;

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
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use self::connection::{Answer, Connection};
use self::networks::Networks;
use self::pool::{Destination, Pool};
use crate::error::CliError;
use crate::traces;

/// From the look-up of the name to the head of the answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// For a name that is only to be checked.
const LOOKUP: Duration = Duration::from_secs(5);
/// For a connection, so that another address of the name gets its chance.
const CONNECT: Duration = Duration::from_secs(5);
/// The addresses of a name that are tried.
const MAX_ADDRESSES: usize = 3;
const AGENT: &str = concat!("outbound/", env!("CARGO_PKG_VERSION"));

/// Posts messages to the networks that the installation allows.
pub(crate) struct Sender {
    networks: Networks,
    tls: TlsConnector,
    pool: Pool,
}

impl Sender {
    /// Sends to private networks only where that is allowed; trusts the certificates of `ca_file`, or the
    /// well-known authorities.
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
            tls: TlsConnector::from(Arc::new(config)),
            pool: Pool::default(),
        })
    }

    /// Every address of the host; none may be one that nothing is sent to.
    async fn addresses(&self, url: &WebhookUrl) -> Result<Vec<SocketAddr>, SendError> {
        let found = match url.host() {
            Host::Ipv4(address) => vec![(address, url.port()).into()],
            Host::Ipv6(address) => vec![(address, url.port()).into()],
            Host::Domain(name) => {
                let found = lookup_host((name, url.port())).await.map_err(|_| SendError::Unresolved)?;
                found.collect()
            }
        };
        if found.is_empty() {
            return Err(SendError::Unresolved);
        }
        if found.iter().any(|address: &SocketAddr| !self.networks.allow(address.ip())) {
            return Err(SendError::Forbidden);
        }
        Ok(found)
    }

    /// Sends a message over an idle connection, or over a new one.
    async fn exchange(
        &self,
        destination: &Destination,
        message: &WebhookRequest,
    ) -> Result<Answer, SendError> {
        // The receiver may have closed an idle connection, so its failure is not one of the attempt.
        if let Some(idle) = self.pool.take(destination)
            && let Ok(answer) = idle.send(request(message)?).await
        {
            return Ok(answer);
        }
        self.open(&message.url).await?.send(request(message)?).await
    }

    /// Opens a connection to an address that was checked just before.
    async fn open(&self, url: &WebhookUrl) -> Result<Connection, SendError> {
        let stream = connect(&self.addresses(url).await?).await?;
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
    async fn check(&self, url: &WebhookUrl) -> Result<(), SendError> {
        match timeout(LOOKUP, self.addresses(url)).await {
            Ok(Err(SendError::Forbidden)) => Err(SendError::Forbidden),
            _ => Ok(()),
        }
    }

    async fn post(&self, message: WebhookRequest) -> Result<u16, SendError> {
        let destination = Destination::of(&message);
        let answer = timeout(ATTEMPT_TIMEOUT, self.exchange(&destination, &message)).await;
        let answer = answer.unwrap_or(Err(SendError::TimedOut))?;
        let status = answer.status();
        if let Some(connection) = answer.finish().await {
            self.pool.keep(destination, connection);
        }
        Ok(status)
    }

    fn disconnect(&self, account: &AccountId, webhook: &WebhookId) {
        self.pool.close(account, webhook);
    }
}

/// To the first address that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendError> {
    let mut problem = io::ErrorKind::AddrNotAvailable;
    for address in addresses.iter().take(MAX_ADDRESSES) {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => problem = error.kind(),
            Err(_) => problem = io::ErrorKind::TimedOut,
        }
    }
    Err(SendError::Connect(problem))
}

fn request(message: &WebhookRequest) -> Result<Request<Full<Bytes>>, SendError> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(message.url.target())
        .header(HOST, message.url.authority())
        .header(USER_AGENT, AGENT)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", message.at.seconds())
        .header("webhook-signature", &message.signature)
        .body(Full::from(message.body.clone()))
        .map_err(|_| SendError::InvalidResponse)?;
    traces::send_trace(request.headers_mut());
    Ok(request)
}

fn certificates(path: &Path) -> Result<RootCertStore, CliError> {
    let wrong = |why: String| CliError::Settings(format!("--webhooks-ca-file: {}: {why}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))? {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("there is no certificate in it".to_owned())) } else { Ok(roots) }
}
