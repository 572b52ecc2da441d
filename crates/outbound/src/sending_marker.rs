//! A file beside the key file with the time at which this server last sent messages. Backups of the database do not contain
//! it, so a restored copy is noticed.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use outbound_app::SendingMarker;
use outbound_model::Timestamp;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;

/// The file.
pub(crate) struct SendingFile {
    path: PathBuf,
    has_failed: AtomicBool,
}

impl SendingFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, has_failed: AtomicBool::new(false) }
    }

    /// Logs the first error only: the time is written every few seconds.
    fn report(&self, error: &std::io::Error) {
        if !self.has_failed.swap(true, Ordering::Relaxed) {
            let file = self.path.display();
            tracing::warn!(%file, %error, "cannot use the file by which a restored database is recognized");
        }
    }
}

#[async_trait]
impl SendingMarker for SendingFile {
    async fn read(&self) -> Option<Timestamp> {
        match tokio::fs::read_to_string(&self.path).await {
            Ok(text) => text.trim().parse().ok(),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                self.report(&error);
                None
            }
        }
    }

    /// Replaces the file, so that it always has a complete time.
    async fn write(&self, at: Timestamp) {
        let mut temporary = self.path.as_os_str().to_owned();
        temporary.push(format!(".{}", std::process::id()));
        let temporary = PathBuf::from(temporary);
        let written = async {
            // Like all files of the installation, only its owner can read it.
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut file = options.open(&temporary).await?;
            file.write_all(format!("{at}\n").as_bytes()).await?;
            file.flush().await?;
            tokio::fs::rename(&temporary, &self.path).await
        };
        if let Err(error) = written.await {
            self.report(&error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_time_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = SendingFile::new(folder.path().join("outbound.db.key.sent"));
        assert_eq!(file.read().await, None);
        let at = Timestamp::from_millis(1_795_896_444_700).unwrap();
        file.write(at).await;
        assert_eq!(file.read().await, Some(at));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        // A folder that does not exist is no error of the caller.
        SendingFile::new(folder.path().join("missing/file")).write(at).await;
    }
}
