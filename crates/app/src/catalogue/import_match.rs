//! Finds the stored handoff that an imported one updates.
//!
//! Files of providers contain no handoff ids. The stored handoff is found by the provider's id of the template, which
//! an earlier import stored in the extension, or by name, channel type and language.

use std::collections::HashSet;

use outbound_formats::Format;
use outbound_model::{Channel, Handoff, HandoffId, HandoffName};
use outbound_store::{CatalogueReader, CatalogueTransaction, StoreError, StoredHandoff};

use crate::ParsedHandoff;
use crate::catalogue::provider_ids::{ProviderIds, provider_id};

/// A handoff to import, and how the corresponding stored handoff is found.
#[derive(Clone, Debug)]
pub struct IncomingHandoff {
    /// The handoff.
    pub handoff: Handoff,
    /// How the stored handoff is found.
    pub identity: ImportIdentity,
}

/// How the stored handoff of an imported one is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImportIdentity {
    /// By the id in the file.
    Id,
    /// By the name, because the file has no id.
    Name,
    /// By the provider's template.
    Template(Format),
}

impl From<Handoff> for IncomingHandoff {
    fn from(handoff: Handoff) -> Self {
        Self { handoff, identity: ImportIdentity::Id }
    }
}

impl From<&ParsedHandoff> for IncomingHandoff {
    fn from(parsed: &ParsedHandoff) -> Self {
        Self { handoff: parsed.handoff.clone(), identity: ImportIdentity::of(parsed) }
    }
}

impl ImportIdentity {
    /// How the stored handoff of a parsed one is found.
    pub fn of(parsed: &ParsedHandoff) -> Self {
        match (parsed.format, parsed.has_id) {
            (Format::LivePerson, true) => Self::Id,
            (Format::LivePerson, false) => Self::Name,
            (format, _) => Self::Template(format),
        }
    }
}

/// Finds the stored handoffs of imported ones within one transaction.
pub(crate) struct Targets {
    /// `None` as long as there were no templates of a provider.
    provider_ids: Option<ProviderIds>,
}

impl Targets {
    /// To be called before the transaction begins, with the first batch, so that other writers of the account do not
    /// wait for this.
    pub(crate) async fn read(
        reader: &dyn CatalogueReader,
        first: Option<&[IncomingHandoff]>,
    ) -> Result<Self, StoreError> {
        let provider_ids =
            if first.is_some_and(has_templates) { Some(ProviderIds::read(reader).await?) } else { None };
        Ok(Self { provider_ids })
    }

    /// Reads what has changed since [`read`](Self::read). To be called when the transaction has begun.
    pub(crate) async fn read_changes(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
    ) -> Result<(), StoreError> {
        match &mut self.provider_ids {
            Some(ids) => ids.read_changes(transaction).await,
            None => Ok(()),
        }
    }

    /// Prefetches what [`find`](Self::find) and saving the handoffs of `batch` will need.
    pub(crate) async fn prefetch(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        batch: &[IncomingHandoff],
    ) -> Result<(), StoreError> {
        // The first of several files may have had no templates.
        if self.provider_ids.is_none() && has_templates(batch) {
            self.provider_ids.insert(ProviderIds::default()).read_changes(transaction).await?;
        }
        let ids: Vec<_> = batch.iter().map(|incoming| incoming.handoff.id.clone()).collect();
        let mut names: Vec<_> = batch.iter().map(|incoming| incoming.handoff.name.key()).collect();
        let mut others = Vec::new();
        for incoming in batch {
            if let ImportIdentity::Template(format) = incoming.identity {
                names.extend(candidate_names(&incoming.handoff).iter().map(HandoffName::key));
                if let Some(template_id) = provider_id(incoming.handoff.extension.as_ref(), format, 0) {
                    others.extend(self.imported_from(format, template_id).cloned());
                }
            }
        }
        transaction.prefetch(&ids, &names).await?;
        if batch.iter().any(|incoming| incoming.identity != ImportIdentity::Id) {
            for name in &names {
                others.extend(transaction.handoff_id_by_name(name).await?);
            }
            transaction.prefetch(&others, &[]).await?;
        }
        Ok(())
    }

