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

/// The due recipients of one turn, longest due first.
macro_rules! due_in_turn {
    ($turn:literal, $locking:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            recipient!(),
            " FROM recipients
              WHERE account_id = $1 AND lane = $2 AND turn = ",
            $turn,
            " AND due_at <= $3
              ORDER BY due_at
              LIMIT $4",
            $locking,
            ") AS due_",
            $turn
        )
    };
}

/// The parts are read in their order, and only as far as they are needed.
macro_rules! due_recipients {
    ($locking:literal) => {
        concat!(
            due_in_turn!(0, $locking),
            " UNION ALL ",
            due_in_turn!(1, $locking),
            " UNION ALL ",
            due_in_turn!(2, $locking),
            " UNION ALL ",
            due_in_turn!(3, $locking),
            " UNION ALL ",
            due_in_turn!(4, $locking),
            " UNION ALL ",
            due_in_turn!(5, $locking),
            " LIMIT $4"
        )
    };
}

/// When the first recipient of one turn is due.
macro_rules! next_in_turn {
    ($turn:literal) => {
        concat!(
            "SELECT MIN(due_at) AS due_at FROM recipients WHERE account_id = $1 AND lane = $2 AND turn = ",
            $turn,
            " AND due_at IS NOT NULL"
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

macro_rules! retryable_recipients {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            recipient!(),
            "
        FROM recipients r
        WHERE r.account_id = $1 AND r.campaign_id = $2 AND r.state = 'failed' AND r.sealed IS NOT NULL
        ORDER BY number
        LIMIT $3",
            lock_rows!($engine)
        )
    };
}

locking_statements! { TenantSql, LOCKING_RECIPIENTS:
    DUE_RECIPIENTS = due_recipients;
}

per_engine_statements! { TenantSql, LOCKED_RECIPIENTS:
    RECIPIENT_BY_NUMBER = recipient_by_number;
    RETRYABLE_RECIPIENTS = retryable_recipients;
}

pub(crate) const RECIPIENT_BY_TRANSACTION: LookupSql = LookupSql {
    locks: false,
    select: concat!("SELECT ", recipient!()),
    from: "recipients h WHERE h.account_id = $1 AND h.transaction_id",
};

pub(crate) const LOCKED_RECIPIENT_BY_TRANSACTION: LookupSql =
    LookupSql { locks: true, ..RECIPIENT_BY_TRANSACTION };

/// Saves recipients that are locked, so that they exist.
pub(crate) const SAVE_RECIPIENTS: &str = "
    ON CONFLICT (account_id, campaign_id, number) DO UPDATE
    SET transaction_id = excluded.transaction_id, state = excluded.state,
        error_source = excluded.error_source, error_code = excluded.error_code, channel = excluded.channel,
        retries = excluded.retries, lane = excluded.lane, due_at = excluded.due_at,
        changed_at = excluded.changed_at, consumer_key = excluded.consumer_key, sealed = excluded.sealed,
        provider_id = excluded.provider_id, revision = recipients.revision + 1";

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

    /// One row, with `NULL` if nothing is due.
    NEXT_DUE = concat!(
        "SELECT MIN(due_at) FROM (",
        next_in_turn!(0), " UNION ALL ", next_in_turn!(1), " UNION ALL ", next_in_turn!(2), " UNION ALL ",
        next_in_turn!(3), " UNION ALL ", next_in_turn!(4), " UNION ALL ", next_in_turn!(5), ") AS next");

    RESCHEDULE_RECIPIENTS = "
        UPDATE recipients SET due_at = $3, revision = revision + 1
        WHERE account_id = $1 AND campaign_id = $2 AND state = 'waiting'
        RETURNING lane";

    /// Recipients of lane $2 that wait for a later time than $3.
    RESCHEDULE_LANE = "
        UPDATE recipients SET due_at = $3, revision = revision + 1
        WHERE account_id = $1 AND lane = $2 AND turn IN (0, 1, 2, 3, 4, 5) AND due_at > $3 AND state = 'waiting'";

    ERASE_RECIPIENTS = "
        UPDATE recipients SET sealed = NULL
        WHERE account_id = $1 AND consumer_key = $2 AND sealed IS NOT NULL";

    /// Finds recipients whose current channel has another address.
    ERASE_RECIPIENTS_BY_KEY = "
        UPDATE recipients SET sealed = NULL
        WHERE account_id = $1 AND sealed IS NOT NULL
          AND (campaign_id, number) IN (
              SELECT campaign_id, number FROM recipient_keys WHERE account_id = $1 AND consumer_key = $2)";

    DELETE_RECIPIENT_KEYS = "DELETE FROM recipient_keys WHERE account_id = $1 AND campaign_id = $2";

    PURGE_RECIPIENTS = "
        UPDATE recipients SET sealed = NULL
        WHERE account_id = $1 AND campaign_id = $2 AND sealed IS NOT NULL";
}
