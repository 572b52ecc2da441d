//! Names of the published lists, the lists that a handoff is on, and how a transaction changes them.

use outbound_model::{ChannelType, Handoff, HandoffId};
use outbound_store::{ListFilter, StoreError};

use super::blocks::ElementKey;
use super::buffer::Buffer;
use super::handoff_row::HandoffRow;
use super::new_rows::NewElementRow;
use super::statements as sql;

/// The list of every published handoff.
pub(crate) const ALL: &str = "all";

/// The value in `handoffs.channels` for a channel of an unknown type, which is on no list.
const UNKNOWN: &str = "?";

/// The name of the list that a filter selects.
pub(crate) fn name(filter: ListFilter) -> &'static str {
    filter.map_or(ALL, ChannelType::as_str)
}

/// The types of a handoff's channels, in the format of `handoffs.channels`.
pub(crate) fn channels(handoff: &Handoff) -> String {
    let types: Vec<_> = handoff
        .channels
        .iter()
        .map(|channel| channel.channel_type().map_or(UNKNOWN, ChannelType::as_str))
        .collect();
    types.join(" ")
}

/// The list and channel index of each element that a handoff with these `channels` has on the published
/// lists.
pub(crate) fn elements(channels: &str) -> impl Iterator<Item = (&str, i64)> {
    let of_channels = (0..).zip(channels.split_ascii_whitespace()).filter(|(_, list)| *list != UNKNOWN);
    std::iter::once((ALL, 0)).chain(of_channels.map(|(index, list)| (list, index)))
}

impl Buffer {
    /// Whether a handoff is known to be on exactly the lists of these channels.
    pub(super) async fn is_listed_by_channels(
        &mut self,
        id: &HandoffId,
        channels: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.cached(id).await?.listed.as_deref() == Some(channels))
    }

    /// Adds a handoff that is on no list to the lists of its channels.
    pub(super) async fn add_to_lists(&mut self, id: &HandoffId, row: &HandoffRow) -> Result<(), StoreError> {
        let cached = self.cached(id).await?;
        cached.has_elements = true;
        cached.listed = Some(row.channels.clone());
        for (list, channel) in elements(&row.channels) {
            let element = NewElementRow {
                list: list.to_owned(),
                created_at: row.created_at,
                id: id.to_string(),
                channel,
            };
            self.rows.elements.push(element);
            let key =
                ElementKey { created_at: row.created_at, handoff_id: id.to_string(), channel_index: channel };
            self.count_element(list, &key, 1).await?;
        }
        Ok(())
    }

    /// Removes a handoff from all lists.
    pub(super) async fn remove_from_lists(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        let cached = self.cached(id).await?;
        cached.listed = None;
        if cached.has_elements {
            self.write_rows();
        }
        let deleted: Vec<(String, i64, i64)> =
            self.transaction.ready().await?.all(sql::DELETE_ELEMENTS, &[id.as_str().into()]).await?;
        for (list, created_at, channel_index) in &deleted {
            let (created_at, channel_index) = (*created_at, *channel_index);
            let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index };
            self.count_element(list, &key, -1).await?;
        }
        Ok(())
    }

    /// Adds `by`, 1 or −1, to the number of elements in the block of an element.
    async fn count_element(&mut self, list: &str, key: &ElementKey, by: i64) -> Result<(), StoreError> {
        if !self.blocks.are_read(list) {
            let rows = self.transaction.ready().await?.all(sql::BLOCKS, &[list.into()]).await?;
            self.blocks.add(list, rows);
        }
        self.blocks.count(list, key, by);
        Ok(())
    }
}
