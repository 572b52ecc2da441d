//! Which handoff was imported from which template of a provider. The provider's id of the template is in the extension
//! of the handoff, by the index of the channel.

use std::collections::{HashMap, HashSet};

use outbound_formats::Format;
use outbound_model::{Extension, HandoffId};
use outbound_store::{CatalogueReader, CatalogueTransaction, ChangeSubject, FeedEntry, StoreError};
use serde_json::Value;

/// Rows per statement.
const BATCH: u32 = 500;

/// The handoffs of an account that were imported from providers, by the provider's template id.
#[derive(Default)]
pub(crate) struct ProviderIds {
    ids: HashMap<(Format, String), HandoffId>,
    /// The number of the last change that is included.
    through: i64,
}

impl ProviderIds {
    /// Reads all handoffs of the account. Without a transaction, because that takes seconds for many handoffs.
    pub(crate) async fn read(reader: &dyn CatalogueReader) -> Result<Self, StoreError> {
        // First, so that changes in the meantime are read again.
        let mut all = Self { through: reader.last_change().await?, ids: HashMap::new() };
        let mut after = None;
        loop {
            let batch = reader.extensions(after.as_ref(), BATCH).await?;
            let Some((last, _)) = batch.last() else { return Ok(all) };
            after = Some(last.clone());
            for (id, extension) in batch {
                all.add(&id, &extension);
            }
        }
    }

    /// Reads the handoffs that have changed since then; all if nothing was read yet.
    pub(crate) async fn read_changes(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
    ) -> Result<(), StoreError> {
        loop {
            let changes = transaction.handoff_changes(self.through, BATCH).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            self.through = last.sequence;
            let handoff = |change: FeedEntry| match change.subject {
                ChangeSubject::Handoff { handoff, .. } => Some(handoff),
                ChangeSubject::Campaign(_) => None,
            };
            let ids: HashSet<_> = changes.into_iter().filter_map(handoff).collect();
            self.ids.retain(|_, id| !ids.contains(id));
            let ids: Vec<_> = ids.into_iter().collect();
            transaction.prefetch(&ids, &[]).await?;
            for id in ids {
                let stored = transaction.handoff(&id).await?.filter(|stored| stored.archived_at.is_none());
                if let Some(extension) = stored.and_then(|stored| stored.latest.extension) {
                    self.add(&id, &extension);
                }
            }
        }
    }

    /// The handoff that was imported from a template.
    pub(crate) fn handoff(&self, format: Format, template_id: &str) -> Option<&HandoffId> {
        self.ids.get(&(format, template_id.to_owned()))
    }

    fn add(&mut self, id: &HandoffId, extension: &Extension) {
        for format in Format::ALL {
            let places = extension.extra.get(format.as_str()).and_then(Value::as_object);
            let places = places.into_iter().flatten().filter_map(|(place, _)| place.parse().ok());
            let ids = places.filter_map(|place| provider_id(Some(extension), format, place));
            self.ids.extend(ids.map(|own| ((format, own.to_owned()), id.clone())));
        }
    }
}

/// The provider's id of the template of the channel at index `place`.
pub(crate) fn provider_id(extension: Option<&Extension>, format: Format, place: usize) -> Option<&str> {
    let key = match format {
        Format::Meta => "id",
        Format::Twilio => "sid",
        Format::LivePerson | Format::Rbm => return None,
    };
    let mut fields = extension?.provider_fields(format.as_str(), place);
    fields.find(|(name, _)| *name == key)?.1.as_str()
}
