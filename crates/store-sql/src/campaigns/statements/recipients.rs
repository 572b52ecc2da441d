//! Statements of recipients.

use crate::lookup::LookupSql;
use crate::statement::{PerEngine, TenantSql, locking_statements, per_engine_statements, statements};

/// The columns of [`RecipientRow`](super::super::rows::RecipientRow).
macro_rules! recipient {
    () => {
        "campaign_id, number, transaction_id, state, error_source, error_code, channel, retries, lane, due_at,
         changed_at, consumer_key, sealed, provider_id, revision"
    };
}

macro_rules! due_recipients {
    ($locking:literal) => {
        concat!(
            "SELECT ",
            recipient!(),
            "
        FROM recipients
        WHERE account_id = $1 AND lane = $2 AND due_at <= $3
        ORDER BY due_at
        LIMIT $4",
            $locking
        )
    };
}

macro_rules! recipient_of_transaction {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            recipient!(),
            " FROM recipients r WHERE r.account_id = $1 AND r.transaction_id = $2",
            lock_rows!($engine)
        )
    };
}

macro_rules! recipient_by_number {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            recipient!(),
            " FROM recipients r WHERE r.account_id = $1 AND r.campaign_id = $2 AND r.number = $3",
            lock_rows!($engine)
        )
    };
}

macro_rules! recipients_in {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            recipient!(),
            "
        FROM recipients r
        WHERE r.account_id = $1 AND r.campaign_id = $2 AND r.state = $3
        ORDER BY number
        LIMIT $4",
            lock_rows!($engine)
        )
    };
}

locking_statements! { TenantSql, LOCKING_RECIPIENTS:
    DUE_RECIPIENTS = due_recipients;
}

per_engine_statements! { TenantSql, LOCKED_RECIPIENTS:
    RECIPIENT_OF_TRANSACTION = recipient_of_transaction;
    RECIPIENT_BY_NUMBER = recipient_by_number;
    RECIPIENTS_IN = recipients_in;
}

/// Without a lock.
pub(crate) const RECIPIENT_BY_TRANSACTION: LookupSql = LookupSql {
    select: concat!("SELECT ", recipient!()),
    from: "recipients h WHERE h.account_id = $1 AND h.transaction_id",
};

statements! { TenantSql, RECIPIENTS:
    /// Recipients of campaign $2 with numbers above $3, in state $4, or in any if it is empty.
    RECIPIENTS_OF_CAMPAIGN = concat!("
        SELECT ", recipient!(), "
        FROM recipients
        WHERE account_id = $1 AND campaign_id = $2 AND number > $3 AND ($4 = '' OR state = $4)
        ORDER BY number
        LIMIT $5");

    LAST_SENT = concat!("
        SELECT ", recipient!(), "
        FROM recipients
        WHERE account_id = $1 AND consumer_key = $2 AND changed_at >= $3 AND state = 'sent'
        ORDER BY changed_at DESC
        LIMIT 1");

    /// The recipient must be locked.
    SAVE_RECIPIENT = "
        UPDATE recipients
        SET transaction_id = $4, state = $5, error_source = $6, error_code = $7, channel = $8, retries = $9,
            lane = $10, due_at = $11, changed_at = $12, consumer_key = $13, sealed = $14, provider_id = $15,
            revision = revision + 1
        WHERE account_id = $1 AND campaign_id = $2 AND number = $3";

    RESCHEDULE_RECIPIENTS = "
        UPDATE recipients SET due_at = $3, revision = revision + 1
        WHERE account_id = $1 AND campaign_id = $2 AND state = 'waiting'
        RETURNING lane";

    ERASE_RECIPIENTS = "
        UPDATE recipients SET sealed = NULL
        WHERE account_id = $1 AND consumer_key = $2 AND sealed IS NOT NULL";

    PURGE_RECIPIENTS = "
        UPDATE recipients SET sealed = NULL
        WHERE account_id = $1 AND campaign_id = $2 AND sealed IS NOT NULL";
}
