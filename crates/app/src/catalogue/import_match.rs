//! Which stored handoff an imported one updates, and what that one becomes.
//!
//! A file of a provider holds no id of ours. Its template is found again by the id that the provider
//! gave it, which an earlier import kept in the extension, or by its name, channel type and language.
//! The update replaces the channel that came from the template. What the file cannot hold stays: other
//! channels, the sender, the lookback period.

use std::collections::{HashMap, HashSet};

use outbound_formats::Format;
use outbound_model::{At, Channel, Extension, FromJson, Handoff, HandoffId, HandoffName, Object};
use outbound_store::{CatalogueTransaction, StoreError, StoredHandoff};
use serde_json::Value;

use crate::ParsedHandoff;

/// Rows of one statement.
const BATCH: u32 = 500;
const CHANNELS: &str = "channels";
const SAMPLES: &str = "samples";

/// A handoff to import, and how it is told which stored one it is.
#[derive(Clone, Debug)]
pub struct IncomingHandoff {
    /// The handoff.
    pub handoff: Handoff,
    /// What identifies it.
    pub identity: ImportIdentity,
}

/// What identifies an imported handoff.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImportIdentity {
    /// The id that the file gives it.
    Id,
    /// Its name: the file gives no id.
    Name,
    /// The template of a provider that it was read from.
    Template(Format),
}

impl From<Handoff> for IncomingHandoff {
    fn from(handoff: Handoff) -> Self {
        Self { handoff, identity: ImportIdentity::Id }
    }
}

impl From<&ParsedHandoff> for IncomingHandoff {
    fn from(read: &ParsedHandoff) -> Self {
        Self { handoff: read.handoff.clone(), identity: ImportIdentity::of(read) }
    }
}

impl ImportIdentity {
    /// What identifies a handoff that was read.
    pub fn of(read: &ParsedHandoff) -> Self {
        match (read.format, read.has_id) {
            (Format::LivePerson, true) => Self::Id,
            (Format::LivePerson, false) => Self::Name,
            (format, _) => Self::Template(format),
        }
    }
}

/// Finds stored handoffs for the imported ones of one transaction.
#[derive(Default)]
pub(crate) struct Targets {
    /// Those that came from a provider, by its id for the template; read when the first is asked for.
    by_provider_id: Option<HashMap<(Format, String), HandoffId>>,
}

impl Targets {
    /// Looks up at once what [`find`](Self::find) and the save of each of `batch` will ask for.
    pub(crate) async fn prefetch(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        batch: &[IncomingHandoff],
    ) -> Result<(), StoreError> {
        let ids: Vec<_> = batch.iter().map(|incoming| incoming.handoff.id.clone()).collect();
        let mut names: Vec<_> = batch.iter().map(|incoming| incoming.handoff.name.key()).collect();
        let mut others = Vec::new();
        for incoming in batch {
            if let ImportIdentity::Template(format) = incoming.identity {
                names.extend(self::names(&incoming.handoff).iter().map(HandoffName::key));
                if let Some(own) = provider_id(incoming.handoff.extension.as_ref(), format, 0) {
                    let known = self.provider_ids(transaction).await?;
                    others.extend(known.get(&(format, own.to_owned())).cloned());
                }
            }
        }
        transaction.prefetch(&ids, &names).await?;
        if batch.iter().any(|incoming| incoming.identity != ImportIdentity::Id) {
            for name in &names {
                others.extend(transaction.handoff_named(name).await?);
            }
            transaction.prefetch(&others, &[]).await?;
        }
        Ok(())
    }

