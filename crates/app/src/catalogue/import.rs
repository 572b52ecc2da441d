//! Takes handoffs from a file into an account: all of them or none.

use std::collections::HashSet;

use outbound_formats::FormatError;
use outbound_formats::liveperson::Defaults;
use outbound_model::{AuditAction, HandoffId, HandoffState, Timestamp, random_u64};
use outbound_rules::counts;
use outbound_store::{Attribution, CatalogueTransaction, NewVersion, StoreError, StoredHandoff};

use crate::catalogue::export::BATCH;
use crate::catalogue::findings::Counter;
use crate::catalogue::import_batches::{Batches, MAX_BATCH};
use crate::catalogue::import_match::{IncomingHandoff, Targets, updated};
use crate::catalogue::settings::settings_of;
use crate::{
    App, AppError, FinishRecord, Grant, ImportError, ImportItem, ImportOptions, ImportOutcome, ImportResult,
    PublishMode, WriteHandoffs,
};

/// What the reader of a file gives to handoffs that lack it.
pub struct FileDefaults<'a>(&'a App);

impl Defaults for FileDefaults<'_> {
    fn new_id(&mut self) -> HandoffId {
        HandoffId::from_random(random_u64(&*self.0.generator))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl App {
    /// Fills in what a file does not say.
    pub fn file_defaults(&self) -> FileDefaults<'_> {
        FileDefaults(self)
    }

    /// Saves and publishes every handoff of `handoffs` in one transaction. `progress` is told, in order, the
    /// number of each and what became of it. `handoffs` is read some hundred handoffs ahead of that.
    pub async fn import<I: Into<IncomingHandoff>>(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: impl Iterator<Item = Result<I, FormatError>>,
        options: ImportOptions<'_>,
        mut progress: impl FnMut(u64, ImportItem),
    ) -> Result<ImportResult, ImportError> {
        let mut transaction = self.store.write_catalogue(grant.account()).await.map_err(AppError::from)?;
        let others = match options.only {
            Some(only) => published_others(&mut *transaction, only).await.map_err(AppError::from)?,
            None => Vec::new(),
        };
        let settings = settings_of(&mut *transaction).await?;
        if options.enforce_four_eyes && settings.four_eyes && options.publish != PublishMode::Nothing {
            return Err(AppError::ImportPublishes.into());
        }
        let rules = settings.rules();
        let mut counter = Counter::new(&rules);
        let (mut done, mut number) =
            (ImportResult { archived: others.len() as u64, ..ImportResult::default() }, 0);
        self.archive_all(&mut *transaction, grant, &others).await?;
        let (mut seen, mut targets) = (HashSet::new(), Targets::default());
        let mut batches = Batches::new(handoffs);
        while let Some(batch) = batches.next() {
            targets.prefetch(&mut *transaction, &batch).await.map_err(AppError::from)?;
            let incoming = batch.iter().map(|incoming| &incoming.handoff);
            counter.prefetch(&mut *transaction, incoming).await.map_err(AppError::from)?;
            for incoming in batch {
                number += 1;
                let id = incoming.handoff.id.clone();
                let refused = |error: StoreError| ImportError::Handoff {
                    number,
                    id: id.clone(),
                    source: Box::new(error.into()),
                };
                let stored = targets.find(&mut *transaction, &incoming, &seen).await.map_err(refused)?;
                let one =
                    self.import_one(&mut *transaction, grant, (incoming, stored), options, &mut counter);
                let one = one.await.map_err(refused)?;
                if !seen.insert(one.handoff.id.clone()) && one.outcome == ImportOutcome::Changed {
                    return Err(ImportError::Repeated { number, id });
                }
                done.count(&one, options.publish);
                progress(number, one);
            }
        }
        if !batches.mistakes.is_empty() {
            return Err(ImportError::File(batches.mistakes));
        }
        done.findings = counter.total;
        if options.strict && done.findings.errors > 0 {
            return Err(ImportError::Findings(done.findings));
        }
        if !options.dry_run {
            self.keep_imported(grant, transaction, done, options.finish).await?;
        }
        Ok(done)
    }

    /// Commits what was imported, with an entry in the audit.
    async fn keep_imported(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        done: ImportResult,
        finish: Option<FinishRecord<'_>>,
    ) -> Result<(), AppError> {
        let details = serde_json::json!(done);
        let entry = self.audit_entry(grant, AuditAction::HandoffsImported, &"handoffs", &details);
        transaction.audit(&entry).await?;
        if let Some(finish) = finish {
            self.finish_import_record(&mut *transaction, finish, done).await?;
        }
        self.commit(grant.account(), transaction.commit()).await?;
        tracing::info!(account = %grant.account(), by = grant.principal(), ?done, "imported handoffs");
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
        (incoming, stored): (IncomingHandoff, Option<StoredHandoff>),
        options: ImportOptions<'_>,
        counter: &mut Counter<'_>,
    ) -> Result<ImportItem, StoreError> {
        let handoff = match &stored {
            Some(there) => updated(&there.latest, incoming)?,
            None => incoming.handoff,
        };
        let (checked, beside) = counter.check(transaction, &handoff).await?;
        if stored.is_some() {
            counter.forget(&handoff.id);
        }
        let mut findings = checked.counts();
        findings += counts(&beside);
        let publishes = options.publish.includes(&handoff, findings);
        let before = stored.as_ref().map(|there| (there.latest_version.number, there.latest.clone()));
        let (state, outcome) = match &stored {
            None => (None, ImportOutcome::Created),
            Some(there) if there.latest == handoff && is_as_wanted(there.state(), publishes) => {
                (Some(there.state()), ImportOutcome::Unchanged)
            }
            Some(there) => (Some(there.state()), ImportOutcome::Changed),
        };
        let mut one =
            ImportItem { handoff, outcome, version: 0, before, is_published: publishes, findings, beside };
        if outcome == ImportOutcome::Unchanged {
            one.version = one.before.as_ref().map_or(0, |(number, _)| *number);
            one.is_published = state == Some(HandoffState::Published);
            return Ok(one);
        }
        let act = Attribution { at: self.clock.now(), by: grant.principal() };
        let note = Some(options.note);
        let (findings, claims) = (checked.counts(), &checked.claims);
        let version = NewVersion { handoff: &one.handoff, act, note, findings, claims };
        one.version = transaction.save(version).await?;
        if publishes {
            transaction.publish(&one.handoff.id, act).await?;
        }
        Ok(one)
    }
}

/// What is published and none of `only`.
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

/// Whether a handoff that holds what is imported already need not be touched.
fn is_as_wanted(state: HandoffState, publish: bool) -> bool {
    match state {
        HandoffState::Published => true,
        HandoffState::Draft | HandoffState::Changed => !publish,
        HandoffState::Archived => false,
    }
}
