//! Posts webhooks. The receiver's address is a stranger's word, so every address that its name has is
//! looked at, and one of exactly those is connected to; nothing is followed, and nothing is read but the
//! answer's head.

mod networks;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use outbound_app::{SendError, WebhookRequest, WebhookSender, WebhookUrl};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use self::networks::Networks;
use crate::error::CliError;
use crate::traces;

/// A try takes no longer, from the question for the name to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// For a name that is only to be checked.
const LOOKUP: Duration = Duration::from_secs(5);
/// For a connection, so that another address of the name gets its chance.
const CONNECT: Duration = Duration::from_secs(5);
/// The addresses of a name that are tried.
const MOST_ADDRESSES: usize = 3;
/// The head of an answer, in bytes. hyper takes no less than 8 KiB.
const HEAD_BYTES: usize = 16 * 1024;
const AGENT: &str = concat!("outbound/", env!("CARGO_PKG_VERSION"));

/// Posts messages to the networks that the installation allows.
pub(crate) struct Sender {
    networks: Networks,
    tls: TlsConnector,
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
        Ok(Self { networks: Networks::new(private_networks), tls: TlsConnector::from(Arc::new(config)) })
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

    async fn exchange(&self, message: WebhookRequest) -> Result<u16, SendError> {
        let stream = connect(&self.addresses(&message.url).await?).await?;
        if !message.url.is_https() {
            return status(stream, message).await;
        }
        let name = match message.url.host() {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| SendError::Tls)?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(address)),
        };
        let stream = self.tls.connect(name, stream).await.map_err(|_| SendError::Tls)?;
        status(stream, message).await
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
        timeout(PATIENCE, self.exchange(message)).await.unwrap_or(Err(SendError::TimedOut))
    }
}

/// To the first address that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendError> {
    let mut problem = io::ErrorKind::AddrNotAvailable;
    for address in addresses.iter().take(MOST_ADDRESSES) {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => problem = error.kind(),
            Err(_) => problem = io::ErrorKind::TimedOut,
        }
    }
    Err(SendError::Connect(problem))
}

/// Posts over a connection of its own, and answers the status. The rest of the answer is not read.
async fn status(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    message: WebhookRequest,
) -> Result<u16, SendError> {
    let mut http = http1::Builder::new();
    let handshake = http.max_buf_size(HEAD_BYTES).handshake(TokioIo::new(stream)).await;
    let (mut requests, connection) = handshake.map_err(|_| SendError::NoAnswer)?;
    let answer = requests.send_request(request(message)?);
    tokio::pin!(answer, connection);
    let answer = tokio::select! {
        biased;
        answer = &mut answer => answer,
        _ = &mut connection => answer.await,
    };
    answer.map(|answer| answer.status().as_u16()).map_err(|_| SendError::NoAnswer)
}

fn request(message: WebhookRequest) -> Result<Request<Full<Bytes>>, SendError> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(message.url.target())
        .header(HOST, message.url.authority())
        .header(USER_AGENT, AGENT)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.at.seconds())
        .header("webhook-signature", message.signature)
        .body(Full::from(message.body))
        .map_err(|_| SendError::NoAnswer)?;
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
