//! TLS: its response header, handshake timeout, and certificates that change while the server runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use outbound_http::{HttpLimits, Tls};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::server::{DEADLINE, SHORT, Server, get_request, until};

/// Writes a new certificate and its key; returns the certificate.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    cert.der().clone()
}

async fn serve(folder: &TempDir, limits: HttpLimits) -> Server {
    let tls = Tls::load(folder.path().join("cert.pem"), folder.path().join("key.pem")).await.unwrap();
    Server::start(limits, None, "", Some(tls)).await
}

/// Connects and trusts only `certificate`.
async fn connect(
    server: &Server,
    certificate: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = server.connect().await;
    TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await
}

async fn wait_for(server: &Server, certificate: &CertificateDer<'static>) {
    let start = Instant::now();
    while connect(server, certificate).await.is_err() {
        assert!(start.elapsed() < DEADLINE, "the certificate was not served in time");
        sleep(SHORT / 3).await;
    }
}

#[tokio::test]
async fn responses_over_tls_have_strict_transport_security() {
    let folder = TempDir::new().unwrap();
    let certificate = renew(folder.path());
    let server = serve(&folder, HttpLimits::default()).await;
    let mut stream = connect(&server, &certificate).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(get_request("/ok").as_bytes()).await.unwrap();
    let response = until(&mut stream, "\r\n\r\nok").await;
    assert!(response.contains("strict-transport-security: max-age=31536000"), "{response}");
}

#[tokio::test]
async fn reloads_a_changed_certificate_and_ignores_an_invalid_one() {
    let folder = TempDir::new().unwrap();
    let first = renew(folder.path());
    let server = serve(&folder, HttpLimits::default()).await;
    let mut open = connect(&server, &first).await.unwrap();
    let second = renew(folder.path());
    wait_for(&server, &second).await;
    assert!(connect(&server, &first).await.is_err());
    std::fs::write(folder.path().join("cert.pem"), "rubbish").unwrap();
    // Longer than the interval at which the server checks the files.
    sleep(Duration::from_millis(1500)).await;
    connect(&server, &second).await.unwrap();
    open.write_all(get_request("/ok").as_bytes()).await.unwrap();
    until(&mut open, "\r\n\r\nok").await;
    wait_for(&server, &renew(folder.path())).await;
}

#[tokio::test]
async fn a_handshake_that_does_not_start_in_time_closes_the_connection() {
    let folder = TempDir::new().unwrap();
    renew(folder.path());
    let server = serve(&folder, HttpLimits { handshake: SHORT, ..HttpLimits::default() }).await;
    assert_eq!(server.exchange("").await, "");
}

#[tokio::test]
async fn unusable_certificate_files_are_named_at_startup() {
    let folder = TempDir::new().unwrap();
    renew(folder.path());
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let error = Tls::load(folder.path().join("none.pem"), key.clone()).await.err().unwrap();
    assert!(error.to_string().contains("none.pem"), "{error}");
    let error = Tls::load(certificate.clone(), certificate).await.err().unwrap();
    assert!(error.to_string().contains("cert.pem"), "{error}");
}
