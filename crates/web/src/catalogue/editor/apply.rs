//! Executes the operations of the buttons on a draft. Nothing is saved.

use outbound_model::ChannelType;
use outbound_rules::{RuleSettings, Samples, check};
use serde_json::Value;

use super::draft::{ChannelDraft, ComponentDraft, Draft, type_of};
use super::form::{MAX_CHANNELS, MAX_COMPONENTS};
use super::operation::{Operation, OperationError, Place};
use super::{fields, variables};

impl Draft {
    /// Executes an operation. `settings` determine the findings that can be fixed.
    pub fn apply(&mut self, operation: &Operation, settings: &RuleSettings) -> Result<(), OperationError> {
        match operation {
            Operation::Refresh => Ok(()),
            Operation::AddChannel(channel) => self.add_channel(*channel),
            Operation::AddComponent(channel, kind) => self.channel(*channel)?.add(kind),
            Operation::Remove(Place::Channel(place)) => remove(&mut self.channels, *place).map(drop),
            Operation::Remove(Place::Component(channel, place)) => {
                let channel = self.channel(*channel)?;
                let removed = remove(&mut channel.components, *place)?;
                if removed.is_button() {
                    channel.number_buttons();
                }
                Ok(())
            }
            Operation::Up(place) => self.swap(*place, false),
            Operation::Down(place) => self.swap(*place, true),
            Operation::Placeholder(channel, component, key) => {
                self.channel(*channel)?.insert(*component, key)
            }
            Operation::Fix(rule, pointer) => self.fix(rule, pointer, settings),
        }?;
        // Pointers may have changed, so the information about them is no longer valid.
        if !matches!(operation, Operation::Refresh) {
            self.rejected.retain(|pointer, _| !pointer.starts_with("/channels/"));
            self.left.clear();
        }
        Ok(())
    }

    fn channel(&mut self, place: usize) -> Result<&mut ChannelDraft, OperationError> {
        self.channels.get_mut(place).filter(|channel| channel.kind.is_some()).ok_or(OperationError::Gone)
    }

    fn add_channel(&mut self, channel: ChannelType) -> Result<(), OperationError> {
        if self.channels.len() >= MAX_CHANNELS {
            return Err(OperationError::TooMany);
        }
        let mut added = ChannelDraft::new(channel);
        // Every message needs text.
        let text = if channel == ChannelType::InApp { "text" } else { "body" };
        added.components.push(ComponentDraft::new(text));
        self.channels.push(added);
        Ok(())
    }

    fn swap(&mut self, place: Place, forward: bool) -> Result<(), OperationError> {
        match place {
            Place::Channel(place) => {
                let other = neighbour(place, forward, self.channels.len())?;
                self.channels.swap(place, other);
                Ok(())
            }
            Place::Component(channel, place) => self.channel(channel)?.swap(place, forward),
        }
    }

    fn fix(&mut self, rule: &str, pointer: &str, settings: &RuleSettings) -> Result<(), OperationError> {
        let handoff = self.handoff().map_err(|_| OperationError::Gone)?;
        let findings = check(&handoff, settings, Samples::of_handoff(&handoff).as_ref());
        let found = findings.into_iter().find(|one| one.name == rule && one.pointer == pointer);
        let fix = found.and_then(|finding| finding.fix).ok_or(OperationError::Gone)?;
        let mut file = self.file();
        if !fix.apply(&mut file) {
            return Err(OperationError::Gone);
        }
        self.replace(&file);
        Ok(())
    }
}

impl ChannelDraft {
    fn add(&mut self, kind: &str) -> Result<(), OperationError> {
        if self.components.len() >= MAX_COMPONENTS {
            return Err(OperationError::TooMany);
        }
        let kind =
            self.kind.and_then(|channel| fields::kind(channel, kind)).ok_or(OperationError::Unknown)?;
        let place = self.place_of_new(kind.name);
        self.components.insert(place, ComponentDraft::new(kind.name));
        if kind.repeats {
            self.number_buttons();
        }
        Ok(())
    }

    /// The index of a new component of this type: after the last one that a phone shows before it.
    pub(crate) fn place_of_new(&self, name: &str) -> usize {
        let rank = |name: &str| fields::rank(self.kind?, name);
        let new = rank(name);
        let before = self
            .components
            .iter()
            .rposition(|part| rank(type_of(&part.object)).is_some_and(|one| Some(one) <= new));
        before.map_or(0, |last| last + 1)
    }

    /// The component to swap with: for a button the next button, for others the next component.
    pub(crate) fn other_place(&self, place: usize, forward: bool) -> Result<usize, OperationError> {
        let moved = self.components.get(place).ok_or(OperationError::Gone)?;
        if !moved.is_button() {
            return neighbour(place, forward, self.components.len());
        }
        let buttons = self.buttons();
        let rank = buttons.iter().position(|button| *button == place).ok_or(OperationError::Gone)?;
        buttons.get(neighbour(rank, forward, buttons.len())?).copied().ok_or(OperationError::Gone)
    }

    fn swap(&mut self, place: usize, forward: bool) -> Result<(), OperationError> {
        let other = self.other_place(place, forward)?;
        self.components.swap(place, other);
        if self.components.get(place).is_some_and(ComponentDraft::is_button) {
            self.number_buttons();
        }
        Ok(())
    }

    /// The indexes of the buttons among the components.
    pub(crate) fn buttons(&self) -> Vec<usize> {
        let places = self.components.iter().enumerate().filter(|(_, part)| part.is_button());
        places.map(|(place, _)| place).collect()
    }

    /// Numbers the buttons from 0 in the order of the form.
    pub(crate) fn number_buttons(&mut self) {
        let buttons = self.components.iter_mut().filter(|part| part.is_button());
        for (index, button) in buttons.enumerate() {
            button.object.insert("index".to_owned(), index.into());
        }
    }

    /// Appends the next placeholder to a field.
    fn insert(&mut self, component: usize, key: &str) -> Result<(), OperationError> {
        let number = variables::next(self, component);
        let kind =
            self.components.get(component).and_then(|part| part.kind(self)).ok_or(OperationError::Gone)?;
        let field = kind.fields.iter().find(|field| field.key == key).ok_or(OperationError::Unknown)?;
        let object = &mut self.components.get_mut(component).ok_or(OperationError::Gone)?.object;
        let placeholder = field.control.placeholder(object, number).ok_or(OperationError::Unknown)?;
        let used = variables::numbers(object, kind);
        let text = object.get(key).and_then(Value::as_str).unwrap_or_default();
        let text = format!("{text}{placeholder}");
        object.insert(key.to_owned(), text.into());
        variables::update_list(object, kind, &used);
        Ok(())
    }
}

fn neighbour(place: usize, forward: bool, length: usize) -> Result<usize, OperationError> {
    let other = if forward { place.checked_add(1) } else { place.checked_sub(1) };
    other.filter(|other| *other < length && place < length).ok_or(OperationError::Gone)
}

fn remove<T>(list: &mut Vec<T>, place: usize) -> Result<T, OperationError> {
    if place < list.len() { Ok(list.remove(place)) } else { Err(OperationError::Gone) }
}
