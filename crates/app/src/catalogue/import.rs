//! Takes handoffs from a file into an account: all of them or none.

use std::collections::HashSet;

use outbound_formats::FormatError;
use outbound_formats::liveperson::Defaults;
use outbound_model::{
    AccountId, AuditAction, FindingCounts, Handoff, HandoffId, HandoffState, Timestamp, random_u64,
};
use outbound_store::{Act, CatalogueTransaction, Cursor, NewVersion, StoreError};

use crate::catalogue::export::BATCH;
use crate::catalogue::findings::Counter;
use crate::catalogue::settings::settings_of;
use crate::{App, AppError, Grant, WriteHandoffs};

/// So many mistakes of one file are told at once.
const MAX_MISTAKES: usize = 20;

/// How an import is done.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions<'o> {
    /// Do everything but keep nothing.
    pub dry_run: bool,
    /// Keep nothing if a rule is broken that counts as an error.
    pub strict: bool,
    /// The note of each version.
    pub note: &'o str,
    /// What of it is published.
    pub publish: Publish,
    /// Publish nothing where the account wants another person to publish than the one who saves
    /// ([`AppError::ImportPublishes`]). The operator, who copies what others decided, need not heed it.
    pub heed_four_eyes: bool,
    /// Archive first what is published and none of these: their names may be taken anew.
    pub only: Option<&'o HashSet<HandoffId>>,
}

impl Default for ImportOptions<'_> {
    fn default() -> Self {
        Self {
            dry_run: false,
            strict: false,
            note: "import",
            publish: Publish::Known,
            heed_four_eyes: false,
            only: None,
        }
    }
}

/// Which handoffs an import publishes; the others stay drafts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Publish {
    /// None.
    Nothing,
    /// Those whose channels are all of known types: nobody can send over others.
    Known,
    /// All, as a copy of what others publish does.
    All,
}

