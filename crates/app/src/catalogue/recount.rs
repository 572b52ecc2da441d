//! The job that counts the findings of an account again: those that were counted by other rules, or saved before
//! there were claims. So lists show and find what the page of each handoff says.

use outbound_model::AccountId;
use outbound_rules::RuleSettings;
use outbound_store::{PublishedCursor, Recount, StoredHandoff};

use crate::catalogue::findings::Checked;
use crate::catalogue::settings::settings_of;
use crate::jobs::JobOutcome;
use crate::{App, AppError, BusyRetry};

/// Handoffs that are recounted in one transaction.
const BATCH: u32 = 200;

impl App {
    /// Recounts all handoffs of an account, in the order of creation. Each batch goes by the rules as they are
    /// then; a change of the rules enqueues the job again.
    pub(crate) async fn recount_findings(&self, account: &AccountId) -> Result<JobOutcome, AppError> {
        let mut after = None;
        loop {
            let batch = self.store.read_catalogue(account).newest_after(after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(JobOutcome::Done) };
            let next = PublishedCursor { created_at: last.latest.created_at, id: last.id.clone() };
            if self.recount_batch(account, batch).await? {
                after = Some(next);
            }
        }
    }

    /// Checks handoffs without a lock, then writes what was found; `false` if the rules were changed meanwhile.
    async fn recount_batch(&self, account: &AccountId, batch: Vec<StoredHandoff>) -> Result<bool, AppError> {
        let rules = self.account_settings(account).await?.rules();
        let by = rules.clone();
        let recounted = self.compute(account, move || -> Vec<_> {
            batch.iter().map(|stored| recounted(stored, &by)).collect()
        });
        let recounted = recounted.await?;
        // An error would begin the job again, with the first handoff.
        let retry = BusyRetry::new();
        loop {
            match self.store_recounted(account, &recounted, &rules).await {
                Ok(stored) => return Ok(stored),
                Err(error) => retry.pause(error).await?,
            }
        }
    }

    async fn store_recounted(
        &self,
        account: &AccountId,
        recounted: &[Recount],
        rules: &RuleSettings,
    ) -> Result<bool, AppError> {
        let mut transaction = self.store.write_catalogue(account).await?;
        if settings_of(&mut *transaction).await?.rules() != *rules {
            return Ok(false);
        }
        for one in recounted {
            transaction.recount(one).await?;
        }
        self.commit(account, transaction.commit()).await?;
        Ok(true)
    }
}

fn recounted(stored: &StoredHandoff, rules: &RuleSettings) -> Recount {
    let checked = Checked::of(&stored.latest, rules);
    let (version, findings) = (stored.latest_version.number, checked.counts());
    let claims = if stored.archived_at.is_some() { Vec::new() } else { checked.claims };
    Recount { id: stored.id.clone(), version, findings, claims }
}