    /// The stored handoff that `incoming` updates. One of `seen`, which this import has written, is taken
    /// for no second template.
    pub(crate) async fn find(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        incoming: &IncomingHandoff,
        seen: &HashSet<HandoffId>,
    ) -> Result<Option<StoredHandoff>, StoreError> {
        let format = match incoming.identity {
            ImportIdentity::Id => return transaction.handoff(&incoming.handoff.id).await,
            ImportIdentity::Name => return named(transaction, &incoming.handoff.name.key()).await,
            ImportIdentity::Template(format) => format,
        };
        if let Some(own) = provider_id(incoming.handoff.extension.as_ref(), format, 0) {
            let known = self.provider_ids(transaction).await?;
            if let Some(id) = known.get(&(format, own.to_owned())).filter(|id| !seen.contains(id)) {
                return transaction.handoff(id).await;
            }
        }
        for name in names(&incoming.handoff) {
            let found = named(transaction, &name.key()).await?;
            let is_same = |one: &StoredHandoff| {
                !seen.contains(&one.id) && place_of(&one.latest, &incoming.handoff, format).is_some()
            };
            if let Some(found) = found.filter(is_same) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn provider_ids(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
    ) -> Result<&HashMap<(Format, String), HandoffId>, StoreError> {
        if self.by_provider_id.is_none() {
            let mut known = HashMap::new();
            let mut after = None;
            loop {
                let batch = transaction.extensions(after.as_ref(), BATCH).await?;
                let Some((last, _)) = batch.last() else { break };
                after = Some(last.clone());
                for (id, extension) in batch {
                    for format in Format::ALL {
                        let places = extension.extra.get(format.as_str()).and_then(Value::as_object);
                        let places = places.into_iter().flatten().filter_map(|(place, _)| place.parse().ok());
                        let own = places.filter_map(|place| provider_id(Some(&extension), format, place));
                        known.extend(own.map(|own| ((format, own.to_owned()), id.clone())));
                    }
                }
            }
            self.by_provider_id = Some(known);
        }
        Ok(self.by_provider_id.get_or_insert_default())
    }
}

async fn named(
    transaction: &mut dyn CatalogueTransaction,
    name_key: &str,
) -> Result<Option<StoredHandoff>, StoreError> {
    match transaction.handoff_named(name_key).await? {
        Some(id) => transaction.handoff(&id).await,
        None => Ok(None),
    }
}

/// The id that the provider gave to the template of the channel at `place`.
fn provider_id(extension: Option<&Extension>, format: Format, place: usize) -> Option<&str> {
    let key = match format {
        Format::Meta => "id",
        Format::Twilio => "sid",
        Format::LivePerson | Format::Rbm => return None,
    };
    let mut fields = extension?.provider_fields(format.as_str(), place);
    fields.find(|(name, _)| *name == key)?.1.as_str()
}

/// The names that earlier imports may have given to the same template, the likeliest first.
fn names(handoff: &Handoff) -> Vec<HandoffName> {
    let name = handoff.name.as_str();
    let language = handoff.channels.first().and_then(language).unwrap_or_default();
    let own = format!(" ({language})");
    let base = name.strip_suffix(&own).unwrap_or(name);
    let all = [name.to_owned(), base.to_owned(), format!("{base}{own}")];
    all.into_iter().filter_map(|name| name.parse().ok()).collect()
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

/// Which channel of `stored` the template's is: the one of its provider id, or the first of its type and
/// language.
fn place_of(stored: &Handoff, incoming: &Handoff, format: Format) -> Option<usize> {
    let own = incoming.channels.first()?;
    let id = provider_id(incoming.extension.as_ref(), format, 0);
    let has_id = |place: &usize| provider_id(stored.extension.as_ref(), format, *place) == id;
    let is_like = |channel: &Channel| {
        let (theirs, ours) = (language(channel), language(own));
        channel.channel_type().is_some_and(|kind| Some(kind) == own.channel_type())
            && (format == Format::Rbm || theirs == ours || theirs.is_none() || ours.is_none())
    };
    let places = 0..stored.channels.len();
    let by_id = id.and_then(|_| places.clone().find(has_id));
    by_id.or_else(|| stored.channels.iter().position(is_like))
}

/// What `stored` becomes by the import.
pub(crate) fn updated(stored: &Handoff, incoming: IncomingHandoff) -> Result<Handoff, StoreError> {
    let IncomingHandoff { handoff, identity } = incoming;
    let format = match identity {
        // The store keeps the creation time, and findings compare it with those of other handoffs.
        ImportIdentity::Id => {
            let (created_at, updated_at) = (stored.created_at, handoff.updated_at.max(stored.created_at));
            return Ok(Handoff { created_at, updated_at, ..handoff });
        }
        ImportIdentity::Name => {
            return Ok(kept_time(
                stored,
                Handoff { id: stored.id.clone(), created_at: stored.created_at, ..handoff },
            ));
        }
        ImportIdentity::Template(format) => format,
    };
    let place = place_of(stored, &handoff, format).unwrap_or_default();
    let engine = |error: serde_json::Error| StoreError::Engine(error.into());
    let (mut file, new) = (stored.to_file().map_err(engine)?, handoff.to_file().map_err(engine)?);
    let channel = |file: &Object, place: usize| file.get(CHANNELS)?.get(place)?.as_object().cloned();
    let mut replaced = channel(&file, place).unwrap_or_default();
    let own = channel(&new, 0).unwrap_or_default();
    replaced
        .extend(own.into_iter().filter(|(key, _)| is_replaced(&replaced, key, format)).collect::<Vec<_>>());
    if let Some(slot) = file.get_mut(CHANNELS).and_then(|channels| channels.get_mut(place)) {
        *slot = Value::Object(replaced);
    }
    for part in [SAMPLES, format.as_str()] {
        let Some(own) = new.get(Extension::KEY).and_then(|ours| ours.get(part)?.get("0")) else { continue };
        let ours = file.entry(Extension::KEY).or_insert_with(|| Object::new().into());
        let places =
            ours.as_object_mut().map(|ours| ours.entry(part).or_insert_with(|| Object::new().into()));
        if let Some(places) = places.and_then(Value::as_object_mut) {
            places.insert(place.to_string(), own.clone());
        }
    }
    let updated =
        Handoff::from_json(file.into(), At::ROOT).map_err(|error| StoreError::Engine(error.into()))?;
    Ok(kept_time(stored, Handoff { updated_at: handoff.updated_at, ..updated }))
}

/// What no file of the format says is only filled in where the stored channel has none.
fn is_replaced(stored: &Object, key: &str, format: Format) -> bool {
    let is_said = match key {
        "outboundnumber" | "namespace" | "serviceAccountName" => false,
        "language" => format != Format::Rbm,
        _ => true,
    };
    is_said || stored.get(key).and_then(Value::as_str).is_none_or(str::is_empty)
}

/// Without a change, the time of the last one stays.
fn kept_time(stored: &Handoff, updated: Handoff) -> Handoff {
    let same = Handoff { updated_at: stored.updated_at, ..updated.clone() };
    if same == *stored { same } else { updated }
}
