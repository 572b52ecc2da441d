//! Undoes unpublishing or archiving a handoff.
//!
//! Undo publishes a version that was published before, so it checks neither rules nor four eyes. A token proves which
//! version that was. It is valid only as long as the handoff is not changed again.

use outbound_auth::Secret;
use outbound_model::{AccountId, AuditAction, Handoff, HandoffId};
use outbound_rules::RuleSettings;
use outbound_store::{Attribution, CatalogueTransaction, NewVersion, StoredHandoff};
use serde_json::json;

use crate::catalogue::change::read_handoff;
use crate::catalogue::findings::CheckedHandoff;
use crate::catalogue::settings::read_settings;
use crate::compute::off_thread;
use crate::{App, AppError, Grant, HandoffTag, WriteHandoffs};

/// Purpose of the token; see [`outbound_auth::InstallationKey::mark`].
const UNDO: &str = "undo of an unpublish or an archiving";
/// Note of the versions that an undo saves.
const NOTE: &str = "undo";

impl App {
    /// A token that proves that version `served` was published before the last change; `None` if no version was.
    pub fn undo_token(&self, account: &AccountId, now: &StoredHandoff, served: Option<i64>) -> Secret {
        self.installation.mark(UNDO, &undo_message(account, now, served))
    }

    /// Whether `token` is the [`undo_token`](Self::undo_token) for these values.
    pub fn is_undo_token(
        &self,
        account: &AccountId,
        now: &StoredHandoff,
        served: Option<i64>,
        token: &Secret,
    ) -> bool {
        self.installation.is_mark(UNDO, &undo_message(account, now, served), token)
    }

    /// Restores a handoff to its state before it was unpublished or archived, with version `served` published. Returns
    /// [`AppError::Stale`] if it has changed since, or the token is for another handoff.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn undo(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        served: Option<i64>,
        token: &Secret,
    ) -> Result<StoredHandoff, AppError> {
        // Versions are immutable, so this one can be read before the transaction.
        let earlier = match served {
            Some(number) => self.store.read_catalogue(grant.account()).version(id, number).await?,
            None => None,
        };
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let rules = read_settings(&mut *transaction).await?.rules();
        let before = read_handoff(&mut *transaction, id).await?;
        if !self.is_undo_token(grant.account(), &before, served, token) {
            return Err(AppError::Stale { id: id.clone(), current: HandoffTag::of(&before) });
        }
        let act = Attribution { at: self.clock.now(), by: grant.principal() };
        let other = earlier.filter(|(version, _)| version.number != before.latest_version.number);
        if let Some((_, earlier)) = other {
            save(&mut *transaction, &earlier, act, &rules).await?;
            transaction.publish(id, act).await?;
            save(&mut *transaction, &before.latest, act, &rules).await?;
        } else {
            if before.archived_at.is_some() {
                save(&mut *transaction, &before.latest, act, &rules).await?;
            }
            if served.is_some() {
                transaction.publish(id, act).await?;
            }
        }
        let action =
            if served.is_some() { AuditAction::HandoffPublished } else { AuditAction::HandoffRestored };
        let after = read_handoff(&mut *transaction, id).await?;
        let details = json!({ "name": after.latest.name, "version": after.published_version, "undo": true });
        transaction.audit(&self.audit_entry(grant, action, id, &details)).await?;
        self.commit(grant.account(), transaction.commit()).await?;
        Ok(after)
    }
}

async fn save(
    transaction: &mut dyn CatalogueTransaction,
    handoff: &Handoff,
    act: Attribution<'_>,
    rules: &RuleSettings,
) -> Result<(), AppError> {
    let handoff = Handoff { updated_at: act.at, ..handoff.clone() };
    let checked = off_thread(CheckedHandoff::work(&handoff, rules)).await?;
    let (findings, claims) = (checked.counts(), &checked.claims);
    let version = NewVersion { handoff: &handoff, attribution: act, note: Some(NOTE), findings, claims };
    transaction.save(version).await?;
    Ok(())
}

fn undo_message(account: &AccountId, now: &StoredHandoff, served: Option<i64>) -> Secret {
    Secret::new(format!("{account} {} {} {}", now.id, HandoffTag::of(now), served.unwrap_or(0)))
}
