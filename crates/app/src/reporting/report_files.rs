//! Files with reports of long periods. A job writes them; they are kept for a week, encrypted.

use std::io::Read;
use std::time::Duration;

use flate2::read::GzDecoder;
use outbound_model::{AccountId, JobState, JobTask, Timestamp, random_uuid};
use outbound_store::ReportFile;
use tokio::spawn;
use tokio::time::timeout;
use uuid::Uuid;

use super::export_request::FileRequest;
use crate::error_chain::log_unreported_error;
use crate::{App, AppError, Grant, ReadReports};

/// How long files are kept, in days.
pub const REPORT_FILE_DAYS: i64 = 7;
/// The maximum number of files of an account.
pub const MAX_REPORT_FILES: u32 = 20;

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;
/// How long a request waits for the deletion of hidden files, which then continues without it.
const DELETION_WAIT: Duration = Duration::from_secs(5);

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
pub(super) fn seal_label(account: &AccountId, id: Uuid, part: u32) -> String {
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
        let now = self.clock.now();
        let file = ReportFile {
            id: random_uuid(&*self.generator),
            created_by: grant.principal().to_owned(),
            created_at: now,
            request: request.to_json()?,
            messages: 0,
            bytes: None,
        };
        if !self.store.add_report_file(account, &file, MAX_REPORT_FILES).await? {
            return Err(AppError::TooManyReportFiles);
        }
        if let Err(error) = self.store.enqueue_job(account, &JobTask::ExportReport(file.id), now, now).await {
            // No job would write the file. If it cannot be hidden now, it is deleted after a week.
            if let Err(error) = self.store.hide_report_file(account, file.id).await {
                log_unreported_error("deleting a file without a job", &error);
            }
            return Err(error.into());
        }
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
        let is_hidden = self.store.hide_report_file(grant.account(), id).await?;
        if is_hidden {
            self.delete_hidden_files(grant.account()).await;
        }
        Ok(is_hidden)
    }

    /// Deletes all files, also those that are being written.
    pub(super) async fn delete_report_files(&self, account: &AccountId) -> Result<(), AppError> {
        // The clocks of other nodes may be ahead.
        let before = self.clock.now().plus_seconds(SECONDS_OF_DAY);
        self.store.hide_report_files(account, before).await?;
        self.delete_hidden_files(account).await;
        Ok(())
    }

    /// Deletes hidden files. Long ones take longer than a request may, so this waits only for a while. If the process
    /// stops before they are deleted, the maintenance of the account deletes them.
    async fn delete_hidden_files(&self, account: &AccountId) {
        let (store, account) = (self.store.clone(), account.clone());
        let deletion = spawn(async move {
            if let Err(error) = store.delete_hidden_report_files(&account).await {
                log_unreported_error("deleting hidden files with reports", &error);
            }
        });
        let _ = timeout(DELETION_WAIT, deletion).await;
    }

    /// Deletes files that were kept for long enough.
    pub(crate) async fn delete_old_report_files(&self, account: &AccountId) -> Result<(), AppError> {
        let before = self.clock.now().plus_seconds(-REPORT_FILE_DAYS * SECONDS_OF_DAY);
        self.store.hide_report_files(account, before).await?;
        self.store.delete_hidden_report_files(account).await?;
        Ok(())
    }
}
