//! The audit log of an account, which transactions of several concerns write.
//!
//! Each account has a counter that numbers its entries without gaps, so that adding an entry does not lock
//! the account. A transaction allocates its numbers right before the commit, to block other writers of the
//! log only briefly.

use outbound_store::{AuditEntry, AuditRecord, StoreError};

use crate::rows::{from_row, parse_stored, time};
use crate::statement::{TenantSql, statements};
use crate::transaction::SqlTransaction;

statements! { TenantSql, TENANT:
    /// Earlier versions wrote details of up to a megabyte. Of details with more than $4 bytes, only the length is read.
    AUDIT_ENTRIES = r#"
        SELECT sequence, at, actor, action, subject, address,
               CASE WHEN OCTET_LENGTH(details) <= CAST($4 AS BIGINT) THEN details
                    ELSE '{"length":' || CAST(OCTET_LENGTH(details) AS TEXT) || '}' END AS details
        FROM audit
        WHERE account_id = $1 AND sequence < $2
        ORDER BY sequence DESC
        LIMIT $3"#;

    /// Allocates $2 numbers and returns the last one. Returns no row if there is no such account.
    ALLOCATE_AUDIT_NUMBERS = "
        INSERT INTO audit_counters (account_id, last_sequence)
        SELECT a.account_id, $2 FROM accounts a WHERE a.account_id = $1
        ON CONFLICT (account_id) DO UPDATE
        SET last_sequence = audit_counters.last_sequence + excluded.last_sequence
        RETURNING last_sequence";

    INSERT_AUDIT_ENTRY = "
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
            action: parse_stored(&row.action)?,
            subject: row.subject,
            address: row.address,
            details: row.details,
        };
        Ok(Self { sequence: row.sequence, entry })
    }
}

impl SqlTransaction {
    /// Allocates `count` numbers and returns the last one. Other transactions that allocate numbers wait
    /// until this one ends.
    pub(crate) async fn allocate_audit_numbers(&mut self, count: i64) -> Result<i64, StoreError> {
        let last = self.optional(ALLOCATE_AUDIT_NUMBERS, &[count.into()]).await?;
        last.map(|(last,)| last).ok_or_else(|| StoreError::UnknownAccount(self.account().clone()))
    }

    /// Inserts entries in the given order.
    pub(crate) async fn write_audit(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let last = self.allocate_audit_numbers(count).await?;
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
            self.execute(INSERT_AUDIT_ENTRY, &row).await?;
        }
        Ok(())
    }
}
