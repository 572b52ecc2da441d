//! Reading a posted form into a draft.

use std::collections::BTreeMap;

use outbound_model::{ChannelType, Handoff, Object};
use outbound_render::Key;

use super::draft::{
    CHANNELS, COMPONENTS, ChannelDraft, ComponentDraft, Draft, Rejected, samples_at, type_of,
};
use super::fields::{self, Field};
use super::form::{Form, FormError, LEFT, MAX_CHANNELS, MAX_COMPONENTS};
use super::{values, variables};

impl Draft {
    /// Applies a posted form to the stored handoff. Fields that the form does not contain keep their stored
    /// values.
    pub fn read(stored: &Handoff, form: &Form) -> Result<Self, FormError> {
        let before = Self::of(stored)?;
        let mut draft = Draft { channels: Vec::new(), ..before.clone() };
        draft.rejected = set_fields(&mut draft.head, fields::HANDOFF, "", form);
        draft.left = form.other(LEFT).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let mut parts = 0;
        for place in 0..MAX_CHANNELS {
            let at = format!("/{CHANNELS}/{place}");
            let Some(part) = form.part(&at) else { break };
            let channel = read_channel(&before, part, &at, form, &mut draft.rejected)?;
            parts += 1 + channel.components.len();
            draft.channels.push(channel);
        }
        // Fewer if the form has gaps or more channels or components than allowed.
        if parts == form.parts() { Ok(draft) } else { Err(FormError::Incomplete) }
    }
}

/// Sets the fields of a table, and returns the rejected values by pointer.
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
    for place in 0..MAX_COMPONENTS {
        let at = format!("{at}/{COMPONENTS}/{place}");
        let Some(part) = form.part(&at) else { break };
        let mut component = start_component(kind, part, &stored)?;
        if let Some(kind) = fields::kind(kind, type_of(&component.object)) {
            let used = variables::numbers(&component.object, kind);
            rejected.append(&mut set_fields(&mut component.object, kind.fields, &at, form));
            variables::update_list(&mut component.object, kind, &used);
        }
        channel.components.push(component);
    }
    // The form does not contain the indexes of buttons, so they are renumbered after changes.
    if channel.button_origins() != buttons_before {
        channel.number_buttons();
    }
    read_samples(&mut channel, at, form)?;
    Ok(channel)
}

/// The stored component that the form refers to, or a new one.
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

/// Reads the sample values of a channel, whose names contain the position of the channel in the form.
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

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}
