//! Sessions and nonces.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Nonce, Session, SessionWithUser, Sessions, StoreError};

use super::missing;
use crate::MemoryStore;

#[async_trait]
impl Sessions for MemoryStore {
    async fn open_session(&self, _: &AccountId, _: &Session, _: &str) -> Result<bool, StoreError> {
        missing()
    }

    async fn extend_session(&self, _: &AccountId, _: &[u8], _: Timestamp) -> Result<(), StoreError> {
        missing()
    }

    async fn end_session(&self, _: &AccountId, _: &[u8]) -> Result<(), StoreError> {
        missing()
    }

    async fn session_of_cookie(
        &self,
        _: &AccountId,
        _: &[u8],
    ) -> Result<Option<SessionWithUser>, StoreError> {
        missing()
    }

    async fn session_of_bearer(&self, _: &[u8]) -> Result<Option<SessionWithUser>, StoreError> {
        missing()
    }

    async fn spend_nonce(&self, _: &AccountId, _: Nonce<'_>, _: Timestamp) -> Result<bool, StoreError> {
        missing()
    }

    async fn prune_nonces(&self, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        missing()
    }
}
