//! What a field and a component of the form are. The tables of them (`field_tables.rs`) are the one place that the
//! form, its reading and the findings beside it go by.

use outbound_model::{ChannelType, Object};

pub(crate) use super::field_tables::{HANDOFF, kinds, of_channel};

/// Where the samples stand in a handoff's file.
const SAMPLES: &str = "/x-outbound/samples/";

/// A field of the form.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its key in the JSON object.
    pub(crate) key: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// How it is edited.
    pub(crate) control: Control,
    /// What to write; empty where the label says it all.
    pub(crate) hint: &'static str,
}

/// How a field is edited, and what it is in JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Control {
    /// A text of one line.
    Line,
    /// A text of several lines, with placeholders.
    Text,
    /// A text of one line with placeholders.
    Phrase,
    /// An address, with placeholders.
    Address,
    /// A text of one line where the component's `sub_type` is `text`, else an address; with placeholders.
    TextOrAddress,
    /// A whole number.
    Number,
    /// True or false.
    Check,
    /// A text out of some: value and words.
    Choice(&'static [(&'static str, &'static str)]),
    /// An array of texts, one a line.
    Lines,
}

impl Control {
    /// The placeholder `number` as this field of `component` spells it; `None` where none belongs.
    pub(crate) fn placeholder(self, component: &Object, number: u16) -> Option<String> {
        let is_text = match self {
            Control::Text | Control::Phrase => true,
            Control::Address => false,
            Control::TextOrAddress => component.get("sub_type").is_some_and(|kind| kind == "text"),
            _ => return None,
        };
        Some(if is_text { format!("${{{{{number}}}}}") } else { format!("{{{{{number}}}}}") })
    }

    /// Whether its text may hold placeholders.
    pub(crate) fn takes_placeholders(self) -> bool {
        matches!(self, Control::Text | Control::Phrase | Control::Address | Control::TextOrAddress)
    }

    /// Whether its text may have several lines.
    pub(crate) fn is_multi_line(self) -> bool {
        matches!(self, Control::Text | Control::Lines)
    }
}

/// A kind of message component.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its `type`.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// Its fields.
    pub(crate) fields: &'static [Field],
    /// The key of the list of placeholder numbers; a component without one takes no placeholder.
    pub(crate) variables: Option<&'static str>,
    /// Whether a channel may have several.
    pub(crate) repeats: bool,
}

/// A kind by its `type`.
pub(crate) fn kind(channel: ChannelType, name: &str) -> Option<&'static Kind> {
    kinds(channel).iter().find(|kind| kind.name == name)
}

/// The place of a kind among the kinds of its channel; `None` for one that the channel does not name.
pub(crate) fn rank(channel: ChannelType, name: &str) -> Option<usize> {
    kinds(channel).iter().position(|kind| kind.name == name)
}

/// The names of a component and a field for a pointer into a handoff: what the editor calls them, or
/// the key itself where it has no name for it.
pub(crate) fn label_of(channel: Option<ChannelType>, component: Option<&str>, pointer: &str) -> Vec<String> {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    if pointer.starts_with(SAMPLES) {
        return vec![format!("Sample {key}")];
    }
    let kind = channel.zip(component).and_then(|(channel, name)| kind(channel, name));
    let table = match (kind, channel) {
        (Some(kind), _) => kind.fields,
        (None, Some(channel)) => of_channel(channel),
        (None, None) => HANDOFF,
    };
    let part = kind.map(|kind| kind.label).or(component);
    let known = table.iter().find(|field| field.key == key).map(|field| field.label);
    let field = match (known, key) {
        (Some(known), _) if part == Some(known) => None,
        (Some(known), _) => Some(known),
        (None, "variables" | "Variables") => Some("List of placeholders"),
        (None, "messageComponents") => Some("Components"),
        (None, "channels") => Some("Channels"),
        // A pointer that ends in a number is the part itself.
        (None, key) => Some(key).filter(|key| key.parse::<usize>().is_err()),
    };
    part.into_iter().chain(field).map(str::to_owned).collect()
}