impl Publish {
    fn includes(self, handoff: &Handoff) -> bool {
        match self {
            Publish::Nothing => false,
            Publish::Known => handoff.channels.iter().all(|channel| channel.channel_type().is_some()),
            Publish::All => true,
        }
    }
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
pub struct Imported {
    /// Handoffs that were not there.
    pub created: u64,
    /// Handoffs that were there and now have a new version.
    pub changed: u64,
    /// Handoffs that were there just so.
    pub unchanged: u64,
    /// Handoffs that were published and are now archived, as only others shall be.
    pub archived: u64,
    /// Handoffs that stay drafts, as they have a channel of an unknown type.
    #[serde(skip_serializing_if = "is_zero")]
    pub held_back: u64,
    /// Rules that the handoffs break.
    #[serde(flatten)]
    pub findings: FindingCounts,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has mistakes; the first twenty of them.
    #[error("{}", mistakes(.0))]
    File(Vec<FormatError>),
    /// One handoff cannot be stored.
    #[error("handoff {number} ({id}): {source}")]
    Handoff {
        /// Which handoff of the file, from 1.
        number: u64,
        /// Its id.
        id: HandoffId,
        /// Why.
        source: Box<AppError>,
    },
    /// One handoff stands in the files twice, and not the same: which counts is not for us to say.
    #[error("handoff {number} ({id}): the files hold another handoff with this id")]
    Repeated {
        /// Which handoff of the files, from 1: the second of the two.
        number: u64,
        /// Its id.
        id: HandoffId,
    },
    /// Rules are broken, and the import is strict.
    #[error("nothing is imported: {0}; outbound check tells them")]
    Findings(FindingCounts),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

// serde wants a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn mistakes(errors: &[FormatError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What the reader of a file gives to handoffs that lack it.
pub struct NewHandoffs<'a>(&'a App);

impl Defaults for NewHandoffs<'_> {
    fn new_id(&mut self) -> HandoffId {
        HandoffId::from_random(random_u64(&*self.0.generator))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl App {
    /// Fills in what a file does not say.
    pub fn new_handoffs(&self) -> NewHandoffs<'_> {
        NewHandoffs(self)
    }

    /// Saves and publishes every handoff of `handoffs` in one transaction. `progress` is told the
    /// number of each as it is taken, and what became of it.
    pub async fn import(
        &self,
        grant: &Grant<WriteHandoffs>,
        handoffs: impl Iterator<Item = Result<Handoff, FormatError>>,
        options: ImportOptions<'_>,
        mut progress: impl FnMut(u64, ImportOutcome),
    ) -> Result<Imported, ImportError> {
        // Read first: a transaction that waits for a second connection could wait for ever.
        let others = match options.only {
            Some(only) => self.published_others(grant.account(), only).await?,
            None => Vec::new(),
        };
        let mut transaction = self.store.write_catalogue(grant.account()).await.map_err(AppError::from)?;
        let settings = settings_of(&mut *transaction).await?;
        if options.heed_four_eyes && settings.four_eyes && options.publish != Publish::Nothing {
            return Err(AppError::ImportPublishes.into());
        }
        let rules = settings.rules();
        let mut counter = Counter::new(&rules);
        let (mut done, mut mistakes, mut number) = (Imported::default(), Vec::new(), 0);
        for id in others {
            let act = Act { at: self.clock.now(), by: grant.principal() };
            transaction.archive(&id, act).await.map_err(AppError::from)?;
            done.archived += 1;
        }
        let mut seen = HashSet::new();
        for handoff in handoffs {
            number += 1;
            match handoff {
                Ok(handoff) if mistakes.is_empty() => {
                    let findings = counter.count(&handoff);
                    let saved = self.import_one(&mut *transaction, grant, &handoff, options, findings).await;
                    let outcome = saved.map_err(|error| ImportError::Handoff {
                        number,
                        id: handoff.id.clone(),
                        source: Box::new(error.into()),
                    })?;
                    if !seen.insert(handoff.id.clone()) && outcome == ImportOutcome::Changed {
                        return Err(ImportError::Repeated { number, id: handoff.id });
                    }
                    done.count(outcome);
                    done.held_back +=
                        u64::from(options.publish == Publish::Known && !options.publish.includes(&handoff));
                    progress(number, outcome);
                }
                Ok(_) => {}
                Err(mistake) => mistakes.push(mistake),
            }
            if mistakes.len() == MAX_MISTAKES {
                break;
            }
        }
        if !mistakes.is_empty() {
            return Err(ImportError::File(mistakes));
        }
        done.findings = counter.total;
        if options.strict && done.findings.errors > 0 {
            return Err(ImportError::Findings(done.findings));
        }
        if !options.dry_run {
            self.keep_imported(grant, transaction, done).await?;
        }
        Ok(done)
    }

    /// Commits what was imported, with an entry in the audit.
    async fn keep_imported(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        done: Imported,
    ) -> Result<(), AppError> {
        let details = serde_json::json!(done);
        let entry = self.audit_entry(grant, AuditAction::HandoffsImported, &"handoffs", &details);
        transaction.audit(&entry).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        tracing::info!(account = %grant.account(), by = grant.principal(), ?done, "imported handoffs");
        Ok(())
    }

    /// What is published and none of `only`.
    async fn published_others(
        &self,
        account: &AccountId,
        only: &HashSet<HandoffId>,
    ) -> Result<Vec<HandoffId>, AppError> {
        let reader = self.store.read_catalogue(account);
        let (mut others, mut after) = (Vec::new(), None);
        loop {
            let batch = reader.published_after(after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(others) };
            after = Some(Cursor { created_at: last.created_at, id: last.id.clone() });
            others.extend(batch.into_iter().map(|handoff| handoff.id).filter(|id| !only.contains(id)));
        }
    }

    async fn import_one(
        &self,
        transaction: &mut dyn CatalogueTransaction,
        grant: &Grant<WriteHandoffs>,
        handoff: &Handoff,
        options: ImportOptions<'_>,
        findings: FindingCounts,
    ) -> Result<ImportOutcome, StoreError> {
        let stored = transaction.handoff(&handoff.id).await?;
        let outcome = match &stored {
            None => ImportOutcome::Created,
            Some(there)
                if there.latest == *handoff
                    && is_as_wanted(there.state(), options.publish.includes(handoff)) =>
            {
                return Ok(ImportOutcome::Unchanged);
            }
            Some(_) => ImportOutcome::Changed,
        };
        let act = Act { at: self.clock.now(), by: grant.principal() };
        transaction.save(NewVersion { handoff, act, note: Some(options.note), findings }).await?;
        if options.publish.includes(handoff) {
            transaction.publish(&handoff.id, act).await?;
        }
        Ok(outcome)
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

/// What an import made of a handoff.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImportOutcome {
    /// It was not there.
    Created,
    /// It was there and has a new version.
    Changed,
    /// It was there just so.
    Unchanged,
}

impl Imported {
    /// How many handoffs the files held.
    pub fn total(&self) -> u64 {
        self.created + self.changed + self.unchanged
    }

    fn count(&mut self, outcome: ImportOutcome) {
        let counter = match outcome {
            ImportOutcome::Created => &mut self.created,
            ImportOutcome::Changed => &mut self.changed,
            ImportOutcome::Unchanged => &mut self.unchanged,
        };
        *counter += 1;
    }
}
