//! Statements of search.

use super::claims::{contradicts, first_claim};
use crate::statement::{PerEngine, TenantSql, statements};

/// The criteria as patterns for LIKE. `%` matches everything, and the column is then not read. Lists of words
/// have a space around each word. $7 lists the rules whose contradictions are errors.
macro_rules! criteria {
    () => {
        concat!(
            "account_id = $1
           AND ($2 = '%' OR texts LIKE $2 ESCAPE '!')
           AND ($3 = '%' OR channels LIKE $3 ESCAPE '!')
           AND ($4 = '%' OR languages LIKE $4 ESCAPE '!')
           AND ($5 = '%' OR senders LIKE $5 ESCAPE '!')
           AND (errors >= $6 OR handoff_id IN (
               SELECT c.handoff_id
               FROM contested_claims d CROSS JOIN handoff_claims c
               WHERE d.account_id = $1 AND $7 LIKE '% ' || d.rule || ' %'
                 AND c.account_id = d.account_id AND c.key = d.key AND ",
            contradicts!(),
            "))"
        )
    };
}

/// Number of claims of a handoff that contradict another handoff, for the rules in the list `$rules`.
macro_rules! contradictions {
    ($table:literal, $rules:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM handoff_claims c
              WHERE c.account_id = $1 AND c.handoff_id = ",
            $table,
            ".handoff_id AND ",
            $rules,
            " LIKE '% ' || c.rule || ' %' AND ",
            contradicts!(),
            ")"
        )
    };
}

/// Handoffs in state $8, or in any but archived if it is `%`.
macro_rules! in_state {
    () => {
        "state LIKE $8 AND (state <> 'archived' OR $8 = 'archived')"
    };
}

/// Handoffs after ($9, $10) in the order of a key.
macro_rules! behind {
    ($key:literal, $behind:literal) => {
        concat!("(", $key, ", handoff_id) ", $behind, " ($9, $10)")
    };
}

macro_rules! in_order {
    ($key:literal, $direction:literal) => {
        concat!(" ORDER BY ", $key, " ", $direction, ", handoff_id ", $direction)
    };
}

/// The columns of a summary. $12 lists the rules whose contradictions are warnings.
macro_rules! select_summaries {
    ($table:literal) => {
        concat!(
            "
        SELECT handoff_id, name, state, channels, languages, senders, created_at, updated_at, updated_by,
               latest_version, published_version, errors + ",
            contradictions!($table, "$7"),
            " AS errors, warnings + ",
            contradictions!($table, "$12"),
            " AS warnings"
        )
    };
}

/// A page of matches among the next 1000 handoffs. This is enough if many handoffs match, and takes at most a
/// few milliseconds.
macro_rules! search_next {
    ($key:literal, $behind:literal, $direction:literal) => {
        concat!(
            select_summaries!("near"),
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
            " LIMIT $11"
        )
    };
}

/// A page of matches among all handoffs, with one scan. The sort key is an expression, so that the engines do
/// not read the rows one by one in the order of its index. Ids are selected and sorted first, because SQLite
/// takes half as long again to sort complete rows.
macro_rules! search_all {
    ($key:literal, $behind:literal, $direction:literal) => {
        concat!(
            select_summaries!("handoff_summaries"),
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
            " LIMIT $11)",
            in_order!($key, $direction)
        )
    };
}

/// A page of matches among the handoffs that the search index finds (`$found`) and those that are missing in
/// it. Their text is still compared, because the index finds too many.
macro_rules! search_indexed {
    ($found:ident, $key:literal, $behind:literal, $direction:literal) => {
        concat!(
            select_summaries!("found"),
            "
        FROM (SELECT s.* FROM (",
            $found!("$13"),
            ") f
              CROSS JOIN handoff_summaries s WHERE s.account_id = $1 AND s.handoff_id = f.handoff_id) found
        WHERE ",
            criteria!(),
            " AND ",
            in_state!(),
            " AND ",
            behind!($key, $behind),
            in_order!($key, $direction),
            " LIMIT $11"
        )
    };
}

macro_rules! count_indexed {
    ($found:ident) => {
        concat!(
            "
        SELECT state, COUNT(*)
        FROM (SELECT s.* FROM (",
            $found!("$8"),
            ") f
              CROSS JOIN handoff_summaries s WHERE s.account_id = $1 AND s.handoff_id = f.handoff_id) found
        WHERE ",
            criteria!(),
            "
        GROUP BY state"
        )
    };
}

/// SQLite: the account's rows that match an FTS5 query.
macro_rules! found_sqlite {
    ($query:literal) => {
        concat!(
            "
            SELECT r.handoff_id
            FROM search_index(",
            $query,
            ") i
            CROSS JOIN search_rows r ON r.row_id = i.rowid
            WHERE r.account_id = $1
              AND i.rowid BETWEEN (SELECT MIN(row_id) FROM search_rows WHERE account_id = $1)
                              AND (SELECT MAX(row_id) FROM search_rows WHERE account_id = $1)
            UNION SELECT handoff_id FROM search_pending WHERE account_id = $1"
        )
    };
}

/// PostgreSQL: the account's rows that match a pattern of LIKE. Whether a scan is faster depends on the pattern, so
/// the statement is planned for its arguments (`SqlReader::all_with_own_plan`). The pending handoffs are an array,
/// because the planner assumes that it is short. Statistics of their table are often those of a moment when it was full,
/// and with them the planner chooses a scan.
macro_rules! found_postgres {
    ($query:literal) => {
        concat!(
            "
            SELECT handoff_id FROM search_texts
            WHERE account_id = $1 AND texts LIKE ",
            $query,
            " ESCAPE '!'
            UNION SELECT handoff_id
            FROM UNNEST(ARRAY(SELECT handoff_id FROM search_pending WHERE account_id = $1)) AS p (handoff_id)"
        )
    };
}

/// Declares searches that use the index, for both engines.
macro_rules! indexed_statements {
    ($LIST:ident: $( $NAME:ident = ($key:literal, $behind:literal, $direction:literal); )*) => {
        $( pub(crate) const $NAME: PerEngine<TenantSql> = PerEngine {
            sqlite: TenantSql(search_indexed!(found_sqlite, $key, $behind, $direction)),
            postgres: TenantSql(search_indexed!(found_postgres, $key, $behind, $direction)),
        }; )*
        #[cfg(test)]
        pub(crate) const $LIST: &[(&str, PerEngine<TenantSql>)] = &[$( (stringify!($NAME), $NAME), )*
            ("COUNT_INDEXED", COUNT_INDEXED)];
    };
}

indexed_statements! { SEARCH_INDEXED:
    SEARCH_INDEXED_BY_CREATION = ("created_at", ">", "ASC");
    SEARCH_INDEXED_BY_CREATION_DESCENDING = ("created_at", "<", "DESC");
    SEARCH_INDEXED_BY_UPDATE = ("updated_at", ">", "ASC");
    SEARCH_INDEXED_BY_UPDATE_DESCENDING = ("updated_at", "<", "DESC");
    SEARCH_INDEXED_BY_NAME = ("name_key", ">", "ASC");
    SEARCH_INDEXED_BY_NAME_DESCENDING = ("name_key", "<", "DESC");
}

pub(crate) const COUNT_INDEXED: PerEngine<TenantSql> = PerEngine {
    sqlite: TenantSql(count_indexed!(found_sqlite)),
    postgres: TenantSql(count_indexed!(found_postgres)),
};

statements! { TenantSql, SEARCH:
    SEARCH_NEXT_BY_CREATION = search_next!("created_at", ">", "ASC");
    SEARCH_NEXT_BY_CREATION_DESCENDING = search_next!("created_at", "<", "DESC");
    SEARCH_NEXT_BY_UPDATE = search_next!("updated_at", ">", "ASC");
    SEARCH_NEXT_BY_UPDATE_DESCENDING = search_next!("updated_at", "<", "DESC");
    SEARCH_NEXT_BY_NAME = search_next!("name_key", ">", "ASC");
    SEARCH_NEXT_BY_NAME_DESCENDING = search_next!("name_key", "<", "DESC");

    SEARCH_ALL_BY_CREATION = search_all!("created_at + 0", ">", "ASC");
    SEARCH_ALL_BY_CREATION_DESCENDING = search_all!("created_at + 0", "<", "DESC");
    SEARCH_ALL_BY_UPDATE = search_all!("updated_at + 0", ">", "ASC");
    SEARCH_ALL_BY_UPDATE_DESCENDING = search_all!("updated_at + 0", "<", "DESC");
    SEARCH_ALL_BY_NAME = search_all!("name_key || ''", ">", "ASC");
    SEARCH_ALL_BY_NAME_DESCENDING = search_all!("name_key || ''", "<", "DESC");

    COUNTS = "SELECT state, handoffs FROM handoff_counts WHERE account_id = $1";

    COUNT_BY_STATE = concat!("
        SELECT state, COUNT(*)
        FROM handoff_summaries
        WHERE ", criteria!(), "
        GROUP BY state");
}
