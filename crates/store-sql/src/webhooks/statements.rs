//! Statements of webhooks and their deliveries.

use crate::jobs::statements::enqueue_jobs;
use crate::statement::{PerEngine, TenantSql, locking_statements, statements};

/// The columns of a webhook.
macro_rules! webhook {
    () => {
        "webhook_id, url, description, kinds, sealed_secret, sealed_old_secret, old_secret_until, disabled_at,
               disabled_because, queued_through, last_delivery, last_success_at, created_at"
    };
}

/// Deliveries of webhook $2 with their changes.
macro_rules! deliveries {
    ($rest:literal) => {
        concat!(
            "
        SELECT d.number, d.created_at, d.attempts, d.attempted_at, d.status, d.error, d.delivered_at,
               d.next_attempt_at, c.sequence, c.at, c.actor, c.kind, c.handoff_id, c.version,
               c.details
        FROM webhook_deliveries d
        LEFT JOIN handoff_changes c ON c.account_id = d.account_id AND c.sequence = d.sequence
        WHERE d.account_id = $1 AND d.webhook_id = $2 AND ",
            $rest
        )
    };
}

/// Claims the deliveries that have been due for longest. They are selected before the update, so that there
/// are never more than $5.
macro_rules! claim_deliveries {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT number
            FROM webhook_deliveries
            WHERE account_id = $1 AND webhook_id = $2 AND next_attempt_at <= $3
            ORDER BY next_attempt_at, number
            LIMIT $5",
            $locking,
            ")
        UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = $4
        WHERE account_id = $1 AND webhook_id = $2 AND number IN (SELECT number FROM due)
        RETURNING number"
        )
    };
}

locking_statements! { TenantSql, LOCKING:
    /// Claims up to $5 deliveries that are due at $3, until $4. Concurrent callers get different deliveries.
    CLAIM_DELIVERIES = claim_deliveries;
}

