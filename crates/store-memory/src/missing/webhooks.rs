//! Webhooks.

use async_trait::async_trait;
use outbound_model::{AccountId, ChangeKind, Timestamp, WebhookId};
use outbound_store::{
    Delivery, DeliveryAttempt, StoreError, Webhook, WebhookReader, WebhookTransaction, Webhooks,
};

use super::{Missing, missing};
use crate::MemoryStore;

#[async_trait]
impl Webhooks for MemoryStore {
    fn read_webhooks(&self, _: &AccountId) -> Box<dyn WebhookReader> {
        Box::new(Missing)
    }

    async fn write_webhooks(&self, _: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError> {
        missing()
    }

    async fn subscribed_kinds(&self, _: &AccountId) -> Result<Vec<ChangeKind>, StoreError> {
        Ok(Vec::new())
    }

    async fn claim_deliveries(
        &self,
        _: &AccountId,
        _: &WebhookId,
        _: (Timestamp, Timestamp),
        _: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        missing()
    }

    async fn prune_deliveries(&self, _: &AccountId, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        missing()
    }

    async fn purge_webhook(&self, _: &AccountId, _: &WebhookId, _: u32) -> Result<bool, StoreError> {
        missing()
    }

    async fn record_unsent(
        &self,
        _: &AccountId,
        _: &WebhookId,
        _: &DeliveryAttempt,
    ) -> Result<(), StoreError> {
        missing()
    }

    async fn enqueue_deliveries(&self, _: &AccountId, _: Timestamp) -> Result<(), StoreError> {
        missing()
    }
}

#[async_trait]
impl WebhookReader for Missing {
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        missing()
    }

    async fn webhook(&self, _: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        missing()
    }

    async fn deliveries(&self, _: &WebhookId, _: i64, _: u32) -> Result<Vec<Delivery>, StoreError> {
        missing()
    }

    async fn delivery(&self, _: &WebhookId, _: i64) -> Result<Option<Delivery>, StoreError> {
        missing()
    }

    async fn next_attempt(&self, _: &WebhookId) -> Result<Option<Timestamp>, StoreError> {
        missing()
    }
}
