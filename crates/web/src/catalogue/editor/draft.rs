//! A handoff while it is edited, split into channels and components with their positions in the stored handoff.
//! `read.rs` applies a posted form.

use std::collections::{BTreeMap, BTreeSet};

use outbound_model::{At, ChannelType, Extension, FromJson, Handoff, Object, ShapeError};
use serde_json::Value;

use super::fields::{self, Kind};
use super::form::{FormError, MAX_CHANNELS, MAX_COMPONENTS};

pub(super) const CHANNELS: &str = "channels";
pub(super) const COMPONENTS: &str = "messageComponents";
const SAMPLES: &str = "samples";

/// A handoff while it is edited. Nothing is saved.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The handoff without channels and sample values.
    pub(crate) head: Object,
    pub(crate) channels: Vec<ChannelDraft>,
    /// Sample values for indexes without a channel.
    pub(super) unused_samples: Object,
    /// Posted values that are invalid, by the pointer of the field.
    pub(crate) rejected: BTreeMap<String, Rejected>,
    /// Pointers of empty fields that the user has visited.
    pub(crate) left: BTreeSet<String>,
    /// Whether the user wants to save it, so that all missing fields are reported.
    pub(crate) is_final: bool,
}

/// A channel in a draft.
#[derive(Clone, Debug)]
pub(crate) struct ChannelDraft {
    /// `None` for an unknown channel type, which is kept unchanged.
    pub(crate) kind: Option<ChannelType>,
    /// Its index in the stored handoff; `None` for a new one.
    pub(crate) origin: Option<usize>,
    /// The channel; without components if its type is known.
    pub(crate) object: Object,
    pub(crate) components: Vec<ComponentDraft>,
    pub(crate) samples: Option<Object>,
}

/// A component in a draft.
#[derive(Clone, Debug)]
pub(crate) struct ComponentDraft {
    /// Its index in the stored channel; `None` for a new one.
    pub(crate) origin: Option<usize>,
    pub(crate) object: Object,
}

/// A posted value that is invalid.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rejected {
    pub(crate) posted: String,
    pub(crate) message: String,
}

impl ComponentDraft {
    /// Its kind; `None` if the channel has no such component.
    pub(crate) fn kind(&self, channel: &ChannelDraft) -> Option<&'static Kind> {
        fields::kind(channel.kind?, type_of(&self.object))
    }

    pub(crate) fn is_button(&self) -> bool {
        type_of(&self.object) == "button"
    }

    /// A new component of this type.
    pub(crate) fn new(name: &str) -> Self {
        Self { origin: None, object: Object::from_iter([("type".to_owned(), name.into())]) }
    }
}

impl ChannelDraft {
    /// A new channel of this type.
    pub(crate) fn new(channel: ChannelType) -> Self {
        let object = Object::from_iter([("type".to_owned(), channel.as_str().into())]);
        Self { kind: Some(channel), origin: None, object, components: Vec::new(), samples: None }
    }

    fn of(value: &Value, place: usize, samples: Option<&Value>) -> Self {
        let mut object = value.as_object().cloned().unwrap_or_default();
        let kind: Option<ChannelType> = type_of(&object).parse().ok();
        let list = if kind.is_some() { object.shift_remove(COMPONENTS) } else { None };
        let objects = list.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_object).cloned();
        let components = objects.enumerate();
        Self {
            kind,
            origin: Some(place),
            object,
            components: components
                .map(|(place, object)| ComponentDraft { origin: Some(place), object })
                .collect(),
            samples: samples.and_then(Value::as_object).cloned(),
        }
    }

    /// The original positions of the buttons, in order.
    pub(super) fn button_origins(&self) -> Vec<Option<usize>> {
        self.components.iter().filter(|part| part.is_button()).map(|part| part.origin).collect()
    }

    fn value(&self) -> Value {
        let mut object = self.object.clone();
        if self.kind.is_some() {
            let components = self.components.iter().map(|part| Value::Object(part.object.clone()));
            object.insert(COMPONENTS.to_owned(), components.collect());
        }
        Value::Object(object)
    }
}

