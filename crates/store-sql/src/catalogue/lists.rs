//! Names of the published lists, and which of them a handoff stands on.

use outbound_model::{ChannelType, Handoff};
use outbound_store::Filter;

/// The list of every published handoff.
pub(crate) const ALL: &str = "all";

/// Stands in `handoffs.channels` for a channel of a type we do not know, which is on no list.
const UNKNOWN: &str = "?";

/// The list that a filter asks for.
pub(crate) fn name(filter: Filter) -> &'static str {
    filter.map_or(ALL, ChannelType::as_str)
}

/// The types of a handoff's channels, as `handoffs.channels` holds them.
pub(crate) fn channels(handoff: &Handoff) -> String {
    let types: Vec<_> = handoff
        .channels
        .iter()
        .map(|channel| channel.channel_type().map_or(UNKNOWN, ChannelType::as_str))
        .collect();
    types.join(" ")
}

/// The elements that a handoff with these `channels` adds: the list of each, and its channel index.
pub(crate) fn elements(channels: &str) -> impl Iterator<Item = (&str, i64)> {
    let of_channels = (0..).zip(channels.split_ascii_whitespace()).filter(|(_, list)| *list != UNKNOWN);
    std::iter::once((ALL, 0)).chain(of_channels.map(|(index, list)| (list, index)))
}
