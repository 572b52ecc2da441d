//! Opens the installation: migrates its database and reads its key.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use outbound_app::{
    App, AppError, AppParts, CacheSettings, CampaignTimes, NoProviders, NoWebhooks, ProviderSender, Store,
    WebhookSender,
};
use outbound_auth::{InstallationKey, PublicUrl};
use outbound_store_sql::{Options, SqlStore};
use rustix::process::geteuid;

use crate::arguments::{Common, Serve};
use crate::environment::{SystemClock, SystemGenerator};
use crate::error::CliError;
use crate::sending_marker::SendingFile;
use crate::webhooks::Sender;

/// The addresses at which clients reach the service. Empty for commands other than `serve`.
#[derive(Default)]
pub(crate) struct PublicAddresses {
    /// As in [`outbound_app::AppParts`].
    pub(crate) public_urls: Vec<PublicUrl>,
    /// As in [`outbound_app::AppParts`].
    pub(crate) service_hosts: Vec<(String, String)>,
}

/// Opens the installation for a command. Creates the database and the key if they do not exist.
pub(crate) async fn open(common: &Common) -> Result<App, CliError> {
    open_with_sender(common, Arc::new(NoWebhooks)).await
}

/// Opens the installation for a command that sends webhook messages or checks their URLs.
pub(crate) async fn open_with_sender(
    common: &Common,
    sender: Arc<dyn WebhookSender>,
) -> Result<App, CliError> {
    let senders = (sender, Arc::new(NoProviders) as Arc<dyn ProviderSender>);
    open_with(common, ServerSettings::default(), PublicAddresses::default(), senders).await
}

/// Settings of a server. Those of other commands do not matter.
#[derive(Default)]
pub(crate) struct ServerSettings {
    caches: CacheSettings,
    campaign_times: CampaignTimes,
    reports_sandbox: bool,
}

impl From<&Serve> for ServerSettings {
    fn from(serve: &Serve) -> Self {
        let (caches, campaigns) = (&serve.caches, &serve.campaigns);
        Self {
            caches: CacheSettings {
                page_bytes: caches.page_cache_bytes,
                token_bytes: caches.token_cache_bytes,
                stale_seconds: caches.stale_seconds,
            },
            campaign_times: CampaignTimes {
                lease_seconds: campaigns.campaign_lease_seconds.get(),
                unknown_seconds: campaigns.campaign_unknown_seconds.get(),
            },
            reports_sandbox: serve.demo || serve.report_sandbox,
        }
    }
}

/// Opens the installation for a server.
pub(crate) async fn open_for_server(
    common: &Common,
    settings: ServerSettings,
    addresses: PublicAddresses,
    sender: Arc<Sender>,
) -> Result<App, CliError> {
    open_with(common, settings, addresses, (sender.clone(), sender)).await
}

async fn open_with(
    common: &Common,
    settings: ServerSettings,
    addresses: PublicAddresses,
    (webhook_sender, provider_sender): (Arc<dyn WebhookSender>, Arc<dyn ProviderSender>),
) -> Result<App, CliError> {
    let ServerSettings { caches, campaign_times, reports_sandbox } = settings;
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
        provider_sender,
        campaign_times,
        reports_sandbox,
    }))
}

/// Opens only the database, without migrating it.
pub(crate) async fn open_store(common: &Common) -> Result<SqlStore, CliError> {
    Ok(SqlStore::open(&common.database, &options(common)).await?)
}

/// The options for opening the database.
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
            create_key(&path, store).await.and_then(|hex| key(&hex))
        }
        Err(error) => Err(error),
    }
}

/// Creates the key file. Returns its content, or that of the file another process created at the same time.
async fn create_key(path: &Path, store: &dyn Store) -> Result<String, CliError> {
    // A new key could not decrypt the existing secrets.
    if store.holds_secrets().await? {
        return Err(CliError::KeyFileMissing(path.to_owned()));
    }
    let hex = InstallationKey::generate_hex(&SystemGenerator);
    match create_private(path, &hex) {
        // Another process has created the file first; use its key.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_private(path),
        Err(error) => Err(CliError::File { path: path.to_owned(), error }),
        Ok(()) => {
            tracing::info!(file = %path.display(), "created the installation key; keep a backup of this file");
            Ok(hex)
        }
    }
}

/// Reads a file that only this user can access. Checks the permissions of the open file, so that the file cannot
/// be replaced between the check and the read.
fn read_private(path: &Path) -> Result<String, CliError> {
    let failed = |error| CliError::File { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let mode = metadata.mode() & 0o777;
    let owner = metadata.uid();
    let user = geteuid().as_raw();
    if mode & 0o077 != 0 {
        return Err(CliError::KeyFileOpen { path: path.to_owned(), mode });
    }
    // root can access any file, so a file that root owns is not less private.
    if owner != user && owner != 0 {
        return Err(CliError::KeyFileOwner { path: path.to_owned(), owner, user });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Adds the path of the key file to an error that is caused by a wrong key.
pub(crate) fn start_error(common: &Common, error: AppError) -> CliError {
    match error {
        AppError::Sealed(source) => CliError::OtherKeyFile { path: key_file(common), source },
        other => other.into(),
    }
}

fn key_file(common: &Common) -> PathBuf {
    common.key_file.clone().unwrap_or_else(|| default_key_file(&common.database))
}

/// The file that remembers when this server sent messages.
pub(crate) fn sending_file(common: &Common) -> SendingFile {
    let mut path = key_file(common).into_os_string();
    path.push(".sent");
    SendingFile::new(path.into())
}

/// A file next to a SQLite database, so that both are moved together.
fn default_key_file(database: &str) -> PathBuf {
    let file = database.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    let name = file.and_then(|file| file.split('?').next()).unwrap_or("outbound");
    PathBuf::from(format!("{name}.key"))
}

/// Creates a file that only its owner can access. The file appears with its complete content, because several
/// nodes may start in the same folder at the same time.
fn create_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let created = write_private(&temporary, text).and_then(|()| std::fs::hard_link(&temporary, path));
    let removed = std::fs::remove_file(&temporary);
    created.and(removed)
}

/// Writes a new file that only its owner can access.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
