//! The buttons of a channel in display order.

use outbound_model::Button;

/// A button of a handoff with its position.
pub(crate) struct NumberedButton<'h> {
    /// The index among the components.
    pub(crate) component: usize,
    /// The number that identifies the button in samples: its index, or otherwise its position among the buttons.
    pub(crate) number: usize,
    pub(crate) button: &'h Button,
}

/// Numbers buttons and sorts them by index; those without an index come last.
pub(crate) fn in_order<'h>(buttons: impl Iterator<Item = (usize, &'h Button)>) -> Vec<NumberedButton<'h>> {
    let number = |(position, (component, button)): (usize, (usize, &'h Button))| {
        let index = button.index.and_then(|index| usize::try_from(index).ok());
        NumberedButton { component, number: index.unwrap_or(position), button }
    };
    let mut numbered: Vec<_> = buttons.enumerate().map(number).collect();
    numbered.sort_by_key(|numbered| numbered.button.index.unwrap_or(i64::MAX));
    numbered
}

/// A button with this index, type and label.
pub(crate) fn button(index: usize, sub_type: &str, label: Option<String>) -> Button {
    Button {
        index: i64::try_from(index).ok(),
        content: label,
        sub_type: Some(sub_type.to_owned()),
        url: None,
        phone_number: None,
        variables: None,
        extra: outbound_model::Object::new(),
    }
}
