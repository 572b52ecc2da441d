//! A handoff on its way through the form: the stored one cut into channels and components, each
//! knowing where it comes from, with what was posted put in.

use std::collections::{BTreeMap, BTreeSet};

use outbound_model::{At, ChannelType, Extension, FromJson, Handoff, Object, ShapeError};
use outbound_render::Key;
use serde_json::Value;

use super::fields::{self, Field, Kind};
use super::form::{Form, FormError, LEFT, MOST_CHANNELS, MOST_COMPONENTS};
use super::{values, variables};

const CHANNELS: &str = "channels";
const COMPONENTS: &str = "messageComponents";
const SAMPLES: &str = "samples";

/// A handoff as the form has it; nothing is saved.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// All but channels and samples.
    pub(crate) head: Object,
    pub(crate) channels: Vec<ChannelDraft>,
    /// Samples of places where no channel is.
    strays: Object,
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
    fn button_origins(&self) -> Vec<Option<usize>> {
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
        let too_many = |channel: &ChannelDraft| channel.components.len() > MOST_COMPONENTS;
        if draft.channels.len() > MOST_CHANNELS || draft.channels.iter().any(too_many) {
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

    /// The draft that a posted form makes of the stored handoff: every field that the form shows is
    /// what was posted, and all else is as it was stored.
    pub fn read(stored: &Handoff, form: &Form) -> Result<Self, FormError> {
        let before = Self::of(stored)?;
        let mut draft = Draft { channels: Vec::new(), ..before.clone() };
        draft.rejected = set_fields(&mut draft.head, fields::HANDOFF, "", form);
        draft.left = form.other(LEFT).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let mut parts = 0;
        for place in 0..MOST_CHANNELS {
            let at = format!("/{CHANNELS}/{place}");
            let Some(part) = form.part(&at) else { break };
            let channel = read_channel(&before, part, &at, form, &mut draft.rejected)?;
            parts += 1 + channel.components.len();
            draft.channels.push(channel);
        }
        // Those behind a gap, of too many channels, or of components nobody asked for.
        if parts == form.parts() { Ok(draft) } else { Err(FormError::Incomplete) }
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

/// Sets every field of a table; what could not be set, by pointer.
fn set_fields(object: &mut Object, table: &[Field], at: &str, form: &Form) -> BTreeMap<String, Rejected> {
    let mut rejected = BTreeMap::new();
    for field in table {
        let pointer = format!("{at}/{}", field.key);
        let posted = form.get(&pointer);
        if let Err(message) = values::set(object, field, posted) {
            rejected.insert(pointer, Rejected { posted: posted.unwrap_or_default().to_owned(), message });
        }
    }
    rejected
}

fn read_channel(
    before: &Draft,
    part: &str,
    at: &str,
    form: &Form,
    rejected: &mut BTreeMap<String, Rejected>,
) -> Result<ChannelDraft, FormError> {
    let mut channel = match part.parse::<usize>() {
        Ok(place) => before.channels.get(place).cloned().ok_or(FormError::OtherVersion)?,
        Err(_) => ChannelDraft::new(part.parse().map_err(|_| FormError::Unknown(excerpt(part)))?),
    };
    let Some(kind) = channel.kind else { return Ok(channel) };
    rejected.append(&mut set_fields(&mut channel.object, fields::of_channel(kind), at, form));
    let buttons_before = channel.button_origins();
    let stored = std::mem::take(&mut channel.components);
    for place in 0..MOST_COMPONENTS {
        let at = format!("{at}/{COMPONENTS}/{place}");
        let Some(part) = form.part(&at) else { break };
        let mut component = start_component(kind, part, &stored)?;
        if let Some(kind) = fields::kind(kind, type_of(&component.object)) {
            let used = variables::numbers(&component.object, kind);
            rejected.append(&mut set_fields(&mut component.object, kind.fields, &at, form));
            variables::follow(&mut component.object, kind, &used);
        }
        channel.components.push(component);
    }
    // The form holds no indexes: whoever added, moved or removed a button has numbered them anew.
    if channel.button_origins() != buttons_before {
        channel.number_buttons();
    }
    read_samples(&mut channel, at, form)?;
    Ok(channel)
}

/// The stored component that a part of the form names, or a new one.
fn start_component(
    channel: ChannelType,
    part: &str,
    stored: &[ComponentDraft],
) -> Result<ComponentDraft, FormError> {
    match part.parse::<usize>() {
        Ok(place) => stored.get(place).cloned().ok_or(FormError::OtherVersion),
        Err(_) => fields::kind(channel, part)
            .map(|kind| ComponentDraft::new(kind.name))
            .ok_or_else(|| FormError::Unknown(excerpt(part))),
    }
}

/// The samples of a channel, whose names in the form are those of its place there.
fn read_samples(channel: &mut ChannelDraft, at: &str, form: &Form) -> Result<(), FormError> {
    let place = at.rsplit('/').next().unwrap_or_default();
    let prefix = samples_at(place);
    for (name, posted) in form.below(&prefix) {
        if name.parse::<Key>().is_err() {
            return Err(FormError::Unknown(excerpt(name)));
        }
        let current = channel.samples.as_ref().and_then(|samples| samples.get(name));
        let posted = values::as_shown(posted, false);
        if values::as_shown(&values::shown(current), false) == posted {
            continue;
        }
        let samples = channel.samples.get_or_insert_default();
        if posted.is_empty() {
            samples.shift_remove(name);
        } else {
            samples.insert(name.to_owned(), posted.into());
        }
    }
    Ok(())
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

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}
