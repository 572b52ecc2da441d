//! TLS from certificate files, read again when they change.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// How often the files are looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {error}", path.display())]
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        error: pem::Error,
    },
    /// They are not usable, or do not belong together.
    #[error("certificate and key cannot be used: {0}")]
    Rejected(#[from] rustls::Error),
}

/// A certificate chain with its key, always as the files last held a good one.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    seen: Mutex<Stamp>,
    current: RwLock<Arc<ServerConfig>>,
}

/// Tells one state of the two files from another; `None` for one that is not there.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Reads both files: PEM, the server's certificate before those of its issuers.
    pub async fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let seen = Mutex::new(stamp(&certificate, &key).await);
        let current = RwLock::new(read(&certificate, &key).await?);
        Ok(Self { certificate, key, seen, current })
    }

    /// For the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone().into()
    }

    /// Never ends. A pair that is not good, perhaps because only half of it is written yet, changes
    /// nothing; it is tried again when a file changes again.
    pub async fn keep_fresh(&self) {
        loop {
            tokio::time::sleep(CHECK_INTERVAL).await;
            let now = stamp(&self.certificate, &self.key).await;
            if now != *self.seen() {
                self.reload().await;
            }
        }
    }

    /// Reads both files now. Connections that are open keep the certificate that they began with. Answers
    /// whether the files are good; if not, the last good pair stays, and the log says why.
    pub async fn reload(&self) -> bool {
        let now = stamp(&self.certificate, &self.key).await;
        *self.seen() = now;
        match read(&self.certificate, &self.key).await {
            Ok(config) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = config;
                tracing::info!(file = %self.certificate.display(), "took the new certificate");
                true
            }
            Err(error) => {
                tracing::error!(%error, "kept the old certificate: the new one is not good");
                false
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Stamp> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn stamp(certificate: &Path, key: &Path) -> Stamp {
    let of = async |path: &Path| {
        let data = tokio::fs::metadata(path).await.ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    [of(certificate).await, of(key).await]
}

async fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let bad = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::Pem { path, error }
    };
    let chain = CertificateDer::pem_slice_iter(&file(certificate).await?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(bad(certificate))?;
    let secret = PrivateKeyDer::from_pem_slice(&file(key).await?).map_err(bad(key))?;
    warn_if_open(key).await;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A group may share the key, as Debian's `ssl-cert` does, but not everybody.
async fn warn_if_open(key: &Path) {
    let mode = tokio::fs::metadata(key).await.map_or(0, |about| about.permissions().mode() & 0o777);
    if mode & 0o007 != 0 {
        let file = key.display();
        tracing::warn!(%file, mode = %format!("{mode:04o}"), "every user can reach the TLS key: run chmod 600 on it");
    }
}

async fn file(path: &Path) -> Result<Vec<u8>, TlsError> {
    tokio::fs::read(path).await.map_err(|error| TlsError::File { path: path.to_owned(), error })
}
