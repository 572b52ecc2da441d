//! Files with reports. On SQLite they are in the operational file.
//!
//! A file may have gigabytes, so its parts are deleted in batches. Until then its time is `-1`, which hides it, and
//! nothing can be added to it. If a deletion is interrupted, the next one of the account's old files completes it.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{ReportFile, ReportFiles, StoreError};
use uuid::Uuid;

use crate::SqlStore;
use crate::rows::{count, from_row, time};
use crate::statement::{TenantSql, statements};

statements! { TenantSql, TENANT:
    INSERT_FILE = "
        INSERT INTO report_files (account_id, file_id, created_by, created_at, request, messages, bytes)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    COUNT_FILES = "SELECT COUNT(*) FROM report_files WHERE account_id = $1 AND created_at >= 0";

    LIST_FILES = "
        SELECT file_id, created_by, created_at, request, messages, bytes
        FROM report_files
        WHERE account_id = $1 AND created_at >= 0
        ORDER BY created_at DESC, file_id
        LIMIT $2";

    FILE_BY_ID = "
        SELECT file_id, created_by, created_at, request, messages, bytes
        FROM report_files
        WHERE account_id = $1 AND file_id = $2 AND created_at >= 0";

    UPDATE_FILE = "
        UPDATE report_files SET messages = $3, bytes = $4
        WHERE account_id = $1 AND file_id = $2 AND created_at >= 0";

    /// The foreign key keeps a concurrent deletion of the file from leaving the part behind.
    WRITE_PART = "
        INSERT INTO report_file_parts (account_id, file_id, part, sealed)
        SELECT f.account_id, f.file_id, $3, $4
        FROM report_files f
        WHERE f.account_id = $1 AND f.file_id = $2 AND f.created_at >= 0
        ON CONFLICT (account_id, file_id, part) DO UPDATE SET sealed = excluded.sealed";

    PART = "SELECT sealed FROM report_file_parts WHERE account_id = $1 AND file_id = $2 AND part = $3";

    HIDE_FILE = "
        UPDATE report_files SET created_at = -1 WHERE account_id = $1 AND file_id = $2 AND created_at >= 0";

    HIDE_FILES = "
        UPDATE report_files SET created_at = -1 WHERE account_id = $1 AND created_at < $2 AND created_at >= 0";

    HIDDEN_FILES = "SELECT file_id FROM report_files WHERE account_id = $1 AND created_at < 0";

    ANY_PART = "SELECT part FROM report_file_parts WHERE account_id = $1 AND file_id = $2 LIMIT 1";

    DELETE_PARTS = "
        DELETE FROM report_file_parts
        WHERE account_id = $1 AND file_id = $2 AND part IN (
            SELECT part FROM report_file_parts WHERE account_id = $1 AND file_id = $2 ORDER BY part LIMIT $3)";

    /// The foreign key deletes a part that was written since the file was hidden.
    DELETE_FILE = "DELETE FROM report_files WHERE account_id = $1 AND file_id = $2";
}

/// The parts that are deleted at once. Each may have a megabyte.
const PART_BATCH: u32 = 16;

struct FileRow {
    file_id: String,
    created_by: String,
    created_at: i64,
    request: String,
    messages: i64,
    bytes: Option<i64>,
}

from_row!(FileRow { file_id, created_by, created_at, request, messages, bytes });

impl TryFrom<FileRow> for ReportFile {
    type Error = StoreError;

    fn try_from(row: FileRow) -> Result<Self, StoreError> {
        let id = row.file_id.parse();
        Ok(Self {
            id: id.map_err(|_| StoreError::Corrupt(format!("the id of a file {}", row.file_id)))?,
            created_by: row.created_by,
            created_at: time(row.created_at)?,
            request: row.request,
            messages: count(row.messages)?,
            bytes: row.bytes.map(count).transpose()?,
        })
    }
}