statements! { TenantSql, TENANT:
    ALL_WEBHOOKS = concat!("
        SELECT ", webhook!(), "
        FROM webhooks
        WHERE account_id = $1 AND deleted_at IS NULL
        ORDER BY created_at, webhook_id");

    WEBHOOK = concat!("
        SELECT ", webhook!(), "
        FROM webhooks
        WHERE account_id = $1 AND webhook_id = $2 AND deleted_at IS NULL");

    WEBHOOK_COUNT = "SELECT COUNT(*) FROM webhooks WHERE account_id = $1 AND deleted_at IS NULL";

    /// Locks the webhook until the end of the transaction, and reads it.
    LOCK_WEBHOOK = concat!("
        UPDATE webhooks SET last_delivery = last_delivery
        WHERE account_id = $1 AND webhook_id = $2 AND deleted_at IS NULL
        RETURNING ", webhook!());

    INSERT_WEBHOOK = concat!("
        INSERT INTO webhooks (account_id, ", webhook!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

    /// Updates all columns except the creation time.
    UPDATE_WEBHOOK = "
        UPDATE webhooks
        SET url = $3, description = $4, kinds = $5, sealed_secret = $6, sealed_old_secret = $7,
            old_secret_until = $8, disabled_at = $9, disabled_because = $10, queued_through = $11,
            last_delivery = $12, last_success_at = $13
        WHERE account_id = $1 AND webhook_id = $2";

    /// Deletes the secrets at once. The deliveries are purged later.
    DELETE_WEBHOOK = "
        UPDATE webhooks SET deleted_at = $3, sealed_secret = $4, sealed_old_secret = NULL
        WHERE account_id = $1 AND webhook_id = $2 AND deleted_at IS NULL";

    PURGE_DELIVERIES = "
        DELETE FROM webhook_deliveries
        WHERE account_id = $1 AND webhook_id = $2 AND number IN (
            SELECT number
            FROM webhook_deliveries
            WHERE account_id = $1 AND webhook_id = $2
            ORDER BY number
            LIMIT $3)";

    PURGE_WEBHOOK = "
        DELETE FROM webhooks WHERE account_id = $1 AND webhook_id = $2 AND deleted_at IS NOT NULL";

    PRUNE_DELIVERIES = "
        DELETE FROM webhook_deliveries
        WHERE account_id = $1 AND (webhook_id, number) IN (
            SELECT webhook_id, number
            FROM webhook_deliveries
            WHERE account_id = $1 AND next_attempt_at IS NULL AND created_at <= $2
            ORDER BY created_at
            LIMIT $3)";

    /// Number of deliveries that wait for their first attempt, and of all pending ones.
    PENDING_DELIVERIES = "
        SELECT COUNT(*) FILTER (WHERE attempts = 0), COUNT(*)
        FROM webhook_deliveries
        WHERE account_id = $1 AND webhook_id = $2 AND next_attempt_at IS NOT NULL";

    RECORD_UNSENT = "
        UPDATE webhook_deliveries SET attempted_at = $3, status = $4, error = $5
        WHERE account_id = $1 AND webhook_id = $2 AND next_attempt_at <= $3";

    /// Queues deliveries of the changes after $3 up to $4 whose kinds $5 contains, numbered after $6. Changes that are
    /// not about handoffs are left out after 30 days, so that none is deleted before its deliveries.
    QUEUE_CHANGES = "
        INSERT INTO webhook_deliveries (account_id, webhook_id, number, sequence, created_at, attempts,
                                        next_attempt_at)
        SELECT c.account_id, $2, CAST($6 AS BIGINT) + ROW_NUMBER() OVER (ORDER BY c.sequence), c.sequence,
               $7, 0, $7
        FROM handoff_changes c
        WHERE c.account_id = $1 AND c.sequence > $3 AND c.sequence <= $4
          AND $5 LIKE '% ' || c.kind || ' %'
          AND (c.handoff_id IS NOT NULL OR c.at > $7 - 2592000000)";

    SUBSCRIBED_KINDS = "
        SELECT DISTINCT kinds
        FROM webhooks
        WHERE account_id = $1 AND deleted_at IS NULL AND disabled_at IS NULL AND kinds <> ''";

    QUEUE_PING = "
        INSERT INTO webhook_deliveries (account_id, webhook_id, number, created_at, attempts,
                                        next_attempt_at)
        VALUES ($1, $2, $3, $4, 0, $4)";

    UPDATE_QUEUE_POSITION = "
        UPDATE webhooks SET queued_through = $3, last_delivery = last_delivery + $4
        WHERE account_id = $1 AND webhook_id = $2";

    /// Enqueues the delivery job, whose kind is $2, of each enabled webhook, due at $3. The order prevents
    /// deadlocks between two such statements.
    ENQUEUE_DELIVERIES = enqueue_jobs!("
        SELECT w.account_id, $2 || '/' || w.webhook_id, '{}', $3, $3, 'waiting', 0, 0, 0
        FROM webhooks w
        WHERE w.account_id = $1 AND w.disabled_at IS NULL AND w.deleted_at IS NULL
        ORDER BY w.webhook_id");

    /// No row for a disabled or deleted webhook, which is sent nothing.
    NEXT_DELIVERY = "
        SELECT next_attempt_at
        FROM webhook_deliveries
        WHERE account_id = $1 AND webhook_id = $2 AND next_attempt_at IS NOT NULL
              AND EXISTS (SELECT 1 FROM webhooks w
                          WHERE w.account_id = $1 AND w.webhook_id = $2
                                AND w.disabled_at IS NULL AND w.deleted_at IS NULL)
        ORDER BY next_attempt_at
        LIMIT 1";

    /// Deliveries that are claimed until $3, with numbers from $4 to $5.
    CLAIMED_DELIVERIES = deliveries!("d.next_attempt_at = $3 AND d.number BETWEEN $4 AND $5
        ORDER BY d.number");

    DELIVERIES = deliveries!("d.number < $3
        ORDER BY d.number DESC
        LIMIT $4");

    DELIVERY = deliveries!("d.number = $3");

    /// Changes no row if the claim that ends at $4 is not the last one.
    SETTLE_DELIVERY = "
        UPDATE webhook_deliveries
        SET attempted_at = $5, status = $6, error = $7, delivered_at = $8, next_attempt_at = $9
        WHERE account_id = $1 AND webhook_id = $2 AND number = $3 AND next_attempt_at = $4";

    RESEND_DELIVERY = "
        UPDATE webhook_deliveries SET attempts = 0, delivered_at = NULL, next_attempt_at = $4
        WHERE account_id = $1 AND webhook_id = $2 AND number = $3";
}
