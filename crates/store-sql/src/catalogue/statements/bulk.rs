//! The statements that write many rows at once. The rows come as a JSON array, which each engine takes apart
//! in its own words (`dialect`).

use crate::dialect::{rows_postgres, rows_sqlite};
use crate::statement::TenantSql;

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

macro_rules! add_versions {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO handoff_versions (account_id, handoff_id, version, document, saved_at, saved_by, note,
                                      extension)
        SELECT a.account_id, e.value ->> 'id', CAST(e.value ->> 'number' AS BIGINT),
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

/// Numbered behind the newest one, as the row stands in the array. The account is locked, so that no two
/// rows get the same number.
macro_rules! add_changes {
    ($rows:expr) => {
        concat!(
            "
        INSERT INTO handoff_changes (account_id, sequence, at, actor, kind, handoff_id, version)
        SELECT a.account_id, COALESCE((SELECT sequence FROM handoff_changes WHERE account_id = $1
                         ORDER BY sequence DESC LIMIT 1), 0) + CAST(e.value ->> 'nth' AS BIGINT),
               CAST(e.value ->> 'at' AS BIGINT), e.value ->> 'by', e.value ->> 'kind', e.value ->> 'id',
               CAST(e.value ->> 'version' AS BIGINT)",
            from_rows!($rows)
        )
    };
}

/// SQLite: versions, elements of lists, summaries and changes, each array as $2 of its own statement.
pub(crate) const ADD_ROWS_SQLITE: [TenantSql; 4] = [
    TenantSql(add_versions!(rows_sqlite!("$2"))),
    TenantSql(add_elements!(rows_sqlite!("$2"))),
    TenantSql(save_summaries!(rows_sqlite!("$2"), "e.value ->> 'texts'")),
    TenantSql(add_changes!(rows_sqlite!("$2"))),
];

/// PostgreSQL: the same as $2 to $5 of one statement, as other writers of the account wait for each
/// answer of a server that may be far away.
pub(crate) const ADD_ROWS_POSTGRES: TenantSql = TenantSql(concat!(
    "WITH versions AS (",
    add_versions!(rows_postgres!("$2")),
    "), elements AS (",
    add_elements!(rows_postgres!("$3")),
    "), summaries AS (",
    save_summaries!(rows_postgres!("$4"), "CONVERT_TO(e.value ->> 'texts', 'UTF8')"),
    ")",
    add_changes!(rows_postgres!("$5"))
));
