//! The types of the tables in `field_tables.rs`, which define the form, how it is read, and where findings are shown.

use outbound_model::{ChannelType, Object};

pub(crate) use super::field_tables::{HANDOFF, kinds, of_channel};
use crate::text::{self, Text, TextFn};

/// The pointer of the sample values in a handoff.
const SAMPLES: &str = "/x-outbound/samples/";

/// A field of the form.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its key in the JSON object.
    pub(crate) key: &'static str,
    /// Its label.
    pub(crate) label: TextFn,
    /// How it is edited.
    pub(crate) control: Control,
    /// The hint below it.
    pub(crate) hint: Option<TextFn>,
}

/// How a field is edited, and its type in JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Control {
    /// A string of one line.
    Line,
    /// A string of several lines with placeholders.
    Text,
    /// A string of one line with placeholders.
    Phrase,
    /// A URL with placeholders.
    Url,
    /// A string of one line if the `sub_type` of the component is `text`, otherwise a URL; with placeholders.
    TextOrUrl,
    /// A whole number.
    Number,
    /// True or false.
    Check,
    /// One of several strings, each with a label.
    Choice(&'static [(&'static str, TextFn)]),
    /// An array of strings, one per line.
    Lines,
}

impl Control {
    /// The placeholder `number` in the syntax of this field of `component`; `None` if it takes none.
    pub(crate) fn placeholder(self, component: &Object, number: u16) -> Option<String> {
        let is_text = match self {
            Control::Text | Control::Phrase => true,
            Control::Url => false,
            Control::TextOrUrl => component.get("sub_type").is_some_and(|kind| kind == "text"),
            _ => return None,
        };
        Some(if is_text { format!("${{{{{number}}}}}") } else { format!("{{{{{number}}}}}") })
    }

    /// Whether it takes placeholders.
    pub(crate) fn takes_placeholders(self) -> bool {
        matches!(self, Control::Text | Control::Phrase | Control::Url | Control::TextOrUrl)
    }

    /// Whether it may have several lines.
    pub(crate) fn is_multi_line(self) -> bool {
        matches!(self, Control::Text | Control::Lines)
    }
}

/// A kind of message component.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its `type`.
    pub(crate) name: &'static str,
    /// Its label.
    pub(crate) label: TextFn,
    /// Its fields.
    pub(crate) fields: &'static [Field],
    /// The key of the list of placeholder numbers; `None` if it takes no placeholders.
    pub(crate) variables: Option<&'static str>,
    /// Whether a channel may have several.
    pub(crate) repeats: bool,
}

/// A kind by its `type`.
pub(crate) fn kind(channel: ChannelType, name: &str) -> Option<&'static Kind> {
    kinds(channel).iter().find(|kind| kind.name == name)
}

/// The position of a kind in the order of its channel; `None` if the channel has no such kind.
pub(crate) fn rank(channel: ChannelType, name: &str) -> Option<usize> {
    kinds(channel).iter().position(|kind| kind.name == name)
}

/// The labels of the component and field that a pointer leads to. Fields without a label have their key.
pub(crate) fn label_of(channel: Option<ChannelType>, component: Option<&str>, pointer: &str) -> Vec<String> {
    let key = pointer.rsplit('/').next().unwrap_or_default();
    if pointer.starts_with(SAMPLES) {
        return vec![text::sample_of(key).into_owned()];
    }
    let kind = channel.zip(component).and_then(|(channel, name)| kind(channel, name));
    let table = match (kind, channel) {
        (Some(kind), _) => kind.fields,
        (None, Some(channel)) => of_channel(channel),
        (None, None) => HANDOFF,
    };
    let part = kind.map(|kind| (kind.label)()).or_else(|| component.map(|name| name.to_owned().into()));
    let known = table.iter().find(|field| field.key == key).map(|field| (field.label)());
    let field = match (known, key) {
        (known @ Some(_), _) if part == known => None,
        (known @ Some(_), _) => known,
        (None, "variables" | "Variables") => Some(text::placeholder_numbers()),
        (None, "messageComponents") => Some(text::components()),
        (None, "channels") => Some(text::channels()),
        // A pointer that ends in a number leads to the component itself.
        (None, key) => Some(key.to_owned().into()).filter(|_| key.parse::<usize>().is_err()),
    };
    part.into_iter().chain(field).map(Text::into_owned).collect()
}
