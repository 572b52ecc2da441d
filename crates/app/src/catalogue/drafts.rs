//! Creates, changes, archives and restores handoffs. Each save creates a version and publishes nothing.

use outbound_auth::sha256;
use outbound_formats::liveperson;
use outbound_model::{AuditAction, Handoff, HandoffId, Timestamp, random_u64};
use outbound_store::{
    Attribution, CatalogueTransaction, IdempotencyKey, NewVersion, StoredHandoff, VersionRecord,
};
use serde_json::json;

use crate::catalogue::change::{HandoffWithFindings, read_handoff, with_findings};
use crate::catalogue::findings::{CheckedHandoff, findings_within};
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::{App, AppError, ExpectedTag, Grant, ReadDrafts, WriteHandoffs};

/// How long an idempotency key is remembered.
const IDEMPOTENCY_SECONDS: i64 = 24 * 3600;
/// Maximum length of an idempotency key, in bytes.
const MAX_KEY_LENGTH: usize = 255;
/// Maximum length of the note of a version, in characters.
const MAX_NOTE_LENGTH: usize = 1000;

/// A created handoff.
#[derive(Clone, Debug)]
pub struct CreatedDraft {
    /// The stored handoff and its findings.
    pub handoff: HandoffWithFindings,
    /// Whether an earlier request with the same idempotency key created it.
    pub repeated: bool,
}

impl App {
    /// Reads a JSON document with exactly one handoff. Missing fields get defaults.
    pub fn read_draft(&self, text: &[u8]) -> Result<Handoff, AppError> {
        let mut handoffs = liveperson::read(text, self.file_defaults());
        match (handoffs.next(), handoffs.next()) {
            (Some(Ok(handoff)), None) => Ok(handoff),
            (Some(Err(error)), _) | (_, Some(Err(error))) => Err(AppError::NotAHandoff(error)),
            _ => Err(AppError::invalid("expected one handoff")),
        }
    }

