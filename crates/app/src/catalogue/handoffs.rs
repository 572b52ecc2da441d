//! The published lists: complete handoffs, or the configurations of one channel.

use std::sync::Arc;

use bytes::Bytes;
use outbound_store::{ListFilter, Page, PublishedEntry, StoreError};

use crate::catalogue::page_cache::{PageBody, PageKey};
use crate::{App, AppError, Grant, ReadHandoffs};

/// A page and whether it is current.
#[derive(Clone, Debug)]
pub struct HandoffPage {
    /// The content.
    pub body: Arc<PageBody>,
    /// Age in seconds while the database is unavailable; `None` if the page is current.
    pub stale_seconds: Option<u64>,
}

impl App {
    /// A page of handoffs, or with a channel filter, of that channel's configurations. It includes all writes that this
    /// node has acknowledged, and all writes of other nodes that are older than a second.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn published_handoffs(
        &self,
        grant: &Grant<ReadHandoffs>,
        filter: ListFilter,
        page: Page,
    ) -> Result<HandoffPage, AppError> {
        let current = self.current_revision(grant.account()).await?;
        let key = PageKey { account: grant.account().clone(), revision: current.revision, filter, page };
        let body = match (self.pages.get(&key), current.stale_seconds) {
            (Some(body), _) => body,
            (None, None) => self.pages.get_or_read(&key, self.read_page(&key)).await?,
            (None, Some(_)) => {
                return Err(StoreError::Unavailable("this page is not in memory".into()).into());
            }
        };
        Ok(HandoffPage { body, stale_seconds: current.stale_seconds })
    }

    /// The page compressed with gzip; `None` if that fails.
    pub async fn compressed(&self, grant: &Grant<ReadHandoffs>, body: &Arc<PageBody>) -> Option<Bytes> {
        if let Some(compressed) = body.compressed() {
            return Some(compressed);
        }
        let body = body.clone();
        self.compute(grant.account(), move || body.compress()).await.ok().flatten()
    }

    async fn read_page(&self, key: &PageKey) -> Result<PageBody, AppError> {
        let began = self.clock.monotonic();
        let found = self.store.read_catalogue(&key.account).published(key.filter, key.page).await?;
        self.revisions.record(&key.account, found.revision, began);
        let app = self.clone();
        self.compute(&key.account, move || Ok(PageBody::new(app.list(found.entries)?, found.total))).await?
    }

    /// The elements as a JSON array. Complete handoffs are served as stored.
    fn list(&self, entries: Vec<PublishedEntry>) -> Result<Vec<u8>, AppError> {
        let documents: usize = entries.iter().map(|entry| entry.document.len() + 1).sum();
        let mut body = Vec::with_capacity(documents + 2);
        body.push(b'[');
        for (i, entry) in entries.into_iter().enumerate() {
            if i > 0 {
                body.push(b',');
            }
            let element = match entry.channel_index {
                None => entry.document,
                Some(index) => self.elements.element(entry.document, index)?,
            };
            body.extend_from_slice(element.as_bytes());
        }
        body.push(b']');
        Ok(body)
    }
}
