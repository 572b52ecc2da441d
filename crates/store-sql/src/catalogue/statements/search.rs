//! The statements of search.

use super::claims::{contradicts, first_claim};
use crate::statement::{PerEngine, TenantSql, statements};

/// What a handoff must be like to be found: patterns of LIKE, `%` for whatever, which is not even
/// read. Lists of words have blanks around each word; $7 lists the rules whose contradictions are errors.
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

/// How many claims of the handoff contradict another handoff, of the rules in the list `$rules`.
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

/// In state $8 or, without one, in any but archived.
macro_rules! in_state {
    () => {
        "state LIKE $8 AND (state <> 'archived' OR $8 = 'archived')"
    };
}

/// Behind ($9, $10) in the order of a key.
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

/// What a list says of a handoff. The rules of warnings are $12.
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

/// A page of what is found among the next 1000 handoffs: all that is asked for where much is found,
/// and never more than a few milliseconds.
macro_rules! search_near {
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

/// The same among all handoffs: one pass, for which the key is written so that neither engine walks
/// through its index instead, row by row. The ids are found and sorted by themselves: to sort whole
/// rows takes SQLite half as long again.
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

/// The same among those that the index of searches finds, and those that wait for it: `$found` tells which. The
/// texts are compared all the same, as the index finds too much.
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

/// SQLite: what contains all of a query of FTS5, within the rows of the account.
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

/// PostgreSQL: what a pattern of LIKE matches.
macro_rules! found_postgres {
    ($query:literal) => {
        concat!(
            "
            SELECT handoff_id FROM search_texts
            WHERE account_id = $1 AND texts LIKE ",
            $query,
            " ESCAPE '!'
            UNION SELECT handoff_id FROM search_pending WHERE account_id = $1"
        )
    };
}

/// Declares searches by the index, with the words for found rows on each engine.
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

    COUNTS = "SELECT state, handoffs FROM handoff_counts WHERE account_id = $1";

    COUNT_BY_STATE = concat!("
        SELECT state, COUNT(*)
        FROM handoff_summaries
        WHERE ", criteria!(), "
        GROUP BY state");
}
