//! The two reads that the service exists for: published handoffs, all or of one channel.

use outbound_model::{Handoff, channel_element, from_json_str};
use outbound_store::{Filter, Page, PublishedEntry};

use crate::{App, AppError, Grant, ReadHandoffs};

/// A page as finished JSON.
#[derive(Clone, Debug)]
pub struct HandoffPage {
    /// A JSON array.
    pub body: Vec<u8>,
    /// How many elements the whole list has.
    pub total: u64,
}

impl App {
    /// A page of handoffs, or with a channel, of that channel's configurations (design §4.1, §4.2).
    pub async fn published_handoffs(
        &self,
        grant: &Grant<ReadHandoffs>,
        filter: Filter,
        page: Page,
    ) -> Result<HandoffPage, AppError> {
        let found = self.store.read(grant.account()).published(filter, page).await?;
        let mut body =
            Vec::with_capacity(2 + found.entries.iter().map(|e| e.document.len() + 1).sum::<usize>());
        body.push(b'[');
        for (i, entry) in found.entries.iter().enumerate() {
            if i > 0 {
                body.push(b',');
            }
            write_entry(&mut body, entry)?;
        }
        body.push(b']');
        Ok(HandoffPage { body, total: found.total })
    }
}

/// A whole handoff goes out as it was saved; only a channel's element is put together anew.
fn write_entry(body: &mut Vec<u8>, entry: &PublishedEntry) -> Result<(), AppError> {
    let Some(index) = entry.channel_index else {
        body.extend_from_slice(entry.document.as_bytes());
        return Ok(());
    };
    let internal = |error| AppError::Internal(Box::new(error));
    let handoff: Handoff = from_json_str(&entry.document).map_err(internal)?;
    if let Some(channel) = handoff.channels.get(index) {
        serde_json::to_writer(body, &channel_element(&handoff, channel)?)?;
    }
    Ok(())
}
