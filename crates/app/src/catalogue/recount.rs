//! The job that counts the findings of an account's handoffs again after a change of the rules, so that lists and
//! searches agree with the pages of single handoffs.

use outbound_model::AccountId;
use outbound_rules::RuleSettings;
use outbound_store::{PublishedCursor, Recount, StoredHandoff};

use crate::catalogue::findings::CheckedHandoff;
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::jobs::JobOutcome;
use crate::{App, AppError, BusyRetry};

/// Handoffs per transaction.
const BATCH: u32 = 200;

impl App {
    /// Recounts all handoffs of an account, oldest first. Each batch uses the current rules; a change of the rules
    /// enqueues the job again.
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

    /// Checks handoffs without a lock, then stores the counts. Returns `false` if the rules have changed in the
    /// meantime.
    async fn recount_batch(&self, account: &AccountId, batch: Vec<StoredHandoff>) -> Result<bool, AppError> {
        let rules = self.account_settings(account).await?.rules();
        let check_rules = rules.clone();
        // Without a turn, because too many waiting requests would restart the job at the first handoff.
        let recounted = off_thread(move || -> Vec<_> {
            batch.iter().map(|stored| recount(stored, &check_rules)).collect()
        });
        let recounted = recounted.await?;
        // Retry here, because an error would restart the job at the first handoff.
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
        if read_settings(&mut *transaction).await?.rules() != *rules {
            return Ok(false);
        }
        for handoff in recounted {
            transaction.recount(handoff).await?;
        }
        self.commit(account, transaction.commit()).await?;
        Ok(true)
    }
}

fn recount(stored: &StoredHandoff, rules: &RuleSettings) -> Recount {
    let checked = CheckedHandoff::of(&stored.latest, rules);
    let (version, findings) = (stored.latest_version.number, checked.counts());
    let claims = if stored.archived_at.is_some() { Vec::new() } else { checked.claims };
    Recount { id: stored.id.clone(), version, findings, claims }
}
