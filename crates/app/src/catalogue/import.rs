//! Imports the handoffs of a file into an account: all or none.

use std::collections::HashSet;

use outbound_formats::FormatError;
use outbound_model::{AuditAction, HandoffId, HandoffState, JobTask};
use outbound_rules::counts;
use outbound_store::{Attribution, CatalogueTransaction, NewVersion, StoreError, StoredHandoff};

use crate::catalogue::export::BATCH;
use crate::catalogue::findings::{CheckedHandoff, FindingCounter};
use crate::catalogue::import_batches::{Batches, MAX_BATCH, check_batch};
use crate::catalogue::import_match::{ImportIdentity, IncomingHandoff, Targets};
use crate::catalogue::import_update::apply_update;
use crate::catalogue::settings::read_settings;
use crate::{
    App, AppError, FinishRecord, Grant, ImportError, ImportItem, ImportOptions, ImportOutcome, ImportResult,
    PublishMode, WriteHandoffs,
};

impl App {
    /// Saves and publishes every handoff of `handoffs` in one transaction. Calls `progress` in order with the number of
    /// each handoff and its outcome. `handoffs` is read in batches, ahead of these calls.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import<I: Into<IncomingHandoff>>(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: impl Iterator<Item = Result<I, FormatError>>,
        options: ImportOptions<'_>,
        mut progress: impl FnMut(u64, ImportItem),
    ) -> Result<ImportResult, ImportError> {
        // Before the transaction, because other writers of the account wait for it.
        let mut batches = Batches::new(handoffs);
        let first = batches.next();
        let reader = self.store.read_catalogue(grant.account());
        let mut targets = Targets::read(&*reader, first.as_deref()).await.map_err(AppError::from)?;
        let mut transaction = self.store.write_catalogue(grant.account()).await.map_err(AppError::from)?;
        targets.read_changes(&mut *transaction).await.map_err(AppError::from)?;
        let others = match options.only {
            Some(only) => published_others(&mut *transaction, only).await.map_err(AppError::from)?,
            None => Vec::new(),
        };
        let settings = read_settings(&mut *transaction).await?;
        if options.enforce_four_eyes && settings.four_eyes && options.publish != PublishMode::Nothing {
            return Err(AppError::ImportPublishes.into());
        }
        let rules = settings.rules();
        let mut counter = FindingCounter::new(&rules);
        let mut result = ImportResult { archived: others.len() as u64, ..ImportResult::default() };
        let mut number = 0;
        self.archive_all(&mut *transaction, grant, &others).await?;
        let mut seen = HashSet::new();
        let mut checking = first.map(|batch| check_batch(batch, &rules));
        while let Some(current) = checking {
            checking = batches.next().map(|batch| check_batch(batch, &rules));
            let (batch, checked): (Vec<_>, Vec<_>) = current.await?.into_iter().unzip();
            targets.prefetch(&mut *transaction, &batch).await.map_err(AppError::from)?;
            counter.prefetch(&mut *transaction, &checked).await.map_err(AppError::from)?;
            for (incoming, checked) in batch.into_iter().zip(checked) {
                number += 1;
                let id = incoming.handoff.id.clone();
                let rejected = |error: StoreError| ImportError::Handoff {
                    number,
                    id: id.clone(),
                    source: Box::new(error.into()),
                };
                let stored = targets.find(&mut *transaction, &incoming, &seen).await.map_err(rejected)?;
                let matched = MatchedHandoff { incoming, checked, stored };
                let item = self.import_one(&mut *transaction, grant, matched, options, &mut counter);
                let item = item.await.map_err(rejected)?;
                if !seen.insert(item.handoff.id.clone()) && item.outcome == ImportOutcome::Changed {
                    return Err(ImportError::Repeated { number, id });
                }
                result.count(&item, options.publish);
                progress(number, item);
            }
        }
        if !batches.errors.is_empty() {
            return Err(ImportError::File(batches.errors));
        }
        result.findings = counter.total;
        if options.strict && result.findings.errors > 0 {
            return Err(ImportError::Findings(result.findings));
        }
        // An empty file changes nothing, and its caller reports it as an error.
        if !options.dry_run && (number > 0 || !others.is_empty()) {
            self.commit_import(grant, transaction, result, options.finish).await?;
        }
        Ok(result)
    }

    /// Commits an import with an audit entry.
    async fn commit_import(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        result: ImportResult,
        finish: Option<FinishRecord<'_>>,
    ) -> Result<(), AppError> {
        let details = serde_json::json!(result);
        let entry = self.audit_entry(grant, AuditAction::HandoffsImported, &"handoffs", &details);
        transaction.audit(&entry).await?;
        let Some(finish) = finish else {
            return self.commit_logged(grant, transaction, result).await;
        };
        finish.record.set_committing(true);
        let committed = async {
            self.finish_import_record(&mut *transaction, finish, result).await?;
            self.commit_logged(grant, transaction, result).await
        };
        let committed = committed.await;
        match &committed {
            Ok(()) => self.job_counts.count(JobTask::IMPORT, true),
            Err(_) => finish.record.set_committing(false),
        }
        committed
    }

    async fn commit_logged(
        &self,
        grant: &Grant<WriteHandoffs>,
        transaction: Box<dyn CatalogueTransaction>,
        result: ImportResult,
    ) -> Result<(), AppError> {
        self.commit(grant.account(), transaction.commit()).await?;
        tracing::info!(account = %grant.account(), by = grant.principal(), ?result, "imported handoffs");
        Ok(())
    }

    async fn archive_all(
        &self,
        transaction: &mut dyn CatalogueTransaction,
        grant: &Grant<WriteHandoffs>,
        ids: &[HandoffId],
    ) -> Result<(), AppError> {
        for batch in ids.chunks(MAX_BATCH) {
            transaction.prefetch(batch, &[]).await?;
            for id in batch {
                transaction.archive(id, Attribution { at: self.clock.now(), by: grant.principal() }).await?;
            }
        }
        Ok(())
    }

    async fn import_one(
        &self,
        transaction: &mut dyn CatalogueTransaction,
        grant: &Grant<WriteHandoffs>,
        MatchedHandoff { incoming, checked, stored }: MatchedHandoff,
        options: ImportOptions<'_>,
        counter: &mut FindingCounter<'_>,
    ) -> Result<ImportItem, StoreError> {
        let (handoff, checked) = match &stored {
            Some(stored) => {
                let times = [incoming.handoff.created_at, incoming.handoff.updated_at];
                let is_by_id = incoming.identity == ImportIdentity::Id;
                let handoff = apply_update(&stored.latest, incoming)?;
                // An update by id changes nothing but the times.
                let is_checked = is_by_id && times == [handoff.created_at, handoff.updated_at];
                let checked = if is_checked { checked } else { counter.check_alone(&handoff) };
                (handoff, checked)
            }
            None => (incoming.handoff, checked),
        };
        let between_handoffs = counter.check(transaction, &handoff, &checked).await?;
        if stored.is_some() {
            counter.forget(&handoff.id);
        }
        let mut findings = checked.counts();
        findings += counts(&between_handoffs);
        let publishes = options.publish.includes(&handoff, findings);
        let before = stored.as_ref().map(|stored| (stored.latest_version.number, stored.latest.clone()));
        let (state, outcome) = match &stored {
            None => (None, ImportOutcome::Created),
            Some(stored) if stored.latest == handoff && needs_no_change(stored.state(), publishes) => {
                (Some(stored.state()), ImportOutcome::Unchanged)
            }
            Some(stored) => (Some(stored.state()), ImportOutcome::Changed),
        };
        let mut item = ImportItem {
            handoff,
            outcome,
            version: 0,
            before,
            is_published: publishes,
            findings,
            between_handoffs,
        };
        if outcome == ImportOutcome::Unchanged {
            item.version = item.before.as_ref().map_or(0, |(number, _)| *number);
            item.is_published = state == Some(HandoffState::Published);
            return Ok(item);
        }
        let act = Attribution { at: self.clock.now(), by: grant.principal() };
        let note = Some(options.note);
        let (findings, claims) = (checked.counts(), &checked.claims);
        let version = NewVersion { handoff: &item.handoff, attribution: act, note, findings, claims };
        item.version = transaction.save(version).await?;
        if publishes {
            transaction.publish(&item.handoff.id, act).await?;
        }
        Ok(item)
    }
}

/// A handoff to import with its findings, and the stored handoff that it updates.
struct MatchedHandoff {
    incoming: IncomingHandoff,
    checked: CheckedHandoff,
    stored: Option<StoredHandoff>,
}

/// The published handoffs that are not in `only`.
async fn published_others(
    transaction: &mut dyn CatalogueTransaction,
    only: &HashSet<HandoffId>,
) -> Result<Vec<HandoffId>, StoreError> {
    let (mut others, mut after) = (Vec::new(), None);
    loop {
        let batch = transaction.published_ids(after.as_ref(), BATCH).await?;
        let Some(last) = batch.last() else { return Ok(others) };
        after = Some(last.clone());
        others.extend(batch.into_iter().filter(|id| !only.contains(id)));
    }
}

/// Whether a handoff whose content equals the imported one needs no change, depending on its state.
fn needs_no_change(state: HandoffState, publish: bool) -> bool {
    match state {
        HandoffState::Published => true,
        HandoffState::Draft | HandoffState::Changed => !publish,
        HandoffState::Archived => false,
    }
}
