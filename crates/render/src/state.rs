//! State while one channel is rendered: used values, missing values and skipped components.

use std::collections::BTreeSet;

use outbound_model::Button as Configured;

use crate::substitute::substitute_within;
use crate::{Component, Key, Text, Values};

/// How the placeholders of a channel are numbered.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Numbering {
    /// Each component starts at 1 (WhatsApp).
    PerComponent,
    /// Numbers are unique in the channel (all other channels).
    AcrossChannel,
}

/// The state of one channel while it is rendered.
pub(crate) struct RenderState<'v> {
    values: &'v Values,
    numbering: Numbering,
    /// Number of bytes of values that may still be filled in.
    pub(crate) room: usize,
    pub(crate) used: BTreeSet<Key>,
    pub(crate) missing: BTreeSet<Key>,
    pub(crate) left_out: Vec<usize>,
}

impl<'v> RenderState<'v> {
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

    /// Fills in the values of a component's text. `component` only matters on WhatsApp.
    pub(crate) fn fill(&mut self, component: Component, text: &str) -> Text {
        let component = (self.numbering == Numbering::PerComponent).then_some(component);
        let filled = substitute_within(&mut self.room, text, |number| {
            let (key, value) = self.values.entry(Key { component, number })?;
            self.used.insert(key);
            Some(value)
        });
        self.missing.extend(filled.missing().map(|missing| Key { component, number: missing.number }));
        filled
    }

    /// Like [`fill`](Self::fill), for an optional text.
    pub(crate) fn fill_some(&mut self, component: Component, text: Option<&String>) -> Option<Text> {
        text.map(|text| self.fill(component, text))
    }

    /// Calls `show` for each component of a channel. Components for which it returns `false` are recorded as
    /// left out.
    pub(crate) fn visit<'c, C>(&mut self, components: &'c [C], mut show: impl FnMut(&'c C) -> bool) {
        for (index, component) in components.iter().enumerate() {
            if !show(component) {
                self.left_out.push(index);
            }
        }
    }
}

/// Stores the first component of a type in `slot`. Returns `false` for all further ones.
pub(crate) fn first<'c, C>(slot: &mut Option<&'c C>, component: &'c C) -> bool {
    let is_first = slot.is_none();
    slot.get_or_insert(component);
    is_first
}

/// Buttons in display order (those without an index last), with the number that identifies them in a [`Key`]:
/// their index, or otherwise their position among the buttons.
pub(crate) fn in_order<'c>(buttons: &[&'c Configured]) -> Vec<(u16, &'c Configured)> {
    let number = |position: usize, button: &Configured| {
        let index = button.index.and_then(|index| u16::try_from(index).ok());
        index.unwrap_or_else(|| u16::try_from(position).unwrap_or(u16::MAX))
    };
    let mut numbered: Vec<_> =
        buttons.iter().enumerate().map(|(position, button)| (number(position, button), *button)).collect();
    numbered.sort_by_key(|(_, button)| button.index.unwrap_or(i64::MAX));
    numbered
}
