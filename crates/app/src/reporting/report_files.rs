//! Files with reports of long periods. A job writes them; they are kept for a week, encrypted.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use outbound_model::{AccountId, JobState, JobTask, Timestamp, random_uuid};
use outbound_spreadsheet::SpreadsheetError;
use outbound_store::ReportFile;
use tokio::time::sleep;
use uuid::Uuid;

use super::export_request::FileRequest;
use crate::compute::off_thread;
use crate::jobs::JobOutcome;
use crate::{App, AppError, Grant, ReadReports};

/// How long files are kept, in days.
pub const REPORT_FILE_DAYS: i64 = 7;
/// The maximum number of files of an account.
pub const MAX_REPORT_FILES: usize = 20;

/// The length of a part before compression and encryption.
const PART_BYTES: usize = 1024 * 1024;
/// Time between two reports of the progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);
const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// The state of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileState {
    /// It is being written; this many messages so far.
    Running(u64),
    /// It is complete and has this size in bytes.
    Done(u64),
    /// It could not be written.
    Failed,
}

/// A file that was requested.
#[derive(Clone, Debug)]
pub struct RequestedFile {
    /// Its id.
    pub id: Uuid,
    /// Who requested it.
    pub created_by: String,
    /// When it was requested.
    pub created_at: Timestamp,
    /// What it contains.
    pub request: FileRequest,
    /// Its state.
    pub state: FileState,
}

/// A part of a file is bound to its place by the name of the encrypted value.
fn seal_label(account: &AccountId, id: Uuid, part: u32) -> String {
    format!("part {part} of the report file {id} of {account}")
}

impl App {
    /// Requests a file. A job writes it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn request_report_file(
        &self,
        grant: &Grant<ReadReports>,
        request: &FileRequest,
    ) -> Result<Uuid, AppError> {
        let account = grant.account();
        request.report.filters(&request.filters)?;
        if self.store.report_files(account, u32::MAX).await?.len() >= MAX_REPORT_FILES {
            return Err(AppError::TooManyReportFiles);
        }
        let now = self.clock.now();
        let file = ReportFile {
            id: random_uuid(&*self.generator),
            created_by: grant.principal().to_owned(),
            created_at: now,
            request: request.to_json()?,
            messages: 0,
            bytes: None,
        };
        self.store.add_report_file(account, &file).await?;
        // Without this job, the file would be deleted after a week.
        self.store.enqueue_job(account, &JobTask::ExportReport(file.id), now).await?;
        self.job_work.notify_one();
        Ok(file.id)
    }

    /// Lists the files of the account, newest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn report_files(&self, grant: &Grant<ReadReports>) -> Result<Vec<RequestedFile>, AppError> {
        let files = self.store.report_files(grant.account(), u32::MAX).await?;
        let mut requested = Vec::with_capacity(files.len());
        for file in files {
            requested.push(self.requested(grant.account(), file).await?);
        }
        Ok(requested)
    }

    /// A file of the account.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn report_file(
        &self,
        grant: &Grant<ReadReports>,
        id: Uuid,
    ) -> Result<Option<RequestedFile>, AppError> {
        match self.store.report_file(grant.account(), id).await? {
            Some(file) => self.requested(grant.account(), file).await.map(Some),
            None => Ok(None),
        }
    }

    async fn requested(&self, account: &AccountId, file: ReportFile) -> Result<RequestedFile, AppError> {
        let state = match file.bytes {
            Some(bytes) => FileState::Done(bytes),
            None => match self.store.job(account, &JobTask::ExportReport(file.id).id()).await? {
                Some(job) if job.state != JobState::Failed => FileState::Running(file.messages),
                _ => FileState::Failed,
            },
        };
        let request = FileRequest::from_json(&file.request)?;
        let ReportFile { id, created_by, created_at, .. } = file;
        Ok(RequestedFile { id, created_by, created_at, request, state })
    }

    /// The content of part `number` of a complete file, from 0; `None` after the last.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn report_file_part(
        &self,
        grant: &Grant<ReadReports>,
        id: Uuid,
        number: u32,
    ) -> Result<Option<Vec<u8>>, AppError> {
        let account = grant.account();
        let Some(sealed) = self.store.report_part(account, id, number).await? else { return Ok(None) };
        let compressed = self.installation.open(&seal_label(account, id, number), &sealed)?;
        let mut content = Vec::new();
        GzDecoder::new(&*compressed)
            .read_to_end(&mut content)
            .map_err(|error| AppError::Internal(error.into()))?;
        Ok(Some(content))
    }

    /// Deletes a file, also one that is being written. Returns whether there was one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn delete_report_file(&self, grant: &Grant<ReadReports>, id: Uuid) -> Result<bool, AppError> {
        Ok(self.store.delete_report_file(grant.account(), id).await?)
    }

    /// Deletes all files, also those that are being written.
    pub(super) async fn delete_report_files(&self, account: &AccountId) -> Result<(), AppError> {
        // The clocks of other nodes may be ahead.
        let before = self.clock.now().plus_seconds(SECONDS_OF_DAY);
        self.store.delete_report_files(account, before).await?;
        Ok(())
    }

    /// Deletes files that were kept for long enough.
    pub(crate) async fn delete_old_report_files(&self, account: &AccountId) -> Result<(), AppError> {
        let before = self.clock.now().plus_seconds(-REPORT_FILE_DAYS * SECONDS_OF_DAY);
        self.store.delete_report_files(account, before).await?;
        Ok(())
    }

    /// Writes a requested file. Begins again if an earlier run was interrupted, and ends if the file was deleted.
    pub(crate) async fn write_report_file(
        &self,
        account: &AccountId,
        id: Uuid,
    ) -> Result<JobOutcome, AppError> {
        let Some(file) = self.store.report_file(account, id).await? else { return Ok(JobOutcome::Done) };
        let request = FileRequest::from_json(&file.request)?;
        let messages = AtomicU64::new(0);
        let grant: Grant<ReadReports> = self.operator(account);
        let file = tempfile::tempfile().map_err(SpreadsheetError::Write)?;
        let written = tokio::select! {
            written = self.export_report(&grant, &request, file, |count| messages.store(count, Ordering::Relaxed)) => written,
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