impl Draft {
    /// The draft of a stored handoff before any change.
    pub fn of(handoff: &Handoff) -> Result<Self, FormError> {
        let file = handoff.to_file().map_err(|_| FormError::Unwritable)?;
        let draft = Self::of_file(&Value::Object(file));
        let too_many = |channel: &ChannelDraft| channel.components.len() > MAX_COMPONENTS;
        if draft.channels.len() > MAX_CHANNELS || draft.channels.iter().any(too_many) {
            return Err(FormError::TooLarge);
        }
        Ok(draft)
    }

    fn of_file(file: &Value) -> Self {
        let mut head = file.as_object().cloned().unwrap_or_default();
        let channels = head.shift_remove(CHANNELS);
        let samples = head.get_mut(Extension::KEY).and_then(|ours| ours.get_mut(SAMPLES)).map(Value::take);
        let mut samples = samples.and_then(|samples| samples.as_object().cloned()).unwrap_or_default();
        let channels = channels.iter().filter_map(Value::as_array).flatten().enumerate();
        let channels = channels.map(|(place, value)| {
            ChannelDraft::of(value, place, samples.shift_remove(&place.to_string()).as_ref())
        });
        Self { head, channels: channels.collect(), unused_samples: samples, ..Self::default() }
    }

    /// The draft as the JSON of a handoff file.
    pub(crate) fn file(&self) -> Value {
        let mut file = self.head.clone();
        file.insert(CHANNELS.to_owned(), self.channels.iter().map(ChannelDraft::value).collect());
        let mut samples = self.unused_samples.clone();
        for (place, channel) in self.channels.iter().enumerate() {
            if let Some(own) = &channel.samples {
                samples.insert(place.to_string(), Value::Object(own.clone()));
            }
        }
        let ours = file.get_mut(Extension::KEY).and_then(Value::as_object_mut);
        match ours {
            Some(ours) if !samples.is_empty() || ours.contains_key(SAMPLES) => {
                ours.insert(SAMPLES.to_owned(), Value::Object(samples));
            }
            None if !samples.is_empty() => {
                let ours = Object::from_iter([(SAMPLES.to_owned(), Value::Object(samples))]);
                file.insert(Extension::KEY.to_owned(), Value::Object(ours));
            }
            _ => {}
        }
        Value::Object(file)
    }

    /// The draft as a handoff. Fields with rejected input have their stored values. Never fails for drafts of
    /// handoffs that were read.
    pub fn handoff(&self) -> Result<Handoff, ShapeError> {
        Handoff::from_json(self.file(), At::ROOT)
    }

    /// JSON pointers and messages of rejected values. A draft with rejected values must not be saved.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rejected.iter().map(|(pointer, rejected)| (pointer.as_str(), rejected.message.as_str()))
    }

    /// Reports all missing fields from now on, because the user wants to save.
    pub fn finish(&mut self) {
        self.is_final = true;
    }

    /// Replaces all values with those of `file`, which has the same channels and components.
    pub(crate) fn replace(&mut self, file: &Value) {
        let changed = Self::of_file(file);
        self.head = changed.head;
        for (channel, changed) in self.channels.iter_mut().zip(changed.channels) {
            channel.object = changed.object;
            for (part, changed) in channel.components.iter_mut().zip(changed.components) {
                part.object = changed.object;
            }
        }
    }
}

pub(crate) fn type_of(object: &Object) -> &str {
    object.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The prefix of the names of a channel's sample values.
pub(crate) fn samples_at(channel: impl std::fmt::Display) -> String {
    format!("/{}/{SAMPLES}/{channel}/", Extension::KEY)
}

/// The pointer of a channel.
pub(crate) fn channel_at(channel: usize) -> String {
    format!("/{CHANNELS}/{channel}")
}

/// The pointer of a component.
pub(crate) fn component_at(channel: usize, component: usize) -> String {
    format!("/{CHANNELS}/{channel}/{COMPONENTS}/{component}")
}
