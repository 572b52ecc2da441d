//! Opens the installation: its database, brought up to date, and its key.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use outbound_app::{App, AppError, AppParts, CacheSettings, NoWebhooks, Store, WebhookSender};
use outbound_auth::{InstallationKey, PublicUrl};
use outbound_store_sql::{Options, SqlStore};
use rustix::process::geteuid;

use crate::arguments::{Common, Memory};
use crate::environment::{SystemClock, SystemGenerator};
use crate::error::CliError;

/// Where clients reach the service; nothing for commands that serve nobody.
#[derive(Default)]
pub(crate) struct Addresses {
    /// As in [`AppParts`].
    pub(crate) public_urls: Vec<PublicUrl>,
    /// As in [`AppParts`].
    pub(crate) service_hosts: Vec<(String, String)>,
}

/// Opens what `common` names, for a command; makes what is not there yet.
pub(crate) async fn open(common: &Common) -> Result<App, CliError> {
    open_to_send(common, Arc::new(NoWebhooks)).await
}

/// The same for a command that has to do with what is sent.
pub(crate) async fn open_to_send(common: &Common, sender: Arc<dyn WebhookSender>) -> Result<App, CliError> {
    open_with(common, CacheSettings::default(), Addresses::default(), sender).await
}

/// Opens what `common` names, for a server that keeps `memory` and is reached at `addresses`.
pub(crate) async fn open_to_serve(
    common: &Common,
    memory: Memory,
    addresses: Addresses,
    sender: Arc<dyn WebhookSender>,
) -> Result<App, CliError> {
    let caches = CacheSettings {
        page_bytes: memory.page_cache_bytes,
        token_bytes: memory.token_cache_bytes,
        stale_seconds: memory.stale_seconds,
    };
    open_with(common, caches, addresses, sender).await
}

async fn open_with(
    common: &Common,
    caches: CacheSettings,
    addresses: Addresses,
    webhook_sender: Arc<dyn WebhookSender>,
) -> Result<App, CliError> {
    let store = open_store(common).await?;
    store.migrate().await?;
    let installation = open_key(common, &store).await?;
    Ok(App::new(AppParts {
        store: Arc::new(store),
        clock: Arc::new(SystemClock),
        generator: Arc::new(SystemGenerator),
        installation,
        caches,
        public_urls: addresses.public_urls,
        service_hosts: addresses.service_hosts,
        webhook_sender,
    }))
}

/// Only the database, as it is.
pub(crate) async fn open_store(common: &Common) -> Result<SqlStore, CliError> {
    Ok(SqlStore::open(&common.database, &options(common)).await?)
}

/// How it is opened.
pub(crate) fn options(common: &Common) -> Options {
    Options { connections: common.connections, ..Options::default() }
}

async fn open_key(common: &Common, store: &dyn Store) -> Result<InstallationKey, CliError> {
    let path = key_file(common);
    let key = |text: &str| {
        InstallationKey::from_hex(text).map_err(|error| CliError::KeyFile { path: path.clone(), error })
    };
    match read_private(&path) {
        Ok(text) => key(&text),
        Err(CliError::File { ref error, .. }) if error.kind() == ErrorKind::NotFound => {
            make_key(&path, store).await.and_then(|hex| key(&hex))
        }
        Err(error) => Err(error),
    }
}

/// The text of a new key file, or of one that another process made in the meantime.
async fn make_key(path: &Path, store: &dyn Store) -> Result<String, CliError> {
    // A new key could not open what the old one sealed.
    if store.holds_secrets().await? {
        return Err(CliError::KeyFileMissing(path.to_owned()));
    }
    let hex = InstallationKey::generate_hex(&SystemGenerator);
    match put_private(path, &hex) {
        // Another process was faster, and its key counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_private(path),
        Err(error) => Err(CliError::File { path: path.to_owned(), error }),
        Ok(()) => {
            tracing::info!(file = %path.display(), "made the installation's key: keep a copy of it");
            Ok(hex)
        }
    }
}

/// The text of a file that nobody but this user can read. Looks at the open file, so that it cannot be
/// exchanged between the look and the reading.
fn read_private(path: &Path) -> Result<String, CliError> {
    let failed = |error| CliError::File { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    let (mode, owner, own) = (about.mode() & 0o777, about.uid(), geteuid().as_raw());
    if mode & 0o077 != 0 {
        return Err(CliError::KeyFileOpen { path: path.to_owned(), mode });
    }
    // root can read and replace any file, so its ownership adds nobody.
    if owner != own && owner != 0 {
        return Err(CliError::KeyFileOwner { path: path.to_owned(), owner, own });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// The error of a start, with the key file if its key is the wrong one.
pub(crate) fn start_error(common: &Common, error: AppError) -> CliError {
    match error {
        AppError::Sealed(source) => CliError::OtherKeyFile { path: key_file(common), source },
        other => other.into(),
    }
}

fn key_file(common: &Common) -> PathBuf {
    common.key_file.clone().unwrap_or_else(|| default_key_file(&common.database))
}

/// Beside a SQLite database, so that the two are moved together.
fn default_key_file(database: &str) -> PathBuf {
    let file = database.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    let name = file.and_then(|file| file.split('?').next()).unwrap_or("outbound");
    PathBuf::from(format!("{name}.key"))
}

/// A new file that only its owner may read, there with all its text or not at all: nodes that start
/// at once may share the folder.
fn put_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let put = write_private(&unfinished, text).and_then(|()| std::fs::hard_link(&unfinished, path));
    let removed = std::fs::remove_file(&unfinished);
    put.and(removed)
}

/// A new file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
