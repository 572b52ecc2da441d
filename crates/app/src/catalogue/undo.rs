//! Undoes an unpublish or an archiving: what was served is served again, and what was a draft is one.
//!
//! Undoing publishes again what was already published, so neither the rules nor four eyes are asked. A
//! token proves which version that was: it is made for the handoff as it is right after the act.

use outbound_auth::Secret;
use outbound_model::{AccountId, AuditAction, Handoff, HandoffId};
use outbound_rules::RuleSettings;
use outbound_store::{Attribution, CatalogueTransaction, NewVersion, StoredHandoff};
use serde_json::json;

use crate::catalogue::change::stored;
use crate::catalogue::findings::Checked;
use crate::catalogue::settings::settings_of;
use crate::compute::off_thread;
use crate::{App, AppError, Grant, HandoffTag, WriteHandoffs};

/// What the token is made for; see [`outbound_auth::InstallationKey::mark`].
const UNDO: &str = "undo of an unpublish or an archiving";
/// The note of the versions that it saves.
const NOTE: &str = "undo";

impl App {
    /// The proof that version `served` of a handoff, or none, was served right before it became as it is.
    pub fn undo_token(&self, account: &AccountId, now: &StoredHandoff, served: Option<i64>) -> Secret {
        self.installation.mark(UNDO, &undone(account, now, served))
    }

    /// Whether `token` proves that.
    pub fn is_undo_token(
        &self,
        account: &AccountId,
        now: &StoredHandoff,
        served: Option<i64>,
        token: &Secret,
    ) -> bool {
        self.installation.is_mark(UNDO, &undone(account, now, served), token)
    }

    /// Makes a handoff what it was before it was unpublished or archived, with version `served`
    /// published. [`AppError::Stale`] if it was changed since, or the token is of another one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn undo(
        &self,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        served: Option<i64>,
        token: &Secret,
    ) -> Result<StoredHandoff, AppError> {
        // Versions never change, so this one is the same in the transaction.
        let earlier = match served {
            Some(number) => self.store.read_catalogue(grant.account()).version(id, number).await?,
            None => None,
        };
        let mut transaction = self.store.write_catalogue(grant.account()).await?;
        let rules = settings_of(&mut *transaction).await?.rules();
        let before = stored(&mut *transaction, id).await?;
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
        let after = stored(&mut *transaction, id).await?;
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
    let (handoff, rules) = (Handoff { updated_at: act.at, ..handoff.clone() }, rules.clone());
    let (handoff, checked) = off_thread(move || {
        let checked = Checked::of(&handoff, &rules);
        (handoff, checked)
    })
    .await?;
    let (findings, claims) = (checked.counts(), &checked.claims);
    let version = NewVersion { handoff: &handoff, attribution: act, note: Some(NOTE), findings, claims };
    transaction.save(version).await?;
    Ok(())
}

fn undone(account: &AccountId, now: &StoredHandoff, served: Option<i64>) -> Secret {
    Secret::new(format!("{account} {} {} {}", now.id, HandoffTag::of(now), served.unwrap_or(0)))
}
