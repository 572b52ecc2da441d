//! Updates a stored handoff with an imported one.
//!
//! A provider's template replaces the channel that came from it. Everything that the file cannot contain is kept: other
//! channels, the sender, the lookback period.

use outbound_formats::Format;
use outbound_model::{At, Extension, FromJson, Handoff, Object};
use outbound_store::StoreError;
use serde_json::Value;

use crate::catalogue::import_match::{ImportIdentity, IncomingHandoff, channel_index};

const CHANNELS: &str = "channels";
const SAMPLES: &str = "samples";

/// Applies an imported handoff to the stored one.
pub(crate) fn apply_update(stored: &Handoff, incoming: IncomingHandoff) -> Result<Handoff, StoreError> {
    let IncomingHandoff { handoff, identity } = incoming;
    let format = match identity {
        // The creation time is kept, because the store ignores changes to it and findings depend on it.
        ImportIdentity::Id => {
            let (created_at, updated_at) = (stored.created_at, handoff.updated_at.max(stored.created_at));
            return Ok(Handoff { created_at, updated_at, ..handoff });
        }
        ImportIdentity::Name => {
            return Ok(keep_time_if_unchanged(
                stored,
                Handoff { id: stored.id.clone(), created_at: stored.created_at, ..handoff },
            ));
        }
        ImportIdentity::Template(format) => format,
    };
    let place = channel_index(stored, &handoff, format).unwrap_or_default();
    let engine = |error: serde_json::Error| StoreError::Engine(error.into());
    let (mut file, new) = (stored.to_file().map_err(engine)?, handoff.to_file().map_err(engine)?);
    let channel = |file: &Object, place: usize| file.get(CHANNELS)?.get(place)?.as_object().cloned();
    let mut replaced = channel(&file, place).unwrap_or_default();
    let new_fields = channel(&new, 0).unwrap_or_default();
    let new_fields: Vec<_> =
        new_fields.into_iter().filter(|(key, _)| is_replaced(&replaced, key, format)).collect();
    replaced.extend(new_fields);
    if let Some(slot) = file.get_mut(CHANNELS).and_then(|channels| channels.get_mut(place)) {
        *slot = Value::Object(replaced);
    }
    for part in [SAMPLES, format.as_str()] {
        let Some(value) = new.get(Extension::KEY).and_then(|extension| extension.get(part)?.get("0")) else {
            continue;
        };
        let extension = file.entry(Extension::KEY).or_insert_with(|| Object::new().into());
        let places = extension
            .as_object_mut()
            .map(|extension| extension.entry(part).or_insert_with(|| Object::new().into()));
        if let Some(places) = places.and_then(Value::as_object_mut) {
            places.insert(place.to_string(), value.clone());
        }
    }
    let updated =
        Handoff::from_json(file.into(), At::ROOT).map_err(|error| StoreError::Engine(error.into()))?;
    Ok(keep_time_if_unchanged(stored, Handoff { updated_at: handoff.updated_at, ..updated }))
}

/// Whether the import replaces a field of the stored channel. Fields that files of the format do not contain are only
/// set if the stored channel has no value.
fn is_replaced(stored: &Object, key: &str, format: Format) -> bool {
    let is_in_format = match key {
        "outboundnumber" | "namespace" | "serviceAccountName" => false,
        "language" => format != Format::Rbm,
        _ => true,
    };
    is_in_format || stored.get(key).and_then(Value::as_str).is_none_or(str::is_empty)
}

/// Keeps the update time if nothing else changes.
fn keep_time_if_unchanged(stored: &Handoff, updated: Handoff) -> Handoff {
    let same = Handoff { updated_at: stored.updated_at, ..updated.clone() };
    if same == *stored { same } else { updated }
}
