//! The statements of what handoffs claim, and of their findings.

use crate::statement::{TenantSql, statements};

/// How many keys [`FIRST_CLAIMS`] takes, as `$2`, `$3` …
pub(crate) const FIRST_CLAIMS_KEYS: usize = 8;

/// A column of the first claim of a key.
macro_rules! first_claim {
    ($column:literal, $key:literal) => {
        concat!(
            "(SELECT f.",
            $column,
            " FROM handoff_claims f WHERE f.account_id = $1 AND f.key = ",
            $key,
            " ORDER BY f.created_at, f.handoff_id, f.channel LIMIT 1)"
        )
    };
}

/// Whether the claim `c` contradicts the first one of its key, made by another handoff.
macro_rules! contradicts {
    () => {
        concat!(
            "c.value <> ",
            first_claim!("value", "c.key"),
            " AND c.handoff_id <> ",
            first_claim!("handoff_id", "c.key")
        )
    };
}

pub(super) use {contradicts, first_claim};

statements! { TenantSql, CLAIMS:
    /// The first claim of each of these keys: NULL where nobody claims it. A key may stand there several times.
    /// (PostgreSQL would read all claims of a key to find the row of the first one.)
    FIRST_CLAIMS = concat!("
        WITH keys (key) AS (
            VALUES (CAST($2 AS BIGINT)), ($3), ($4), ($5), ($6), ($7), ($8), ($9))
        SELECT k.key, ", first_claim!("value", "k.key"), ", ", first_claim!("handoff_id", "k.key"), ",
               ", first_claim!("created_at", "k.key"), "
        FROM keys k");

    DELETE_CLAIMS = "DELETE FROM handoff_claims WHERE account_id = $1 AND handoff_id = $2";

    /// Replaces the findings of the handoff $2, if $3 is its newest version.
    RECOUNT = "
        UPDATE handoff_summaries SET errors = $4, warnings = $5
        WHERE account_id = $1 AND handoff_id = $2 AND latest_version = $3
        RETURNING created_at, state";

    /// Up to $4 handoffs behind ($2, $3) in the order of creation.
    NEWEST_AFTER = "
        SELECT h.handoff_id, h.name, h.name_key, h.channels, h.created_at, h.latest_version,
               h.published_version, h.archived_at, h.latest_version AS version, v.saved_at, v.saved_by,
               v.note, v.document, v.extension
        FROM handoff_summaries s
        JOIN handoffs h ON h.account_id = s.account_id AND h.handoff_id = s.handoff_id
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.latest_version
        WHERE s.account_id = $1 AND (s.created_at, s.handoff_id) > ($2, $3)
        ORDER BY s.created_at, s.handoff_id
        LIMIT $4";
}
