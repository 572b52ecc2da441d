//! Files with reports.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{ReportFile, ReportFiles, StoreError};
use uuid::Uuid;

use super::missing;
use crate::MemoryStore;

#[async_trait]
impl ReportFiles for MemoryStore {
    async fn add_report_file(&self, _: &AccountId, _: &ReportFile, _: u32) -> Result<bool, StoreError> {
        missing()
    }

    async fn report_files(&self, _: &AccountId, _: u32) -> Result<Vec<ReportFile>, StoreError> {
        missing()
    }

    async fn report_file(&self, _: &AccountId, _: Uuid) -> Result<Option<ReportFile>, StoreError> {
        missing()
    }

    async fn update_report_file(
        &self,
        _: &AccountId,
        _: Uuid,
        _: u64,
        _: Option<u64>,
    ) -> Result<bool, StoreError> {
        missing()
    }

    async fn write_report_part(&self, _: &AccountId, _: Uuid, _: u32, _: &[u8]) -> Result<bool, StoreError> {
        missing()
    }

    async fn report_part(&self, _: &AccountId, _: Uuid, _: u32) -> Result<Option<Vec<u8>>, StoreError> {
        missing()
    }

    async fn hide_report_file(&self, _: &AccountId, _: Uuid) -> Result<bool, StoreError> {
        missing()
    }

    async fn hide_report_files(&self, _: &AccountId, _: Timestamp) -> Result<u64, StoreError> {
        missing()
    }

    async fn delete_hidden_report_files(&self, _: &AccountId) -> Result<u64, StoreError> {
        missing()
    }
}
