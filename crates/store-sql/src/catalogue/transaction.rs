//! Implements the transaction on one account's catalogue.

use async_trait::async_trait;
use outbound_model::{ChangeKind, Handoff, HandoffId, JobTask, Timestamp};
use outbound_store::{
    Attribution, AuditEntry, CatalogueTransaction, ClaimedJob, EarlierCreation, EnqueueJobs, FeedEntry,
    FirstClaim, IdempotencyKey, NewVersion, Recount, StoreError, StoredHandoff,
};

use super::buffer::{Buffer, SavedVersion};
use super::handoff_row::HandoffRow;
use super::rows::ChangeRow;
use super::{lists, rows, statements as sql};
use crate::rows::{parse_stored, time};

/// An open transaction that has locked the account.
pub(super) struct SqlCatalogue(pub(super) Buffer);

#[async_trait]
impl EnqueueJobs for SqlCatalogue {
    async fn enqueue(&mut self, task: &JobTask, now: Timestamp, due_at: Timestamp) -> Result<(), StoreError> {
        self.0.unbuffered().await?.enqueue(task, now, due_at).await
    }
}

#[async_trait]
impl CatalogueTransaction for SqlCatalogue {
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        self.0.handoff(id).await
    }

    async fn published_ids(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<HandoffId>, StoreError> {
        self.0.write_rows();
        let args = [after.map_or("", HandoffId::as_str).into(), i64::from(count).into()];
        let rows: Vec<(String,)> = self.0.unbuffered().await?.all(sql::PUBLISHED_IDS, &args).await?;
        rows.iter().map(|(id,)| parse_stored(id)).collect()
    }

    async fn prefetch(&mut self, ids: &[HandoffId], name_keys: &[String]) -> Result<(), StoreError> {
        self.0.prefetch(ids, name_keys).await
    }

    async fn handoff_id_by_name(&mut self, name_key: &str) -> Result<Option<HandoffId>, StoreError> {
        self.0.handoff_id_by_name(name_key).await
    }

    async fn handoff_changes(&mut self, since: i64, count: u32) -> Result<Vec<FeedEntry>, StoreError> {
        self.0.write_rows();
        let part = [since.into(), i64::from(count).into()];
        let rows: Vec<ChangeRow> = self.0.unbuffered().await?.all(sql::CHANGES_SINCE, &part).await?;
        rows.into_iter().map(FeedEntry::try_from).collect()
    }

    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError> {
        let handoff = version.handoff;
        let name_key = handoff.name.key();
        if self.0.handoff_id_by_name(&name_key).await?.is_some_and(|holder| holder != handoff.id) {
            self.0.unbuffered().await?.fail();
            return Err(StoreError::NameTaken(handoff.name.to_string()));
        }
        let before = self.0.row(&handoff.id).await?;
        let row = HandoffRow {
            handoff_id: handoff.id.to_string(),
            name: handoff.name.to_string(),
            name_key,
            channels: lists::channels(handoff),
            created_at: before.as_ref().map_or(handoff.created_at.millis(), |before| before.created_at),
            latest_version: before.as_ref().map_or(0, |before| before.latest_version) + 1,
            published_version: before.and_then(|before| before.published_version),
            archived_at: None,
        };
        let number = row.latest_version;
        let document = document(handoff, time(row.created_at)?)?;
        let extension = handoff.extension.as_ref().map(serde_json::to_string).transpose();
        let extension = extension.map_err(|error| StoreError::Engine(error.into()))?;
        self.0.add_version(&version, SavedVersion { row, document, extension }).await?;
        Ok(number)
    }

    async fn publish(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError> {
        let before = self.0.row(id).await?.filter(|row| row.archived_at.is_none());
        let before = before.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        let row = HandoffRow { published_version: Some(before.latest_version), ..before };
        if !self.0.is_listed_by_channels(id, &row.channels).await? {
            if before.published_version.is_some() {
                self.0.remove_from_lists(id).await?;
            }
            self.0.add_to_lists(id, &row).await?;
        }
        self.0.change_state(ChangeKind::Published, id, row, attribution).await
    }

    async fn unpublish(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError> {
        let Some(before) = self.0.row(id).await?.filter(|row| row.published_version.is_some()) else {
            return Ok(());
        };
        self.0.remove_from_lists(id).await?;
        let row = HandoffRow { published_version: None, ..before };
        self.0.change_state(ChangeKind::Unpublished, id, row, attribution).await
    }

    async fn archive(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError> {
        let before = self.0.row(id).await?.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        if before.archived_at.is_some() {
            return Ok(());
        }
        if before.published_version.is_some() {
            self.0.remove_from_lists(id).await?;
        }
        self.0.delete_claims(id).await?;
        let row =
            HandoffRow { published_version: None, archived_at: Some(attribution.at.millis()), ..before };
        self.0.change_state(ChangeKind::Archived, id, row, attribution).await
    }

    async fn claim_idempotency_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError> {
        self.0.unbuffered().await?.execute(sql::PRUNE_IDEMPOTENCY_KEYS, &[now.into()]).await?;
        let name = [key.principal.into(), key.key.into()];
        if let Some(earlier) = self.0.unbuffered().await?.optional(sql::EARLIER_CREATION, &name).await? {
            return rows::earlier(earlier).map(Some);
        }
        let creation = [key.request_hash.into(), key.handoff.as_str().into(), key.expires_at.into()];
        let row: Vec<_> = name.into_iter().chain(creation).collect();
        self.0.unbuffered().await?.execute(sql::INSERT_IDEMPOTENCY_KEY, &row).await?;
        Ok(None)
    }

    async fn first_claims(&mut self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
        self.0.first_claims(keys).await
    }

    async fn recount(&mut self, recounted: &Recount) -> Result<(), StoreError> {
        self.0.recount(recounted).await
    }

    async fn settings(&mut self) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = self.0.unbuffered().await?.optional(sql::SETTINGS, &[]).await?;
        Ok(row.map(|(settings,)| settings))
    }

    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError> {
        self.0.unbuffered().await?.execute(sql::SET_SETTINGS, &[settings.into()]).await.map(drop)
    }

    async fn finish_job(
        &mut self,
        job: &ClaimedJob,
        report: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.0.unbuffered().await?.finish_job(job, report, now).await
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.0.unbuffered().await?.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<i64, StoreError> {
        self.0.commit().await
    }
}

/// The JSON that is served: the handoff with the creation time of its first version.
fn document(handoff: &Handoff, created_at: Timestamp) -> Result<String, StoreError> {
    let text = if handoff.created_at == created_at {
        serde_json::to_string(handoff)
    } else {
        serde_json::to_string(&Handoff { created_at, ..handoff.clone() })
    };
    text.map_err(|error| StoreError::Engine(error.into()))
}
