//! Files with reports that a job writes, and users download later. Their content is stored in encrypted parts.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use uuid::Uuid;

use crate::StoreError;

/// A file with a report, without its content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReportFile {
    /// Its id.
    pub id: Uuid,
    /// Who requested it.
    pub created_by: String,
    /// When it was requested.
    pub created_at: Timestamp,
    /// What it contains, JSON.
    pub request: String,
    /// The number of messages written so far.
    pub messages: u64,
    /// The size of the complete file in bytes; `None` until it is complete.
    pub bytes: Option<u64>,
}

/// The files with reports of all accounts. Nothing here locks an account.
#[async_trait]
pub trait ReportFiles: Send + Sync {
    /// Adds a file without content. Returns `false` if the account has `limit` files. Several calls at the same time
    /// never exceed it, but may all return `false`.
    async fn add_report_file(
        &self,
        account: &AccountId,
        file: &ReportFile,
        limit: u32,
    ) -> Result<bool, StoreError>;

    /// Lists up to `limit` files, newest first.
    async fn report_files(&self, account: &AccountId, limit: u32) -> Result<Vec<ReportFile>, StoreError>;

    /// Reads a file.
    async fn report_file(&self, account: &AccountId, id: Uuid) -> Result<Option<ReportFile>, StoreError>;

    /// Stores the progress, and the size once the file is complete. Returns `false` if the file was deleted.
    async fn update_report_file(
        &self,
        account: &AccountId,
        id: Uuid,
        messages: u64,
        bytes: Option<u64>,
    ) -> Result<bool, StoreError>;

    /// Stores an encrypted part. Parts are numbered from 0; a stored one with this number is replaced. Returns `false` if
    /// the file was deleted. A part never outlives its file.
    async fn write_report_part(
        &self,
        account: &AccountId,
        id: Uuid,
        number: u32,
        sealed: &[u8],
    ) -> Result<bool, StoreError>;

    /// Reads an encrypted part.
    async fn report_part(
        &self,
        account: &AccountId,
        id: Uuid,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Hides a file: it is not found any more, and nothing can be added to it. Returns `false` if there is none.
    async fn hide_report_file(&self, account: &AccountId, id: Uuid) -> Result<bool, StoreError>;

    /// Hides files that were requested before `before`. Returns their number.
    async fn hide_report_files(&self, account: &AccountId, before: Timestamp) -> Result<u64, StoreError>;

    /// Deletes all hidden files with their parts, in batches. Can be called several times at once. Returns the number
    /// of files that this call has deleted.
    async fn delete_hidden_report_files(&self, account: &AccountId) -> Result<u64, StoreError>;
}
