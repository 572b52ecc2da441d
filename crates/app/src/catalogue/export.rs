//! Reads all handoffs of an account, oldest first: the published ones, or the newest versions.

use outbound_model::{AccountId, Handoff};
use outbound_store::PublishedCursor;

use crate::{App, AppError, Grant, ReadDrafts, ReadHandoffs};

/// Maximum handoffs in memory.
pub(crate) const BATCH: u32 = 500;
/// Maximum handoffs per page of an export: few, because several exports may run concurrently.
const EXPORT_PAGE_SIZE: u32 = 100;
/// Handoffs of the first page. Each page has up to twice as many as the one before.
const FIRST_PAGE_SIZE: u32 = 10;

/// The published handoffs of an account in pages, oldest first. Handoffs that are published or changed during the
/// export may be missing, but none is returned twice.
pub struct PublishedPages {
    app: App,
    account: AccountId,
    after: Option<PublishedCursor>,
    /// The maximum number of handoffs of the next page.
    size: u32,
}

impl PublishedPages {
    /// The next page; empty at the end.
    pub async fn next(&mut self) -> Result<Vec<Handoff>, AppError> {
        let reader = self.app.store.read_catalogue(&self.account);
        let page = reader.published_after(self.after.as_ref(), self.size).await?;
        self.size = self.size.saturating_mul(2).min(EXPORT_PAGE_SIZE);
        if let Some(last) = page.last() {
            self.after = Some(cursor(last));
        }
        Ok(page)
    }

    /// Takes the first handoffs of the last page, at least one, for a caller with room for no more. The next page
    /// starts after them, and has as many at most, so that the rest is not read many times.
    pub fn take_only(&mut self, taken: &[Handoff]) {
        if let Some(last) = taken.last() {
            self.after = Some(cursor(last));
            self.size = u32::try_from(taken.len()).unwrap_or(EXPORT_PAGE_SIZE);
        }
    }
}

fn cursor(last: &Handoff) -> PublishedCursor {
    PublishedCursor { created_at: last.created_at, id: last.id.clone() }
}

impl App {
    /// The published handoffs of an account in pages.
    pub fn published_pages(&self, grant: &Grant<ReadHandoffs>) -> PublishedPages {
        PublishedPages {
            app: self.clone(),
            account: grant.account().clone(),
            after: None,
            size: FIRST_PAGE_SIZE,
        }
    }

    /// Passes every published handoff to `write` and returns their number.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export<E>(
        &self,
        grant: &Grant<ReadHandoffs>,
        mut write: impl FnMut(&Handoff) -> Result<(), E>,
    ) -> Result<Result<u64, E>, AppError> {
        self.require_account(grant.account()).await?;
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

    /// Passes the newest version of every handoff that is not archived to `visit`, oldest first. Handoffs that are
    /// created or changed during the call may be missing, but none is passed twice.
    pub async fn for_each_latest<E>(
        &self,
        grant: &Grant<ReadDrafts>,
        mut visit: impl FnMut(&Handoff) -> Result<(), E>,
    ) -> Result<Result<(), E>, AppError> {
        self.require_account(grant.account()).await?;
        let reader = self.store.read_catalogue(grant.account());
        let mut after = None;
        loop {
            let batch = reader.newest_after(after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(Ok(())) };
            after = Some(PublishedCursor { created_at: last.latest.created_at, id: last.id.clone() });
            for stored in batch.iter().filter(|stored| stored.archived_at.is_none()) {
                if let Err(error) = visit(&stored.latest) {
                    return Ok(Err(error));
                }
            }
        }
    }
}
