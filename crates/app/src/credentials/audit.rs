//! The audit: who did what that decides who may come in. Written in the transaction of the act
//! itself, so that neither is there without the other.

use outbound_model::{AccountId, AuditAction};
use outbound_store::{AuditEntry, AuditRecord, StoreError};
use serde_json::{Value, json};

use crate::sessions::lockout::Report;
use crate::{App, AppError, Grant, ManageCredentials};

/// Who acts where nobody asked.
pub(crate) const OURSELVES: &str = "outbound";
/// So many locked logins are named in one entry.
const MOST_NAMED: usize = 10;

impl App {
    /// An entry for something that the owner of `grant` does now.
    pub(crate) fn audit_entry<R>(
        &self,
        grant: &Grant<R>,
        action: AuditAction,
        subject: &impl ToString,
        details: &Value,
    ) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            actor: grant.principal().to_owned(),
            action,
            subject: subject.to_string(),
            address: None,
            details: details.to_string(),
        }
    }

    /// Up to `count` entries of the account's audit with numbers below `before` (all, without it),
    /// newest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn audit(
        &self,
        grant: &Grant<ManageCredentials>,
        before: Option<i64>,
        count: u32,
    ) -> Result<Vec<AuditRecord>, AppError> {
        self.known(grant.account()).await?;
        let reader = self.store.read_credentials(grant.account());
        Ok(reader.audit(before.unwrap_or(i64::MAX), count).await?)
    }

    /// The newest `count` entries of the installation's own audit, newest first: its signing keys.
    /// Their table is that audit, since the database refuses to change it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn installation_audit(&self, count: u32) -> Result<Vec<AuditRecord>, AppError> {
        let keys = self.store.signing_keys().await?.into_iter().rev();
        let records = keys.map(|key| AuditRecord {
            sequence: key.sequence,
            entry: AuditEntry {
                at: key.created_at,
                actor: OURSELVES.to_owned(),
                action: AuditAction::SigningKeyCreated,
                subject: key.kid,
                address: None,
                details: json!({ "signsFrom": key.signs_from }).to_string(),
            },
        });
        Ok(records.take(usize::try_from(count).unwrap_or(usize::MAX)).collect())
    }

    /// Writes the lock-outs since the last time into the audit, one entry an account however many
    /// there were, so that no stranger makes it grow fast. To be called every minute and at the end.
    pub async fn write_lockouts(&self) -> Result<(), AppError> {
        let mut reports = self.lockout.take_reports().into_iter();
        while let Some((account, report)) = reports.next() {
            match self.write_report(&account, &report).await {
                // Strangers also guess accounts.
                Ok(()) | Err(StoreError::UnknownAccount(_)) => {}
                Err(error) => {
                    self.lockout.put_back(std::iter::once((account, report)).chain(reports));
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    async fn write_report(&self, account: &AccountId, report: &Report) -> Result<(), StoreError> {
        let first = report.logins.first();
        let others = report.logins.iter().skip(1).take(MOST_NAMED);
        let others: Vec<_> =
            others.map(|(username, address)| json!({ "username": username, "address": address })).collect();
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: OURSELVES.to_owned(),
            action: AuditAction::LoginLocked,
            subject: first.map_or("-", |(username, _)| username).to_owned(),
            address: first.map(|(_, address)| address.to_string()),
            details: json!({ "lockouts": report.count, "others": others }).to_string(),
        };
        self.store.add_audit(account, &entry).await
    }
}
