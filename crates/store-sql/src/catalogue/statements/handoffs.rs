//! The statements of handoffs, their versions and their changes, and of the account's settings.

use crate::statement::{TenantSql, statements};

/// Where the handoff `h` stands.
macro_rules! state {
    () => {
        "CASE WHEN h.archived_at IS NOT NULL THEN 'archived'
              WHEN h.published_version IS NULL THEN 'draft'
              WHEN h.published_version = h.latest_version THEN 'published'
              ELSE 'changed' END"
    };
}

statements! { TenantSql, HANDOFFS:
    SETTINGS = "SELECT COALESCE(settings, '{}') FROM accounts WHERE account_id = $1";

    SET_SETTINGS = "UPDATE accounts SET settings = $2 WHERE account_id = $1";

    /// Makes a handoff, or gives it a newer version; either way it is not archived afterwards.
    SAVE_HANDOFF = "
        INSERT INTO handoffs (account_id, handoff_id, name, name_key, channels, created_at, latest_version)
        VALUES ($1, $2, $3, $4, $5, $6, 1)
        ON CONFLICT (account_id, handoff_id) DO UPDATE
        SET name = excluded.name, name_key = excluded.name_key, channels = excluded.channels,
            latest_version = handoffs.latest_version + 1, archived_at = NULL
        RETURNING latest_version, created_at, published_version";

    /// Answers no published version where the handoff is archived. (A condition `archived_at IS NULL`
    /// would let PostgreSQL take the index of names, which finds the account and not the handoff.)
    PUBLISH_HANDOFF = "
        UPDATE handoffs SET published_version = CASE WHEN archived_at IS NULL THEN latest_version END
        WHERE account_id = $1 AND handoff_id = $2
        RETURNING published_version, created_at, channels";

    UNPUBLISH_HANDOFF = "
        UPDATE handoffs SET published_version = NULL WHERE account_id = $1 AND handoff_id = $2
        RETURNING latest_version";

    ARCHIVE_HANDOFF = "
        UPDATE handoffs SET published_version = NULL, archived_at = $3
        WHERE account_id = $1 AND handoff_id = $2";

    HANDOFF = "
        SELECT h.latest_version AS version, v.saved_at, v.saved_by, v.note, h.published_version,
               h.archived_at, v.document, v.extension
        FROM handoffs h
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE h.account_id = $1 AND h.handoff_id = $2";

    HANDOFF_NAMED = "
        SELECT handoff_id FROM handoffs
        WHERE account_id = $1 AND name_key = $2 AND archived_at IS NULL";

    /// Up to $3 handoffs behind $2 that hold something of ours.
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

    /// After something happened to the handoff at $3, by $4, that saved no version.
    SUMMARISE_STATE = concat!("
        UPDATE handoff_summaries
        SET state = ", state!(), ", published_version = h.published_version, updated_at = $3, updated_by = $4
        FROM handoffs h
        WHERE handoff_summaries.account_id = $1 AND handoff_summaries.handoff_id = $2
          AND h.account_id = handoff_summaries.account_id AND h.handoff_id = handoff_summaries.handoff_id");

    /// Not MAX: where PostgreSQL believes that the account has few changes, it would read them all.
    LAST_CHANGE = "
        SELECT sequence FROM handoff_changes WHERE account_id = $1 ORDER BY sequence DESC LIMIT 1";

    CHANGES_SINCE = "
        SELECT sequence, at, actor, kind, handoff_id, version
        FROM handoff_changes
        WHERE account_id = $1 AND sequence > $2
        ORDER BY sequence
        LIMIT $3";

    EARLIER_CREATION = "
        SELECT request_hash, handoff_id
        FROM idempotency_keys
        WHERE account_id = $1 AND principal = $2 AND key = $3";

    INSERT_IDEMPOTENCY_KEY = "
        INSERT INTO idempotency_keys (account_id, principal, key, request_hash, handoff_id, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    FORGET_IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE account_id = $1 AND expires_at <= $2";
}
