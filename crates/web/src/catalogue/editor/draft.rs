//! A handoff on its way through the form: the stored one cut into channels and components, each
//! knowing where it comes from. `read.rs` puts in what was posted.

use std::collections::{BTreeMap, BTreeSet};

use outbound_model::{At, ChannelType, Extension, FromJson, Handoff, Object, ShapeError};
use serde_json::Value;

use super::fields::{self, Kind};
use super::form::{FormError, MAX_CHANNELS, MAX_COMPONENTS};

pub(super) const CHANNELS: &str = "channels";
pub(super) const COMPONENTS: &str = "messageComponents";
const SAMPLES: &str = "samples";

/// A handoff as the form has it; nothing is saved.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// All but channels and samples.
    pub(crate) head: Object,
    pub(crate) channels: Vec<ChannelDraft>,
    /// Samples of places where no channel is.
    pub(super) strays: Object,
    /// By the field's pointer: what was posted and is no value of it, and why.
    pub(crate) rejected: BTreeMap<String, Rejected>,
    /// Pointers of the empty fields that somebody was in and left.
    pub(crate) left: BTreeSet<String>,
    /// Whether somebody wants to save it, so that all that is missing is reported.
    pub(crate) is_final: bool,
}

/// A channel in a draft.
#[derive(Clone, Debug)]
pub(crate) struct ChannelDraft {
    /// `None` for one that the contract does not name; it is kept whole.
    pub(crate) kind: Option<ChannelType>,
    /// Its place in the stored handoff; `None` for a new one.
    pub(crate) origin: Option<usize>,
    /// All but the components of a known channel.
    pub(crate) object: Object,
    pub(crate) components: Vec<ComponentDraft>,
    pub(crate) samples: Option<Object>,
}

/// A component in a draft.
#[derive(Clone, Debug)]
pub(crate) struct ComponentDraft {
    /// Its place in the stored channel; `None` for a new one.
    pub(crate) origin: Option<usize>,
    pub(crate) object: Object,
}

/// A posted text that is no value of its field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rejected {
    pub(crate) posted: String,
    pub(crate) message: String,
}

impl ComponentDraft {
    /// What it is; `None` for one that the channel does not name.
    pub(crate) fn kind(&self, channel: &ChannelDraft) -> Option<&'static Kind> {
        fields::kind(channel.kind?, type_of(&self.object))
    }

    pub(crate) fn is_button(&self) -> bool {
        type_of(&self.object) == "button"
    }

    /// A new one of this type.
    pub(crate) fn new(name: &str) -> Self {
        Self { origin: None, object: Object::from_iter([("type".to_owned(), name.into())]) }
    }
}

impl ChannelDraft {
    /// A new one of this type.
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

    /// Where the buttons come from, in order.
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
    /// The stored handoff as the form shows it first.
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
        Self { head, channels: channels.collect(), strays: samples, ..Self::default() }
    }

    /// The draft as a file holds a handoff.
    pub(crate) fn file(&self) -> Value {
        let mut file = self.head.clone();
        file.insert(CHANNELS.to_owned(), self.channels.iter().map(ChannelDraft::value).collect());
        let mut samples = self.strays.clone();
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

    /// The draft as a handoff; of a field whose posted text was refused, with its stored value.
    /// Fails for no draft of a handoff that was read.
    pub fn handoff(&self) -> Result<Handoff, ShapeError> {
        Handoff::from_json(self.file(), At::ROOT)
    }

    /// What was posted and is no value of its field: JSON pointer and sentence. Such a draft must not
    /// be saved.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rejected.iter().map(|(pointer, rejected)| (pointer.as_str(), rejected.message.as_str()))
    }

    /// Reports from now on all that is missing, as of a draft that somebody wanted to save.
    pub fn finish(&mut self) {
        self.is_final = true;
    }

    /// Takes the values of `file`, which has the same channels and components.
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

/// Where the names of a channel's samples begin.
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