/// A stored count.
fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl SqlStore {
    async fn number_of_files(&self, account: &AccountId) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = self.operational.reader_in(account).optional(COUNT_FILES, &[]).await?;
        count(row.map_or(0, |(number,)| number))
    }

    async fn has_parts(&self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        let part: Option<(i64,)> =
            self.operational.reader_in(account).optional(ANY_PART, &[id.into()]).await?;
        Ok(part.is_some())
    }

    /// Deletes a hidden file with its parts. Returns `false` if it was deleted in the meantime.
    async fn delete_hidden_file(&self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        let batch = [id.into(), i64::from(PART_BATCH).into()];
        // Not until a batch deletes nothing: another deletion of this file may have deleted the same parts first.
        while self.has_parts(account, id).await? {
            self.operational.execute_in(account, DELETE_PARTS, &batch).await?;
        }
        Ok(self.operational.execute_in(account, DELETE_FILE, &[id.into()]).await? > 0)
    }
}

#[async_trait]
impl ReportFiles for SqlStore {
    async fn add_report_file(
        &self,
        account: &AccountId,
        file: &ReportFile,
        limit: u32,
    ) -> Result<bool, StoreError> {
        if self.number_of_files(account).await? >= u64::from(limit) {
            return Ok(false);
        }
        let id = file.id.to_string();
        let row = [
            id.as_str().into(),
            file.created_by.as_str().into(),
            file.created_at.into(),
            file.request.as_str().into(),
            stored(file.messages).into(),
            file.bytes.map(stored).into(),
        ];
        self.operational.execute_in(account, INSERT_FILE, &row).await?;
        // Counted again after the commit: of files that are added at the same time, the last one sees all others.
        let counted = self.number_of_files(account).await;
        if !matches!(counted, Ok(number) if number <= u64::from(limit)) {
            self.operational.execute_in(account, DELETE_FILE, &[id.as_str().into()]).await?;
        }
        Ok(counted? <= u64::from(limit))
    }

    async fn report_files(&self, account: &AccountId, limit: u32) -> Result<Vec<ReportFile>, StoreError> {
        let reader = self.operational.reader_in(account);
        let rows: Vec<FileRow> = reader.all(LIST_FILES, &[i64::from(limit).into()]).await?;
        rows.into_iter().map(ReportFile::try_from).collect()
    }

    async fn report_file(&self, account: &AccountId, id: Uuid) -> Result<Option<ReportFile>, StoreError> {
        let reader = self.operational.reader_in(account);
        let row: Option<FileRow> = reader.optional(FILE_BY_ID, &[id.to_string().as_str().into()]).await?;
        row.map(ReportFile::try_from).transpose()
    }

    async fn update_report_file(
        &self,
        account: &AccountId,
        id: Uuid,
        messages: u64,
        bytes: Option<u64>,
    ) -> Result<bool, StoreError> {
        let id = id.to_string();
        let args = [id.as_str().into(), stored(messages).into(), bytes.map(stored).into()];
        Ok(self.operational.execute_in(account, UPDATE_FILE, &args).await? > 0)
    }

    async fn write_report_part(
        &self,
        account: &AccountId,
        id: Uuid,
        number: u32,
        sealed: &[u8],
    ) -> Result<bool, StoreError> {
        let id = id.to_string();
        let args = [id.as_str().into(), i64::from(number).into(), sealed.into()];
        Ok(self.operational.execute_in(account, WRITE_PART, &args).await? > 0)
    }

    async fn report_part(
        &self,
        account: &AccountId,
        id: Uuid,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let id = id.to_string();
        let args = [id.as_str().into(), i64::from(number).into()];
        let row: Option<(Vec<u8>,)> = self.operational.reader_in(account).optional(PART, &args).await?;
        Ok(row.map(|(sealed,)| sealed))
    }

    async fn hide_report_file(&self, account: &AccountId, id: Uuid) -> Result<bool, StoreError> {
        let id = id.to_string();
        Ok(self.operational.execute_in(account, HIDE_FILE, &[id.as_str().into()]).await? > 0)
    }

    async fn hide_report_files(&self, account: &AccountId, before: Timestamp) -> Result<u64, StoreError> {
        self.operational.execute_in(account, HIDE_FILES, &[before.into()]).await
    }

    async fn delete_hidden_report_files(&self, account: &AccountId) -> Result<u64, StoreError> {
        let hidden: Vec<(String,)> = self.operational.reader_in(account).all(HIDDEN_FILES, &[]).await?;
        let mut deleted = 0;
        for (id,) in hidden {
            deleted += u64::from(self.delete_hidden_file(account, &id).await?);
        }
        Ok(deleted)
    }
}
