//! Reads all handoffs of an account, in the order of the lists: what is published, or the newest versions.

use outbound_model::{AccountId, Handoff};
use outbound_store::PublishedCursor;

use crate::{App, AppError, Grant, ReadDrafts, ReadHandoffs};

/// So many handoffs are in memory at once.
pub(crate) const BATCH: u32 = 500;
/// Handoffs of a page of an export: few, because several exports may run at a time.
const EXPORT_PAGE: u32 = 100;

/// The published handoffs of an account, page by page, the oldest first. A handoff that is published or changed
/// meanwhile may be missing, but none comes twice.
pub struct PublishedPages {
    app: App,
    account: AccountId,
    after: Option<PublishedCursor>,
}

impl PublishedPages {
    /// The next page; an empty one at the end.
    pub async fn next(&mut self) -> Result<Vec<Handoff>, AppError> {
        let reader = self.app.store.read_catalogue(&self.account);
        let page = reader.published_after(self.after.as_ref(), EXPORT_PAGE).await?;
        if let Some(last) = page.last() {
            self.after = Some(PublishedCursor { created_at: last.created_at, id: last.id.clone() });
        }
        Ok(page)
    }
}

impl App {
    /// The published handoffs, page by page.
    pub fn published_pages(&self, grant: &Grant<ReadHandoffs>) -> PublishedPages {
        PublishedPages { app: self.clone(), account: grant.account().clone(), after: None }
    }

    /// Passes every published handoff to `write` and returns how many there were.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export<E>(
        &self,
        grant: &Grant<ReadHandoffs>,
        mut write: impl FnMut(&Handoff) -> Result<(), E>,
    ) -> Result<Result<u64, E>, AppError> {
        self.known(grant.account()).await?;
        let (mut pages, mut count) = (self.published_pages(grant), 0);
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                return Ok(Ok(count));
            }
            for handoff in &page {
                if let Err(error) = write(handoff) {
                    return Ok(Err(error));
                }
                count += 1;
            }
        }
    }

    /// Hands the newest version of every handoff that is not archived to `take`, oldest first. A handoff made
    /// or changed meanwhile may be there or not, but none twice.
    pub async fn for_each_latest<E>(
        &self,
        grant: &Grant<ReadDrafts>,
        mut take: impl FnMut(&Handoff) -> Result<(), E>,
    ) -> Result<Result<(), E>, AppError> {
        self.known(grant.account()).await?;
        let reader = self.store.read_catalogue(grant.account());
        let mut after = None;
        loop {
            let batch = reader.newest_after(after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(Ok(())) };
            after = Some(PublishedCursor { created_at: last.latest.created_at, id: last.id.clone() });
            for stored in batch.iter().filter(|stored| stored.archived_at.is_none()) {
                if let Err(error) = take(&stored.latest) {
                    return Ok(Err(error));
                }
            }
        }
    }
}
