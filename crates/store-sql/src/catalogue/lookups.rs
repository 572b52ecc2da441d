//! Lookups of a transaction on the catalogue: what is known needs no statement.

use std::slice;

use outbound_model::HandoffId;
use outbound_store::{StoreError, StoredHandoff};

use super::buffer::Buffer;
use super::handoff_row::{HandoffRow, WholeHandoffRow};
use super::known::KnownHandoff;
use super::statements as sql;
use crate::rows::parsed;

/// Handoffs, names and claims that stay known at most, beside those of one batch.
const MAX_KNOWN: usize = 10_000;

impl Buffer {
    /// Looks up those of these handoffs and names that are not known.
    pub(super) async fn prefetch(&mut self, ids: &[HandoffId], names: &[String]) -> Result<(), StoreError> {
        // Not while a batch is under way: the rest of it would be looked up one by one.
        if self.known.len() > MAX_KNOWN {
            self.write_rows();
            self.known.clear();
        }
        let ids: Vec<_> = ids.iter().filter(|id| self.known.handoff(id).is_none()).cloned().collect();
        let names: Vec<_> = names.iter().filter(|key| self.known.name(key).is_none()).cloned().collect();
        self.look_up_handoffs(&ids).await?;
        self.look_up_names(&names).await
    }

    /// A handoff with its newest version.
    pub(super) async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        let known = self.known(id).await?;
        if known.row.is_none() {
            return Ok(None);
        }
        if known.stored.is_none() {
            self.write_rows();
            self.look_up_handoffs(slice::from_ref(id)).await?;
        }
        let stored = self.known(id).await?.stored.take();
        stored.map(StoredHandoff::try_from).transpose()
    }

    /// The row of a handoff, without its version.
    pub(super) async fn row(&mut self, id: &HandoffId) -> Result<Option<HandoffRow>, StoreError> {
        Ok(self.known(id).await?.row.clone())
    }

    /// The handoff that has the name of this key and is not archived.
    pub(super) async fn handoff_named(&mut self, key: &str) -> Result<Option<HandoffId>, StoreError> {
        if self.known.name(key).is_none() {
            self.look_up_names(&[key.to_owned()]).await?;
        }
        Ok(self.known.name(key).cloned().flatten())
    }

    /// What is known of a handoff, looked up if nothing is.
    pub(super) async fn known(&mut self, id: &HandoffId) -> Result<&mut KnownHandoff, StoreError> {
        if self.known.handoff(id).is_none() {
            self.look_up_handoffs(slice::from_ref(id)).await?;
        }
        self.known.handoff(id).ok_or_else(|| StoreError::Engine("a lookup adds what it looked for".into()))
    }

    /// For handoffs of which no rows wait: the others are known.
    async fn look_up_handoffs(&mut self, ids: &[HandoffId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = ids.iter().map(HandoffId::as_str).collect();
        let found: Vec<WholeHandoffRow> = self.transaction.ready().await?.lookup(sql::HANDOFF, &keys).await?;
        self.known.add_handoffs(ids, found);
        Ok(())
    }

    /// For names that no waiting row has given up or taken: those are known.
    async fn look_up_names(&mut self, keys: &[String]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let wanted: Vec<_> = keys.iter().map(String::as_str).collect();
        let found: Vec<(String, String)> =
            self.transaction.ready().await?.lookup(sql::HANDOFF_NAMED, &wanted).await?;
        let found = found.into_iter().map(|(key, id)| Ok((key, parsed(&id)?)));
        self.known.add_names(keys, found.collect::<Result<_, StoreError>>()?);
        Ok(())
    }
}