    /// A handoff with its newest version; it may be archived.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn draft(&self, grant: &Grant<ReadDrafts>, id: &HandoffId) -> Result<StoredHandoff, AppError> {
        let stored = self.store.read_catalogue(grant.account()).handoff(id).await?;
        stored.ok_or_else(|| AppError::UnknownHandoff(id.clone()))
    }

    /// Creates a handoff as a draft. Its id and times are generated; those of `draft` are ignored. With an
    /// idempotency key, repeating the request within a day returns the same handoff.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_draft(
        &self,
        grant: &Grant<WriteHandoffs>,
        draft: Handoff,
        note: Option<&str>,
        key: Option<&str>,
    ) -> Result<CreatedDraft, AppError> {
        let now = self.clock.now();
        let id = HandoffId::from_random(random_u64(&*self.generator));
        let keyed = match key {
            Some(key) => {
                let hashed = draft.clone();
                Some((key, self.compute(grant.account(), move || request_hash(&hashed)).await??))
            }
            None => None,
        };
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        if let Some((key, request_hash)) = &keyed {
            let key = idempotency_key(grant, key, request_hash, &id, now)?;
            if let Some(earlier) = transaction.claim_idempotency_key(key, now).await? {
                if &earlier.request_hash != request_hash {
                    return Err(AppError::IdempotencyKeyReused);
                }
                let stored = read_handoff(&mut *transaction, &earlier.handoff).await?;
                let handoff = with_findings(&mut *transaction, stored).await?;
                return Ok(CreatedDraft { handoff, repeated: true });
            }
        }
        let draft = Handoff { id, created_at: now, ..draft };
        let action = AuditAction::HandoffCreated;
        let save = Save { draft, published: None, at: now, note, action };
        Ok(CreatedDraft { handoff: self.save(grant, transaction, save).await?, repeated: false })
    }

    /// Saves a new version of the handoff `id`; the id in `draft` is ignored. Returns an error if it is archived.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn replace_draft(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        draft: Handoff,
        expected: &ExpectedTag,
        note: Option<&str>,
    ) -> Result<HandoffWithFindings, AppError> {
        let (transaction, stored) = self.begin_change(grant, id, expected).await?;
        if stored.archived_at.is_some() {
            return Err(AppError::Archived(id.clone()));
        }
        let draft = Handoff { id: id.clone(), created_at: stored.latest.created_at, ..draft };
        let (at, action) = (self.clock.now(), AuditAction::HandoffSaved);
        let save = Save { draft, published: stored.published_version, at, note, action };
        self.save(grant, transaction, save).await
    }

    /// Archives a handoff: it is unpublished and its name becomes available; its versions are kept.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn archive(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<HandoffWithFindings, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        if before.archived_at.is_some() {
            return with_findings(&mut *transaction, before).await;
        }
        let act = Attribution { at: self.clock.now(), by: grant.principal() };
        transaction.archive(id, act).await?;
        let details = json!({ "name": before.latest.name });
        let after = read_handoff(&mut *transaction, id).await?;
        let changed = with_findings(&mut *transaction, after).await?;
        self.finish_change(grant, transaction, changed, AuditAction::HandoffArchived, details).await
    }

    /// Restores an archived handoff as a draft, by saving its newest version again. Does nothing if it is not archived.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn restore(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<HandoffWithFindings, AppError> {
        let (mut transaction, before) = self.begin_change(grant, id, expected).await?;
        if before.archived_at.is_none() {
            return with_findings(&mut *transaction, before).await;
        }
        let (note, action) = (Some("restored"), AuditAction::HandoffRestored);
        let (draft, at) = (before.latest, self.clock.now());
        let save = Save { draft, published: before.published_version, at, note, action };
        self.save(grant, transaction, save).await
    }

    /// Saves a version with an audit entry and commits. Returns the stored handoff without reading it again, because
    /// other writers of the account are waiting.
    pub(crate) async fn save(
        &self,
        grant: &Grant<WriteHandoffs>,
        mut transaction: Box<dyn CatalogueTransaction>,
        save: Save<'_>,
    ) -> Result<HandoffWithFindings, AppError> {
        let Save { draft, published, at, note, action } = save;
        if note.is_some_and(|note| note.chars().nth(MAX_NOTE_LENGTH).is_some() || note.contains('\0')) {
            return Err(AppError::invalid(format!(
                "a note may have at most {MAX_NOTE_LENGTH} characters and no NUL character"
            )));
        }
        let draft = Handoff { updated_at: at, ..draft };
        let rules = read_settings(&mut *transaction).await?.rules();
        let checked = off_thread(CheckedHandoff::work(&draft, &rules)).await?;
        let (counts, claims) = (checked.counts(), checked.claims.clone());
        // Before the handoff is saved, because rows that wait to be written would have to be written first.
        let findings = findings_within(&mut *transaction, &draft, &rules, checked).await?;
        let act = Attribution { at, by: grant.principal() };
        let version =
            NewVersion { handoff: &draft, attribution: act, note, findings: counts, claims: &claims };
        let number = transaction.save(version).await?;
        let details = json!({ "name": draft.name, "version": number });
        let (saved_by, note) = (grant.principal().to_owned(), note.map(str::to_owned));
        let stored = StoredHandoff {
            id: draft.id.clone(),
            latest: draft,
            latest_version: VersionRecord { number, saved_at: at, saved_by, note },
            published_version: published,
            archived_at: None,
        };
        let changed = HandoffWithFindings { stored, findings };
        self.finish_change(grant, transaction, changed, action, details).await
    }
}

/// A version to save, the number of the published version, and the action for the audit log.
pub(crate) struct Save<'s> {
    pub(crate) draft: Handoff,
    pub(crate) published: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) note: Option<&'s str>,
    pub(crate) action: AuditAction,
}

/// Identifies repeated requests: the SHA-256 of the document without generated fields.
fn request_hash(draft: &Handoff) -> Result<Vec<u8>, AppError> {
    let mut object = draft.to_file()?;
    for generated in ["id", "createdAt", "updatedAt"] {
        object.remove(generated);
    }
    Ok(sha256(&serde_json::to_vec(&object)?))
}

fn idempotency_key<'k>(
    grant: &'k Grant<WriteHandoffs>,
    key: &'k str,
    request_hash: &'k [u8],
    handoff: &'k HandoffId,
    now: Timestamp,
) -> Result<IdempotencyKey<'k>, AppError> {
    if key.is_empty() || key.len() > MAX_KEY_LENGTH || key.chars().any(char::is_control) {
        return Err(AppError::invalid(format!(
            "an idempotency key must have 1 to {MAX_KEY_LENGTH} visible characters"
        )));
    }
    let expires_at = now.plus_seconds(IDEMPOTENCY_SECONDS);
    Ok(IdempotencyKey { principal: grant.principal(), key, request_hash, handoff, expires_at })
}
