//! The buttons of the form, as their values say. `apply.rs` does what they say.

use std::str::FromStr;

use outbound_model::ChannelType;

use super::form::{MAX_CHANNELS, MAX_COMPONENTS};

/// The name of the form's buttons.
pub const OPERATION: &str = "op";
/// The id of the part of the form that adds channels.
pub(crate) const ADD_CHANNEL: &str = "add-channel";

/// A button's operation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// Look at the draft again.
    Refresh,
    /// Add a channel behind the others.
    AddChannel(ChannelType),
    /// Add a component of this type to the channel, with the fields that a new one has.
    AddComponent(usize, String),
    /// Remove it.
    Remove(Place),
    /// Move it before the one before.
    Up(Place),
    /// Move it behind the one behind.
    Down(Place),
    /// Write the next placeholder behind the text of the component's field.
    Placeholder(usize, usize, String),
    /// Mend the finding of this rule at this pointer, as the rule offers.
    Fix(String, String),
}

/// A channel of a handoff, or a component of a channel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A channel.
    Channel(usize),
    /// A component of a channel.
    Component(usize, usize),
}

/// An operation that is none, or not possible on the draft.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OperationError {
    /// No operation of ours.
    #[error("The form has no such button.")]
    Unknown,
    /// Its place is not there, or there is nothing to do.
    #[error("There is nothing left to do there: the form has changed meanwhile.")]
    Gone,
    /// No more of them.
    #[error(
        "A handoff takes no more than {MAX_CHANNELS} channels, and a channel no more than {MAX_COMPONENTS} components."
    )]
    TooMany,
}

impl FromStr for Operation {
    type Err = OperationError;

    fn from_str(text: &str) -> Result<Self, OperationError> {
        let words: Vec<&str> = text.split(' ').collect();
        let number = |word: &str| word.parse::<usize>().map_err(|_| OperationError::Unknown);
        let place = |words: &[&str]| match words {
            [channel] => Ok(Place::Channel(number(channel)?)),
            [channel, component] => Ok(Place::Component(number(channel)?, number(component)?)),
            _ => Err(OperationError::Unknown),
        };
        match words.as_slice() {
            ["refresh"] => Ok(Operation::Refresh),
            ["add-channel", channel] => {
                channel.parse().map(Operation::AddChannel).map_err(|_| OperationError::Unknown)
            }
            ["add", channel, kind] => Ok(Operation::AddComponent(number(channel)?, (*kind).to_owned())),
            ["remove", place_of @ ..] => place(place_of).map(Operation::Remove),
            ["up", place_of @ ..] => place(place_of).map(Operation::Up),
            ["down", place_of @ ..] => place(place_of).map(Operation::Down),
            ["placeholder", channel, component, key] => {
                Ok(Operation::Placeholder(number(channel)?, number(component)?, (*key).to_owned()))
            }
            ["fix", rule, pointer] => Ok(Operation::Fix((*rule).to_owned(), (*pointer).to_owned())),
            _ => Err(OperationError::Unknown),
        }
    }
}

impl Operation {
    /// The value of the button that does it.
    pub(crate) fn value(&self) -> String {
        let place = |place: &Place| match place {
            Place::Channel(channel) => channel.to_string(),
            Place::Component(channel, component) => format!("{channel} {component}"),
        };
        match self {
            Operation::Refresh => "refresh".to_owned(),
            Operation::AddChannel(channel) => format!("add-channel {channel}"),
            Operation::AddComponent(channel, kind) => format!("add {channel} {kind}"),
            Operation::Remove(at) => format!("remove {}", place(at)),
            Operation::Up(at) => format!("up {}", place(at)),
            Operation::Down(at) => format!("down {}", place(at)),
            Operation::Placeholder(channel, component, key) => {
                format!("placeholder {channel} {component} {key}")
            }
            Operation::Fix(rule, pointer) => format!("fix {rule} {pointer}"),
        }
    }
}
