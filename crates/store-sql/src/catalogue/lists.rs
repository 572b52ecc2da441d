//! Names of the published lists, which of them a handoff stands on, and how a transaction changes that.

use outbound_model::{ChannelType, Handoff, HandoffId};
use outbound_store::{Filter, StoreError};

use super::blocks::ElementKey;
use super::buffer::Buffer;
use super::bulk::Element;
use super::handoff_row::HandoffRow;
use super::statements as sql;

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

impl Buffer {
    /// Whether a handoff surely stands on exactly the lists of these channels.
    pub(super) async fn is_listed_with(
        &mut self,
        id: &HandoffId,
        channels: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.known(id).await?.listed.as_deref() == Some(channels))
    }

    /// Puts a handoff, which stands on no list, on those of its channels.
    pub(super) async fn put_on_lists(&mut self, id: &HandoffId, row: &HandoffRow) -> Result<(), StoreError> {
        let known = self.known(id).await?;
        (known.has_elements, known.listed) = (true, Some(row.channels.clone()));
        for (list, channel) in elements(&row.channels) {
            let element =
                Element { list: list.to_owned(), created_at: row.created_at, id: id.to_string(), channel };
            self.rows.elements.push(element);
            let key =
                ElementKey { created_at: row.created_at, handoff_id: id.to_string(), channel_index: channel };
            self.count_element(list, &key, 1).await?;
        }
        Ok(())
    }

    /// Takes a handoff off every list.
    pub(super) async fn take_off_lists(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        let known = self.known(id).await?;
        known.listed = None;
        if known.has_elements {
            self.write_rows();
        }
        let taken: Vec<(String, i64, i64)> =
            self.transaction.ready().await?.all(sql::DELETE_ELEMENTS, &[id.as_str().into()]).await?;
        for (list, created_at, channel_index) in &taken {
            let (created_at, channel_index) = (*created_at, *channel_index);
            let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index };
            self.count_element(list, &key, -1).await?;
        }
        Ok(())
    }

    /// Counts an element into (1) or out of (−1) its block of `list`.
    async fn count_element(&mut self, list: &str, key: &ElementKey, by: i64) -> Result<(), StoreError> {
        if !self.blocks.are_read(list) {
            let rows = self.transaction.ready().await?.all(sql::BLOCKS, &[list.into()]).await?;
            self.blocks.add(list, rows);
        }
        self.blocks.count(list, key, by);
        Ok(())
    }
}
