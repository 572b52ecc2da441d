//! The statements of those who make handoffs: versions, search, the feed of changes.

use super::{TenantSql, statements};
use crate::dialect::{rows_postgres, rows_sqlite};

/// Where the handoff `h` stands.
macro_rules! state {
    () => {
        "CASE WHEN h.archived_at IS NOT NULL THEN 'archived'
              WHEN h.published_version IS NULL THEN 'draft'
              WHEN h.published_version = h.latest_version THEN 'published'
              ELSE 'changed' END"
    };
}

/// What a handoff must be like to be found: patterns of LIKE, `%` for whatever, which is not even
/// read. Lists of words have blanks around each word.
macro_rules! criteria {
    () => {
        "account_id = $1
           AND ($2 = '%' OR texts LIKE $2 ESCAPE '!')
           AND ($3 = '%' OR channels LIKE $3 ESCAPE '!')
           AND ($4 = '%' OR languages LIKE $4 ESCAPE '!')
           AND ($5 = '%' OR senders LIKE $5 ESCAPE '!')
           AND errors >= $6"
    };
}

/// In state $7 or, without one, in any but archived.
macro_rules! in_state {
    () => {
        "state LIKE $7 AND (state <> 'archived' OR $7 = 'archived')"
    };
}

/// Behind ($8, $9) in the order of a key.
macro_rules! behind {
    ($key:literal, $behind:literal) => {
        concat!("(", $key, ", handoff_id) ", $behind, " ($8, $9)")
    };
}

macro_rules! in_order {
    ($key:literal, $direction:literal) => {
        concat!(" ORDER BY ", $key, " ", $direction, ", handoff_id ", $direction)
    };
}

/// What a list says of a handoff.
macro_rules! select_summaries {
    () => {
        "
        SELECT handoff_id, name, state, channels, languages, senders, created_at, updated_at, updated_by,
               latest_version, published_version, errors, advices"
    };
}

/// A page of what is found among the next 1000 handoffs: all that is asked for where much is found,
/// and never more than a few milliseconds.
macro_rules! search_near {
    ($key:literal, $behind:literal, $direction:literal) => {
        concat!(
            select_summaries!(),
            "
        FROM (SELECT * FROM handoff_summaries WHERE account_id = $1 AND ",
            behind!($key, $behind),
            in_order!($key, $direction),
            " LIMIT 1000) near
        WHERE ",
            criteria!(),
            " AND ",
            in_state!(),
            in_order!($key, $direction),
            " LIMIT $10"
        )
    };
}

/// The same among all handoffs: one pass, for which the key is written so that neither engine walks
/// through its index instead, row by row. The ids are found and sorted by themselves: to sort whole
/// rows takes SQLite half as long again.
macro_rules! search_all {
    ($key:literal, $behind:literal, $direction:literal) => {
        concat!(
            select_summaries!(),
            "
        FROM handoff_summaries
        WHERE account_id = $1 AND handoff_id IN (
            SELECT handoff_id FROM handoff_summaries WHERE ",
            criteria!(),
            " AND ",
            in_state!(),
            " AND ",
            behind!($key, $behind),
            in_order!($key, $direction),
            " LIMIT $10)",
            in_order!($key, $direction)
        )
    };
}

statements! { TenantSql, AUTHORING:
    HANDOFF = "
        SELECT h.latest_version AS version, v.saved_at, v.saved_by, v.note, h.published_version,
               h.archived_at, v.document, v.extension
        FROM handoffs h
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE h.account_id = $1 AND h.handoff_id = $2";

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

    SEARCH_NEAR_BY_CREATION = search_near!("created_at", ">", "ASC");
    SEARCH_NEAR_BY_CREATION_DESCENDING = search_near!("created_at", "<", "DESC");
    SEARCH_NEAR_BY_UPDATE = search_near!("updated_at", ">", "ASC");
    SEARCH_NEAR_BY_UPDATE_DESCENDING = search_near!("updated_at", "<", "DESC");
    SEARCH_NEAR_BY_NAME = search_near!("name_key", ">", "ASC");
    SEARCH_NEAR_BY_NAME_DESCENDING = search_near!("name_key", "<", "DESC");

    SEARCH_ALL_BY_CREATION = search_all!("created_at + 0", ">", "ASC");
    SEARCH_ALL_BY_CREATION_DESCENDING = search_all!("created_at + 0", "<", "DESC");
    SEARCH_ALL_BY_UPDATE = search_all!("updated_at + 0", ">", "ASC");
    SEARCH_ALL_BY_UPDATE_DESCENDING = search_all!("updated_at + 0", "<", "DESC");
    SEARCH_ALL_BY_NAME = search_all!("name_key || ''", ">", "ASC");
    SEARCH_ALL_BY_NAME_DESCENDING = search_all!("name_key || ''", "<", "DESC");

    COUNT_BY_STATE = concat!("
        SELECT state, COUNT(*)
        FROM handoff_summaries
        WHERE ", criteria!(), "
        GROUP BY state");

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

// What a transaction writes beside the handoffs themselves: rows that come as a JSON array, which each
// engine takes apart in its own words (`dialect`).

/// Each row of the array as `e`, in the account.
macro_rules! from_rows {
    ($rows:expr) => {
        concat!(
            "
        FROM accounts a CROSS JOIN ",
            $rows,
            " e
        WHERE a.account_id = $1"
        )
    };
}

/// Behind the newest number of a table, as the row stands in the array. The account is held, so that
/// no two rows get the same.
macro_rules! next_number {
    ($table:literal) => {
        concat!(
            "COALESCE((SELECT sequence FROM ",
            $table,
            " WHERE account_id = $1
                         ORDER BY sequence DESC LIMIT 1), 0) + CAST(e.value ->> 'nth' AS BIGINT)"
        )
    };
}

macro_rules! add_versions {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO handoff_versions (account_id, handoff_id, version, document, saved_at, saved_by, note,
                                      extension)
        SELECT a.account_id, e.value ->> 'id', CAST(e.value ->> 'version' AS BIGINT),
               e.value ->> 'document', CAST(e.value ->> 'at' AS BIGINT), e.value ->> 'by',
               e.value ->> 'note', e.value ->> 'extension'",
            from_rows!($rows)
        )
    };
}

