//! The two reads that the service exists for: published handoffs, all or of one channel.

use std::sync::Arc;

use bytes::Bytes;
use outbound_store::{Filter, Page, PublishedEntry, StoreError};

use crate::catalogue::page_cache::{PageBody, PageKey};
use crate::{App, AppError, Grant, ReadHandoffs};

/// A page, and how far it can be trusted.
#[derive(Clone, Debug)]
pub struct HandoffPage {
    /// The page's bytes.
    pub body: Arc<PageBody>,
    /// While the database is away: how many seconds ago the page was known to be current.
    pub stale_seconds: Option<u64>,
}

impl App {
    /// A page of handoffs, or with a channel, of that channel's configurations (design §4.1, §4.2).
    /// Never older than a write that this node has acknowledged, or than a second.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn published_handoffs(
        &self,
        grant: &Grant<ReadHandoffs>,
        filter: Filter,
        page: Page,
    ) -> Result<HandoffPage, AppError> {
        let known = self.current_revision(grant.account()).await?;
        let key = PageKey { account: grant.account().clone(), revision: known.revision, filter, page };
        let body = match (self.pages.get(&key), known.stale_seconds) {
            (Some(body), _) => body,
            (None, None) => self.pages.get_or_read(&key, self.read_page(&key)).await?,
            (None, Some(_)) => {
                return Err(StoreError::Unavailable("this page is not in memory".into()).into());
            }
        };
        Ok(HandoffPage { body, stale_seconds: known.stale_seconds })
    }

    /// The page's bytes compressed with gzip; `None` where that fails.
    pub async fn compressed(&self, grant: &Grant<ReadHandoffs>, body: &Arc<PageBody>) -> Option<Bytes> {
        if let Some(ready) = body.compressed() {
            return Some(ready);
        }
        let body = body.clone();
        self.compute(grant.account(), move || body.compress()).await.ok().flatten()
    }

    async fn read_page(&self, key: &PageKey) -> Result<PageBody, AppError> {
        let asked_at = self.clock.monotonic();
        let found = self.store.read_catalogue(&key.account).published(key.filter, key.page).await?;
        self.revisions.note(&key.account, found.revision, asked_at);
        let app = self.clone();
        self.compute(&key.account, move || Ok(PageBody::new(app.list(found.entries)?, found.total))).await?
    }

    /// The elements as one JSON array. A whole handoff goes out as it was saved.
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
