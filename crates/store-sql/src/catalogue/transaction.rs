//! Writes to one account's catalogue.

use async_trait::async_trait;
use outbound_model::{ChangeKind, Extension, Handoff, HandoffId, JobTask, Timestamp};
use outbound_store::{
    Act, AuditEntry, CatalogueTransaction, EarlierCreation, EnqueueJobs, IdempotencyKey, NewVersion,
    StoreError, StoredHandoff,
};

use super::buffer::{Buffer, Saved};
use super::{lists, rows, statements as sql};
use crate::rows::{parsed, time};

/// An open transaction, which has locked the account.
pub(super) struct SqlCatalogue(pub(super) Buffer);

#[async_trait]
impl EnqueueJobs for SqlCatalogue {
    async fn enqueue(&mut self, task: &JobTask, due_at: Timestamp) -> Result<(), StoreError> {
        self.0.unbuffered().enqueue(task, due_at).await
    }
}

#[async_trait]
impl CatalogueTransaction for SqlCatalogue {
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        self.0.handoff(id).await
    }

    async fn handoff_named(&mut self, name_key: &str) -> Result<Option<HandoffId>, StoreError> {
        let row: Option<(String,)> =
            self.0.unbuffered().optional(sql::HANDOFF_NAMED, &[name_key.into()]).await?;
        row.map(|(id,)| parsed(&id)).transpose()
    }

    async fn extensions(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError> {
        self.0.extensions(after, count).await
    }

    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError> {
        let handoff = version.handoff;
        let (name, key, channels) = (&handoff.name, handoff.name.key(), lists::channels(handoff));
        let id = handoff.id.as_str();
        let summary =
            [id.into(), name.as_str().into(), (&*key).into(), (&*channels).into(), handoff.created_at.into()];
        let saved =
            self.0.unbuffered().optional::<(i64, i64, Option<i64>)>(sql::SAVE_HANDOFF, &summary).await;
        let (number, created_at, published) = match saved {
            Ok(Some(saved)) => saved,
            Ok(None) | Err(StoreError::Conflict) => return Err(StoreError::NameTaken(name.to_string())),
            Err(error) => return Err(error),
        };
        let document = document(handoff, time(created_at)?)?;
        let extension = handoff.extension.as_ref().map(serde_json::to_string).transpose();
        let extension = extension.map_err(|error| StoreError::Engine(error.into()))?;
        let saved = Saved { number, created_at, published, document, extension };
        self.0.add_version(&version, saved).await?;
        Ok(number)
    }

    async fn publish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        self.0.take_off_lists(id).await?;
        let row: Option<(Option<i64>, i64, String)> =
            self.0.unbuffered().optional(sql::PUBLISH_HANDOFF, &[id.as_str().into()]).await?;
        let Some((Some(version), created_at, channels)) = row else {
            return Err(StoreError::UnknownHandoff(id.clone()));
        };
        for (list, index) in lists::elements(&channels) {
            self.0.put_on_list(list, created_at, id, index).await?;
        }
        self.0.change_state(ChangeKind::Published, id, version, act).await
    }

    async fn unpublish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        if !self.0.take_off_lists(id).await? {
            return Ok(());
        }
        let row = self.0.unbuffered().optional(sql::UNPUBLISH_HANDOFF, &[id.as_str().into()]).await?;
        let (version,) = row.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        self.0.change_state(ChangeKind::Unpublished, id, version, act).await
    }

    async fn archive(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        let stored = self.handoff(id).await?;
        let stored = stored.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        if stored.archived_at.is_some() {
            return Ok(());
        }
        self.0.take_off_lists(id).await?;
        self.0.unbuffered().execute(sql::ARCHIVE_HANDOFF, &[id.as_str().into(), act.at.into()]).await?;
        self.0.change_state(ChangeKind::Archived, id, stored.latest_version.number, act).await
    }

    async fn claim_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError> {
        self.0.unbuffered().execute(sql::FORGET_IDEMPOTENCY_KEYS, &[now.into()]).await?;
        let name = [key.principal.into(), key.key.into()];
        if let Some(earlier) = self.0.unbuffered().optional(sql::EARLIER_CREATION, &name).await? {
            return rows::earlier(earlier).map(Some);
        }
        let creation = [key.request_hash.into(), key.handoff.as_str().into(), key.expires_at.into()];
        let row: Vec<_> = name.into_iter().chain(creation).collect();
        self.0.unbuffered().execute(sql::INSERT_IDEMPOTENCY_KEY, &row).await?;
        Ok(None)
    }

    async fn settings(&mut self) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = self.0.unbuffered().optional(sql::SETTINGS, &[]).await?;
        Ok(row.map(|(settings,)| settings))
    }

    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError> {
        self.0.unbuffered().execute(sql::SET_SETTINGS, &[settings.into()]).await.map(drop)
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.0.unbuffered().add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<i64, StoreError> {
        self.0.commit().await
    }
}

/// The JSON to be served: the handoff, with the creation time it had when it was first saved.
fn document(handoff: &Handoff, created_at: Timestamp) -> Result<String, StoreError> {
    let text = if handoff.created_at == created_at {
        serde_json::to_string(handoff)
    } else {
        serde_json::to_string(&Handoff { created_at, ..handoff.clone() })
    };
    text.map_err(|error| StoreError::Engine(error.into()))
}
