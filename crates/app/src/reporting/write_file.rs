//! The job that writes a requested file with a report.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use outbound_model::AccountId;
use outbound_spreadsheet::SpreadsheetError;
use tokio::time::sleep;
use uuid::Uuid;

use super::export_request::FileRequest;
use super::report_files::seal_label;
use crate::compute::off_thread;
use crate::jobs::JobOutcome;
use crate::{App, AppError, Grant, ReadReports};

/// The length of a part before compression and encryption.
const PART_BYTES: usize = 1024 * 1024;
/// Time between two reports of the progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);
/// Time after which a file that must wait for others is tried again.
const RETRY_SECONDS: i64 = 10;

impl App {
    /// Writes a requested file. Begins again if an earlier run was interrupted, and ends if the file was deleted. If
    /// too many other files are being written, it runs again later, so that it does not take the place of other jobs.
    pub(crate) async fn write_report_file(
        &self,
        account: &AccountId,
        id: Uuid,
    ) -> Result<JobOutcome, AppError> {
        let Some(file) = self.store.report_file(account, id).await? else { return Ok(JobOutcome::Done) };
        let Ok(_permit) = self.exports.try_acquire(account.clone()) else {
            return Ok(JobOutcome::Again(self.clock.now().plus_seconds(RETRY_SECONDS)));
        };
        let request = FileRequest::from_json(&file.request)?;
        let messages = AtomicU64::new(0);
        let grant: Grant<ReadReports> = self.operator(account);
        let file = tempfile::tempfile().map_err(SpreadsheetError::Write)?;
        let written = tokio::select! {
            written = self.export_with_permit(&grant, &request, file, |count| messages.store(count, Ordering::Relaxed)) => written,
            deleted = self.report_progress(account, id, &messages) => return deleted.map(|()| JobOutcome::Done),
        };
        let file = match written {
            Err(AppError::ReportTooLarge(_)) => {
                return Ok(JobOutcome::Failed("the report is too large; use filters or a shorter period"));
            }
            written => written?,
        };
        if let Some(bytes) = self.store_parts(account, id, file).await? {
            let messages = messages.into_inner();
            self.store.update_report_file(account, id, messages, Some(bytes)).await?;
        }
        Ok(JobOutcome::Done)
    }

    /// Stores the progress. Returns when the file was deleted.
    async fn report_progress(
        &self,
        account: &AccountId,
        id: Uuid,
        messages: &AtomicU64,
    ) -> Result<(), AppError> {
        loop {
            sleep(PROGRESS_INTERVAL).await;
            let messages = messages.load(Ordering::Relaxed);
            if !self.store.update_report_file(account, id, messages, None).await? {
                return Ok(());
            }
        }
    }

    /// Stores a file in encrypted parts, and returns its size; `None` if it was deleted in the meantime.
    async fn store_parts(
        &self,
        account: &AccountId,
        id: Uuid,
        mut file: File,
    ) -> Result<Option<u64>, AppError> {
        let (mut size, mut number) = (0, 0);
        file.rewind().map_err(SpreadsheetError::Write)?;
        loop {
            let (rest, part) = off_thread(move || read_part(file)).await??;
            file = rest;
            let Some((length, compressed)) = part else { return Ok(Some(size)) };
            size += length;
            let sealed =
                self.installation.seal(&seal_label(account, id, number), &compressed, &*self.generator)?;
            if !self.store.write_report_part(account, id, number, &sealed).await? {
                return Ok(None);
            }
            number += 1;
        }
    }
}

/// A part of a file: its length, and its content compressed with gzip.
type Part = (u64, Vec<u8>);

/// Reads the next part of a file; `None` at its end.
fn read_part(mut file: File) -> Result<(File, Option<Part>), AppError> {
    let mut content = Vec::with_capacity(PART_BYTES);
    let length = (&mut file)
        .take(PART_BYTES.try_into().unwrap_or(u64::MAX))
        .read_to_end(&mut content)
        .map_err(SpreadsheetError::Write)?;
    if length == 0 {
        return Ok((file, None));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let compressed = encoder.write_all(&content).and_then(|()| encoder.finish());
    let length = length.try_into().unwrap_or(u64::MAX);
    Ok((file, Some((length, compressed.map_err(SpreadsheetError::Write)?))))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use outbound_auth::InstallationKey;
    use outbound_model::Timestamp;
    use outbound_model::testing::{ManualClock, SequenceGenerator};
    use outbound_reporting::App as ReportingApp;
    use outbound_store_sql::{Options, SqlStore};
    use tokio::time::timeout;

    use super::*;
    use crate::{
        AppParts, CacheSettings, CampaignTimes, ExportFormat, ExportedReport, NoProviders, NoWebhooks,
    };

    /// Longer than anything takes on a busy machine.
    const DEADLINE: Duration = Duration::from_mins(1);

    async fn app(folder: &tempfile::TempDir) -> App {
        let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
        let store = SqlStore::open(&url, &Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        App::new(AppParts {
            store: Arc::new(store),
            clock: Arc::new(ManualClock::default()),
            generator: Arc::<SequenceGenerator>::default(),
            installation: InstallationKey::from_hex(&"07".repeat(32)).unwrap(),
            caches: CacheSettings::default(),
            public_urls: vec!["https://outbound.example".parse().unwrap()],
            service_hosts: Vec::new(),
            webhook_sender: Arc::new(NoWebhooks),
            provider_sender: Arc::new(NoProviders),
            campaign_times: CampaignTimes::default(),
            reports_sandbox: true,
        })
    }

    /// The permits of jobs are held for as long as the test wants, as by files of a long period.
    #[tokio::test]
    async fn a_file_that_waits_for_others_delays_neither_jobs_nor_downloads() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder).await;
        let account: AccountId = "A".parse().unwrap();
        app.create_account(account.clone()).await.unwrap();
        let grant: Grant<ReadReports> = app.operator(&account);
        let request = FileRequest {
            report: ExportedReport::Transactions,
            app: ReportingApp::Proactive,
            interval: Timestamp::EPOCH..Timestamp::EPOCH.plus_seconds(3600),
            filters: String::new(),
            format: ExportFormat::Csv { byte_order_mark: false },
            with_addresses: false,
        };
        let id = app.request_report_file(&grant, &request).await.unwrap();
        let of_other_files = app.exports.try_acquire(account.clone()).unwrap();
        let waiting = timeout(DEADLINE, app.write_report_file(&account, id)).await.unwrap().unwrap();
        assert_eq!(waiting, JobOutcome::Again(Timestamp::EPOCH.plus_seconds(RETRY_SECONDS)));
        let file = tempfile::tempfile().unwrap();
        timeout(DEADLINE, app.export_report(&grant, &request, file, |_| ())).await.unwrap().unwrap();
        drop(of_other_files);
        assert_eq!(app.write_report_file(&account, id).await.unwrap(), JobOutcome::Done);
        let file = app.store.report_file(&account, id).await.unwrap().unwrap();
        assert!(file.bytes.is_some(), "{file:?}");
    }
}
