//! What is collected while one channel is rendered: values used, values missing, components left out.

use std::collections::BTreeSet;

use outbound_model::Button as Configured;

use crate::substitute::substitute_within;
use crate::{Component, Key, Text, Values};

/// How the placeholders of a channel are numbered.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Numbering {
    /// Anew in each component: WhatsApp.
    PerComponent,
    /// Once across the channel: all others.
    AcrossChannel,
}

/// A channel being rendered.
pub(crate) struct Draft<'v> {
    values: &'v Values,
    numbering: Numbering,
    /// Bytes of values that may still be filled in.
    pub(crate) room: usize,
    pub(crate) used: BTreeSet<Key>,
    pub(crate) missing: BTreeSet<Key>,
    pub(crate) left_out: Vec<usize>,
}

impl<'v> Draft<'v> {
    pub(crate) fn new(values: &'v Values, numbering: Numbering, room: usize) -> Self {
        Self {
            values,
            numbering,
            room,
            used: BTreeSet::new(),
            missing: BTreeSet::new(),
            left_out: Vec::new(),
        }
    }

    /// The text of a component with its values; which component counts on WhatsApp only.
    pub(crate) fn fill(&mut self, component: Component, text: &str) -> Text {
        let component = (self.numbering == Numbering::PerComponent).then_some(component);
        let filled = substitute_within(&mut self.room, text, |number| {
            let (key, value) = self.values.entry(Key { component, number })?;
            self.used.insert(key);
            Some(value)
        });
        self.missing.extend(filled.missing().map(|place| Key { component, number: place.number }));
        filled
    }

    /// The same for a text that may be absent.
    pub(crate) fn fill_some(&mut self, component: Component, text: Option<&String>) -> Option<Text> {
        text.map(|text| self.fill(component, text))
    }

    /// Goes through the components of a channel; `take` says whether it can show one.
    pub(crate) fn sort_out<'c, C>(&mut self, components: &'c [C], mut take: impl FnMut(&'c C) -> bool) {
        for (place, component) in components.iter().enumerate() {
            if !take(component) {
                self.left_out.push(place);
            }
        }
    }
}

/// The components of a channel that take one of a kind: the first counts.
pub(crate) fn first<'c, C>(place: &mut Option<&'c C>, component: &'c C) -> bool {
    let free = place.is_none();
    place.get_or_insert(component);
    free
}

/// Buttons in the order they are shown, those without an index last, with the number that names them
/// in a [`Key`]: their index, or else their place among the buttons.
pub(crate) fn in_order<'c>(buttons: &[&'c Configured]) -> Vec<(u16, &'c Configured)> {
    let number = |place: usize, button: &Configured| {
        let index = button.index.and_then(|index| u16::try_from(index).ok());
        index.unwrap_or_else(|| u16::try_from(place).unwrap_or(u16::MAX))
    };
    let mut numbered: Vec<_> =
        buttons.iter().enumerate().map(|(place, button)| (number(place, button), *button)).collect();
    numbered.sort_by_key(|(_, button)| button.index.unwrap_or(i64::MAX));
    numbered
}
