//! TLS with certificate files, which are reloaded when they change.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// How often the files are checked for changes.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Errors of reading certificate and key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: std::io::Error,
    },
    /// A file is not valid PEM, or contains no certificate or key.
    #[error("{}: {error}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: pem::Error,
    },
    /// Certificate and key are not supported, or do not belong together.
    #[error("certificate and key cannot be used: {0}")]
    Rejected(#[from] rustls::Error),
}

/// A certificate chain and its key: the last valid pair that was in the files.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    last_checked: Mutex<FileStamps>,
    current: RwLock<Arc<ServerConfig>>,
}

/// Modification time and length of both files, to detect changes; `None` for a missing file.
type FileStamps = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// Reads both PEM files. The server's certificate comes first, followed by those of its issuers.
    pub async fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let last_checked = Mutex::new(stamps(&certificate, &key).await);
        let current = RwLock::new(read(&certificate, &key).await?);
        Ok(Self { certificate, key, last_checked, current })
    }

    /// Returns the acceptor for a new connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone().into()
    }

    /// Reloads the files when they change; never returns. A pair that is not valid, for example because only one file
    /// has been replaced so far, is ignored until a file changes again.
    pub async fn keep_fresh(&self) {
        loop {
            tokio::time::sleep(CHECK_INTERVAL).await;
            let now = stamps(&self.certificate, &self.key).await;
            if now != *self.last_checked() {
                self.reload().await;
            }
        }
    }

    /// Reads both files now. Open connections keep their certificate. Returns whether the files are valid; if not, the
    /// last valid pair remains in use, and the reason is logged.
    pub async fn reload(&self) -> bool {
        let now = stamps(&self.certificate, &self.key).await;
        *self.last_checked() = now;
        match read(&self.certificate, &self.key).await {
            Ok(config) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = config;
                tracing::info!(file = %self.certificate.display(), "loaded the new certificate");
                true
            }
            Err(error) => {
                tracing::error!(%error, "kept the old certificate: the new one is not valid");
                false
            }
        }
    }

    fn last_checked(&self) -> MutexGuard<'_, FileStamps> {
        self.last_checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn stamps(certificate: &Path, key: &Path) -> FileStamps {
    let stamp = async |path: &Path| {
        let metadata = tokio::fs::metadata(path).await.ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    [stamp(certificate).await, stamp(key).await]
}

async fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let pem_error = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::Pem { path, error }
    };
    let chain = CertificateDer::pem_slice_iter(&read_file(certificate).await?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(pem_error(certificate))?;
    let secret = PrivateKeyDer::from_pem_slice(&read_file(key).await?).map_err(pem_error(key))?;
    warn_if_world_readable(key).await;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Warns if every user can read the key. Access by a group is fine, as with Debian's `ssl-cert`.
async fn warn_if_world_readable(key: &Path) {
    let mode = tokio::fs::metadata(key).await.map_or(0, |metadata| metadata.permissions().mode() & 0o777);
    if mode & 0o007 != 0 {
        let file = key.display();
        tracing::warn!(%file, mode = %format!("{mode:04o}"), "every user can access the TLS key; run chmod 600 on it");
    }
}

async fn read_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    tokio::fs::read(path).await.map_err(|error| TlsError::File { path: path.to_owned(), error })
}
