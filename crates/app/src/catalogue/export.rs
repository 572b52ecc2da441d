//! Reads all handoffs of an account, in the order of the lists: what is published, or the newest versions.

use outbound_model::Handoff;
use outbound_store::Cursor;

use crate::{App, AppError, Grant, ReadDrafts, ReadHandoffs};

/// So many handoffs are in memory at once.
pub(crate) const BATCH: u32 = 500;

impl App {
    /// Hands every published handoff to `write`, oldest first, and answers how many there were. A
    /// handoff published or changed meanwhile may be there or not, but none twice.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export<E>(
        &self,
        grant: &Grant<ReadHandoffs>,
        mut write: impl FnMut(&Handoff) -> Result<(), E>,
    ) -> Result<Result<u64, E>, AppError> {
        self.known(grant.account()).await?;
        let reader = self.store.read_catalogue(grant.account());
        let (mut after, mut count) = (None, 0);
        loop {
            let batch = reader.published_after(after.as_ref(), BATCH).await?;
            for handoff in &batch {
                if let Err(error) = write(handoff) {
                    return Ok(Err(error));
                }
                count += 1;
            }
            match batch.last() {
                Some(last) => {
                    after = Some(Cursor { created_at: last.created_at, id: last.id.clone() });
                }
                None => return Ok(Ok(count)),
            }
        }
    }

    /// Hands the newest version of every handoff that is not archived to `take`, oldest first. A handoff made
    /// or changed meanwhile may be there or not, but none twice.
    pub async fn each_newest<E>(
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
            after = Some(Cursor { created_at: last.latest.created_at, id: last.id.clone() });
            for stored in batch.iter().filter(|stored| stored.archived_at.is_none()) {
                if let Err(error) = take(&stored.latest) {
                    return Ok(Err(error));
                }
            }
        }
    }
}
