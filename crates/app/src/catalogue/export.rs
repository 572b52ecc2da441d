//! Gives an account's published handoffs to a file, in the order of the list.

use outbound_model::Handoff;
use outbound_store::Cursor;

use crate::{App, AppError, Grant, ReadHandoffs};

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
}
