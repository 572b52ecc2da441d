//! Statements of handoffs, versions, changes, settings and idempotency keys.

use crate::lookup::LookupSql;
use crate::statement::{TenantSql, statements};

/// Looks up handoffs with their newest versions by id.
pub(crate) const HANDOFF_BY_ID: LookupSql = LookupSql {
    locks: false,
    select: "
        SELECT h.handoff_id, h.name, h.name_key, h.channels, h.created_at, h.latest_version,
               h.published_version, h.archived_at, h.latest_version AS version, v.saved_at, v.saved_by,
               v.note, v.document, v.extension",
    from: "handoffs h
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE h.account_id = $1 AND h.handoff_id",
};

/// Looks up handoffs by id, with the bytes of their newest versions instead of the versions.
pub(crate) const HANDOFF_SIZE_BY_ID: LookupSql = LookupSql {
    locks: false,
    select: "
        SELECT h.handoff_id, h.name, h.name_key, h.channels, h.created_at, h.latest_version,
               h.published_version, h.archived_at,
               CAST(OCTET_LENGTH(v.document) + COALESCE(OCTET_LENGTH(v.extension), 0) AS BIGINT) AS bytes",
    from: "handoffs h
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE h.account_id = $1 AND h.handoff_id",
};

/// Looks up handoffs that are not archived by name key.
pub(crate) const HANDOFF_ID_BY_NAME: LookupSql = LookupSql {
    locks: false,
    select: "SELECT h.name_key, h.handoff_id",
    from: "handoffs h WHERE h.account_id = $1 AND h.archived_at IS NULL AND h.name_key",
};

/// Looks up which keys of changes the feed has.
pub(crate) const CHANGE_BY_KEY: LookupSql = LookupSql {
    locks: false,
    select: "SELECT h.event_key",
    from: "handoff_changes h WHERE h.account_id = $1 AND h.event_key",
};

#[cfg(test)]
pub(crate) const LOOKUPS: &[(&str, LookupSql)] = &[
    ("CHANGE_BY_KEY", CHANGE_BY_KEY),
    ("HANDOFF_BY_ID", HANDOFF_BY_ID),
    ("HANDOFF_SIZE_BY_ID", HANDOFF_SIZE_BY_ID),
    ("HANDOFF_ID_BY_NAME", HANDOFF_ID_BY_NAME),
];

statements! { TenantSql, HANDOFFS:
    SETTINGS = "SELECT COALESCE(settings, '{}') FROM accounts WHERE account_id = $1";

    SET_SETTINGS = "UPDATE accounts SET settings = $2 WHERE account_id = $1";

    /// Up to $3 published handoffs after $2.
    PUBLISHED_IDS = "
        SELECT handoff_id
        FROM handoffs
        WHERE account_id = $1 AND handoff_id > $2 AND published_version IS NOT NULL
        ORDER BY handoff_id
        LIMIT $3";

    EXTENSIONS = "
        SELECT h.handoff_id, v.extension
        FROM handoffs h
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE h.account_id = $1 AND h.handoff_id > $2 AND h.archived_at IS NULL AND v.extension IS NOT NULL
        ORDER BY h.handoff_id
        LIMIT $3";

    VERSIONS = "
        SELECT version, saved_at, saved_by, note
        FROM handoff_versions
        WHERE account_id = $1 AND handoff_id = $2 AND version < $3
        ORDER BY version DESC
        LIMIT $4";

    VERSION = "
        SELECT version, saved_at, saved_by, note, document, extension
        FROM handoff_versions
        WHERE account_id = $1 AND handoff_id = $2 AND version = $3";

    /// Used for a change at $5 by $6 that saves no version.
    SET_SUMMARY_STATE = "
        UPDATE handoff_summaries SET state = $3, published_version = $4, updated_at = $5, updated_by = $6
        WHERE account_id = $1 AND handoff_id = $2";

    /// Avoids MAX: if PostgreSQL estimates that the account has few changes, it would read all of them.
    LAST_CHANGE = "
        SELECT sequence FROM handoff_changes WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1";

    CHANGES_SINCE = "
        SELECT sequence, at, actor, kind, handoff_id, version, details
        FROM handoff_changes
        WHERE account_id = $1 AND sequence > $2
        ORDER BY sequence
        LIMIT $3";

    /// Keeps the newest entry, so that its number is not used again.
    PRUNE_CHANGES = "
        DELETE FROM handoff_changes
        WHERE account_id = $1
          AND sequence < (SELECT sequence FROM handoff_changes WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1)
          AND sequence IN (
            SELECT sequence
            FROM handoff_changes
            WHERE account_id = $1 AND handoff_id IS NULL AND at < $2
            ORDER BY at
            LIMIT $3)";

    /// Deletes up to $2 changes that the feed does not have yet, oldest first, and returns them in any order.
    TAKE_NEW_CHANGES = "
        DELETE FROM new_changes
        WHERE account_id = $1 AND change_no IN (
            SELECT change_no FROM new_changes WHERE account_id = $1 ORDER BY change_no LIMIT $2)
        RETURNING change_no, at, actor, kind, event_key, details";

    EARLIER_CREATION = "
        SELECT request_hash, handoff_id
        FROM idempotency_keys
        WHERE account_id = $1 AND principal = $2 AND key = $3";

    INSERT_IDEMPOTENCY_KEY = "
        INSERT INTO idempotency_keys (account_id, principal, key, request_hash, handoff_id, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    PRUNE_IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE account_id = $1 AND expires_at <= $2";
}