macro_rules! add_elements {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO published_elements (account_id, filter, created_at, handoff_id, channel_index)
        SELECT a.account_id, e.value ->> 'list', CAST(e.value ->> 'created_at' AS BIGINT),
               e.value ->> 'id', CAST(e.value ->> 'channel' AS BIGINT)",
            from_rows!($rows)
        )
    };
}

/// Whole rows, without a look at the handoffs: both engines would at times rather walk through all of
/// the account than look up the few that are named.
macro_rules! save_summaries {
    ($rows:expr, $texts:expr) => {
        concat!(
            "
        INSERT INTO handoff_summaries (account_id, handoff_id, name, name_key, state, channels, languages,
                                       senders, texts, created_at, updated_at, updated_by, latest_version,
                                       published_version, errors, advices)
        SELECT a.account_id, e.value ->> 'id', e.value ->> 'name', e.value ->> 'name_key',
               e.value ->> 'state', e.value ->> 'channels', e.value ->> 'languages',
               e.value ->> 'senders', ",
            $texts,
            ", CAST(e.value ->> 'created_at' AS BIGINT), CAST(e.value ->> 'at' AS BIGINT),
               e.value ->> 'by', CAST(e.value ->> 'version' AS BIGINT),
               CAST(e.value ->> 'published' AS BIGINT), CAST(e.value ->> 'errors' AS BIGINT),
               CAST(e.value ->> 'advices' AS BIGINT)",
            from_rows!($rows),
            "
        ON CONFLICT (account_id, handoff_id) DO UPDATE
        SET name = excluded.name, name_key = excluded.name_key, state = excluded.state,
            channels = excluded.channels, languages = excluded.languages, senders = excluded.senders,
            texts = excluded.texts, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
            latest_version = excluded.latest_version, published_version = excluded.published_version,
            errors = excluded.errors, advices = excluded.advices"
        )
    };
}

macro_rules! add_changes {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO handoff_changes (account_id, sequence, at, actor, kind, handoff_id, version)
        SELECT a.account_id, ",
            next_number!("handoff_changes"),
            ",
               CAST(e.value ->> 'at' AS BIGINT), e.value ->> 'by', e.value ->> 'kind', e.value ->> 'id',
               CAST(e.value ->> 'version' AS BIGINT)",
            from_rows!($rows)
        )
    };
}

macro_rules! add_audit {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO audit (account_id, sequence, at, actor, action, subject, address, details)
        SELECT a.account_id, ",
            next_number!("audit"),
            ",
               CAST(e.value ->> 'at' AS BIGINT), e.value ->> 'actor', e.value ->> 'action',
               e.value ->> 'subject', e.value ->> 'address', e.value ->> 'details'",
            from_rows!($rows)
        )
    };
}

/// SQLite: versions, elements of lists, summaries, changes and the audit, each array as $2 of its own
/// statement.
pub(crate) const ADD_HISTORY_SQLITE: [TenantSql; 5] = [
    TenantSql(add_versions!(rows_sqlite!("$2"))),
    TenantSql(add_elements!(rows_sqlite!("$2"))),
    TenantSql(save_summaries!(rows_sqlite!("$2"), "e.value ->> 'texts'")),
    TenantSql(add_changes!(rows_sqlite!("$2"))),
    TenantSql(add_audit!(rows_sqlite!("$2"))),
];

/// PostgreSQL: the same as $2 to $6 of one statement, as other writers of the account wait for each
/// answer of a server that may be far away.
pub(crate) const ADD_HISTORY_POSTGRES: TenantSql = TenantSql(concat!(
    "WITH versions AS (",
    add_versions!(rows_postgres!("$2")),
    "), elements AS (",
    add_elements!(rows_postgres!("$3")),
    "), summaries AS (",
    save_summaries!(rows_postgres!("$4"), "CONVERT_TO(e.value ->> 'texts', 'UTF8')"),
    "), changes AS (",
    add_changes!(rows_postgres!("$5")),
    ")",
    add_audit!(rows_postgres!("$6"))
));
