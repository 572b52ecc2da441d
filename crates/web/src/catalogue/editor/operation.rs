//! The operations of the buttons in the form, and their representation as button values. `apply.rs` executes them.

use std::str::FromStr;

use outbound_model::ChannelType;

use super::form::{MAX_CHANNELS, MAX_COMPONENTS};
use crate::text;

/// The name of the buttons.
pub const OPERATION: &str = "op";
/// The id of the element that adds channels.
pub(crate) const ADD_CHANNEL: &str = "add-channel";

/// The operation of a button.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// Show the form again.
    Refresh,
    /// Append a channel.
    AddChannel(ChannelType),
    /// Add a component of this type to the channel.
    AddComponent(usize, String),
    /// Remove a channel or component.
    Remove(Place),
    /// Move it up by one.
    Up(Place),
    /// Move it down by one.
    Down(Place),
    /// Append the next placeholder to a field of a component.
    Placeholder(usize, usize, String),
    /// Apply the automatic fix for the finding of this rule at this pointer.
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

/// An operation that is unknown or impossible. The message is a sentence for the user.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OperationError {
    /// The editor has no such operation.
    #[error("{}", text::unknown_operation())]
    Unknown,
    /// Its channel, component or finding does not exist.
    #[error("{}", text::operation_outdated())]
    Gone,
    /// A limit would be exceeded.
    #[error("{}", text::too_many_parts(MAX_CHANNELS, MAX_COMPONENTS))]
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
    /// The value of its button.
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