    /// The stored handoff that `incoming` updates. Handoffs in `seen` were written by this import, so they do not match
    /// a second template.
    pub(crate) async fn find(
        &self,
        transaction: &mut dyn CatalogueTransaction,
        incoming: &IncomingHandoff,
        seen: &HashSet<HandoffId>,
    ) -> Result<Option<StoredHandoff>, StoreError> {
        let format = match incoming.identity {
            ImportIdentity::Id => return transaction.handoff(&incoming.handoff.id).await,
            ImportIdentity::Name => return handoff_by_name(transaction, &incoming.handoff.name.key()).await,
            ImportIdentity::Template(format) => format,
        };
        if let Some(template_id) = provider_id(incoming.handoff.extension.as_ref(), format, 0) {
            let stored = self.imported_from(format, template_id).filter(|id| !seen.contains(id));
            if let Some(id) = stored {
                return transaction.handoff(id).await;
            }
        }
        for name in candidate_names(&incoming.handoff) {
            let found = handoff_by_name(transaction, &name.key()).await?;
            let is_match = |stored: &StoredHandoff| {
                !seen.contains(&stored.id)
                    && channel_index(&stored.latest, &incoming.handoff, format).is_some()
            };
            if let Some(found) = found.filter(is_match) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The handoff that an earlier import has created from a template.
    fn imported_from(&self, format: Format, template_id: &str) -> Option<&HandoffId> {
        self.provider_ids.as_ref()?.handoff(format, template_id)
    }
}

fn has_templates(batch: &[IncomingHandoff]) -> bool {
    batch.iter().any(|incoming| matches!(incoming.identity, ImportIdentity::Template(_)))
}

async fn handoff_by_name(
    transaction: &mut dyn CatalogueTransaction,
    name_key: &str,
) -> Result<Option<StoredHandoff>, StoreError> {
    match transaction.handoff_id_by_name(name_key).await? {
        Some(id) => transaction.handoff(&id).await,
        None => Ok(None),
    }
}

/// Names that earlier imports may have given to the same template, most likely first.
fn candidate_names(handoff: &Handoff) -> Vec<HandoffName> {
    let name = handoff.name.as_str();
    let language = handoff.channels.first().and_then(language).unwrap_or_default();
    let suffix = format!(" ({language})");
    let base = name.strip_suffix(&suffix).unwrap_or(name);
    let candidates = [name.to_owned(), base.to_owned(), format!("{base}{suffix}")];
    candidates.into_iter().filter_map(|name| name.parse().ok()).collect()
}

fn language(channel: &Channel) -> Option<&str> {
    match channel {
        Channel::WhatsApp(channel) => channel.language.as_deref(),
        Channel::Sms(channel) => channel.language.as_deref(),
        Channel::Apple(channel) => channel.language.as_deref(),
        Channel::GoogleRcs(channel) => channel.language.as_deref(),
        Channel::InApp(channel) => channel.language.as_deref(),
        Channel::Unknown(_) => None,
    }
}

/// The index of the channel of `stored` that came from the template: the one with the same provider id, or else the
/// first with the same type and language.
pub(super) fn channel_index(stored: &Handoff, incoming: &Handoff, format: Format) -> Option<usize> {
    let new_channel = incoming.channels.first()?;
    let id = provider_id(incoming.extension.as_ref(), format, 0);
    let has_id = |place: &usize| provider_id(stored.extension.as_ref(), format, *place) == id;
    let is_similar = |channel: &Channel| {
        let (stored_language, new_language) = (language(channel), language(new_channel));
        channel.channel_type().is_some_and(|kind| Some(kind) == new_channel.channel_type())
            && (format == Format::Rbm
                || stored_language == new_language
                || stored_language.is_none()
                || new_language.is_none())
    };
    let places = 0..stored.channels.len();
    let by_id = id.and_then(|_| places.clone().find(has_id));
    by_id.or_else(|| stored.channels.iter().position(is_similar))
}
