//! The audit of an account, which transactions of several concerns write.
//!
//! Its entries are numbered without a gap by a counter of their own, so that nobody has to lock the account
//! to write one. A transaction takes its numbers last, right before it commits: other writers of the
//! account's audit wait no longer than that.

use outbound_store::{AuditEntry, AuditRecord, StoreError};

use crate::rows::{from_row, parsed, time};
use crate::statement::{TenantSql, statements};
use crate::transaction::SqlTransaction;

statements! { TenantSql, TENANT:
    AUDIT = "
        SELECT sequence, at, actor, action, subject, address, details
        FROM audit
        WHERE account_id = $1 AND sequence < $2
        ORDER BY sequence DESC
        LIMIT $3";

    /// Takes $2 numbers, and answers the last of them. Nothing where there is no such account.
    TAKE_AUDIT_NUMBERS = "
        INSERT INTO audit_counters (account_id, last_sequence)
        SELECT a.account_id, $2 FROM accounts a WHERE a.account_id = $1
        ON CONFLICT (account_id) DO UPDATE
        SET last_sequence = audit_counters.last_sequence + excluded.last_sequence
        RETURNING last_sequence";

    INSERT_AUDIT = "
        INSERT INTO audit (account_id, sequence, at, actor, action, subject, address, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

pub(crate) struct AuditRow {
    sequence: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    address: Option<String>,
    details: String,
}

from_row!(AuditRow { sequence, at, actor, action, subject, address, details });

impl TryFrom<AuditRow> for AuditRecord {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        let entry = AuditEntry {
            at: time(row.at)?,
            actor: row.actor,
            action: parsed(&row.action)?,
            subject: row.subject,
            address: row.address,
            details: row.details,
        };
        Ok(Self { sequence: row.sequence, entry })
    }
}

impl SqlTransaction {
    /// Takes `count` numbers, and answers the last one. Other transactions that take some wait for the end
    /// of this one.
    pub(crate) async fn take_audit_numbers(&mut self, count: i64) -> Result<i64, StoreError> {
        let last = self.optional(TAKE_AUDIT_NUMBERS, &[count.into()]).await?;
        last.map(|(last,)| last).ok_or_else(|| StoreError::UnknownAccount(self.account().clone()))
    }

    /// Writes entries in their order.
    pub(crate) async fn write_audit(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let last = self.take_audit_numbers(count).await?;
        for (sequence, entry) in (last - count + 1..).zip(entries) {
            let row = [
                sequence.into(),
                entry.at.into(),
                entry.actor.as_str().into(),
                entry.action.as_str().into(),
                entry.subject.as_str().into(),
                entry.address.as_deref().into(),
                entry.details.as_str().into(),
            ];
            self.execute(INSERT_AUDIT, &row).await?;
        }
        Ok(())
    }
}
