//! The buttons of a channel in the order that consumers see.

use outbound_model::Button;

/// A button of a handoff.
pub(crate) struct Placed<'h> {
    /// Its place among the components.
    pub(crate) component: usize,
    /// What names it in samples: its index, or else its place among the buttons.
    pub(crate) number: usize,
    pub(crate) button: &'h Button,
}

/// By index, those without one last.
pub(crate) fn in_order<'h>(buttons: impl Iterator<Item = (usize, &'h Button)>) -> Vec<Placed<'h>> {
    let placed = |(place, (component, button)): (usize, (usize, &'h Button))| {
        let index = button.index.and_then(|index| usize::try_from(index).ok());
        Placed { component, number: index.unwrap_or(place), button }
    };
    let mut placed: Vec<_> = buttons.enumerate().map(placed).collect();
    placed.sort_by_key(|placed| placed.button.index.unwrap_or(i64::MAX));
    placed
}

/// An empty button at `place`.
pub(crate) fn button(place: usize, sub_type: &str, label: Option<String>) -> Button {
    Button {
        index: i64::try_from(place).ok(),
        content: label,
        sub_type: Some(sub_type.to_owned()),
        url: None,
        phone_number: None,
        variables: None,
        extra: outbound_model::Object::new(),
    }
}
