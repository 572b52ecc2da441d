//! Writes lockouts to the audit log.

use outbound_model::{AccountId, AuditAction};
use outbound_store::{AuditEntry, StoreError};
use serde_json::json;

use super::failures::LockoutReport;
use crate::credentials::SYSTEM_ACTOR;
use crate::{App, AppError};

/// Maximum logins listed in one entry.
const MAX_NAMED: usize = 10;

impl App {
    /// Writes the lockouts since the last call to the audit log. There is one entry per account, so that an attacker
    /// cannot make the log grow fast. To be called every minute and before the process ends.
    pub async fn write_lockouts(&self) -> Result<(), AppError> {
        let mut reports = self.lockout.failures().take_reports().into_iter();
        while let Some((account, report)) = reports.next() {
            match self.write_report(&account, &report).await {
                // Attackers also guess account ids.
                Ok(()) | Err(StoreError::UnknownAccount(_)) => {}
                Err(error) => {
                    self.lockout.failures().put_back(std::iter::once((account, report)).chain(reports));
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    async fn write_report(&self, account: &AccountId, report: &LockoutReport) -> Result<(), StoreError> {
        let first = report.logins.first();
        let others = report.logins.iter().skip(1).take(MAX_NAMED);
        let others: Vec<_> =
            others.map(|(username, address)| json!({ "username": username, "address": address })).collect();
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: SYSTEM_ACTOR.to_owned(),
            action: AuditAction::LoginLocked,
            subject: first.map_or("-", |(username, _)| username).to_owned(),
            address: first.map(|(_, address)| address.to_string()),
            details: json!({ "lockouts": report.count, "others": others }).to_string(),
        };
        self.store.add_audit(account, &entry).await
    }
}
