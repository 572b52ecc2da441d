//! Statements of claims and findings.

use crate::statement::{PerEngine, TenantSql, statements};

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

/// Whether the claim `c` contradicts the first claim of its key, if that belongs to another handoff.
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

/// The first claim of each key, for the keys `k.value` in `$keys`. Uses a subquery for each column, because
/// for one subquery of the row PostgreSQL reads all claims of a key. The condition is not an EXISTS, which
/// PostgreSQL turns into a join that reads all claims of the account.
macro_rules! first_claims {
    ($keys:literal) => {
        concat!(
            "
        SELECT CAST(k.value AS BIGINT), ",
            first_claim!("value", "k.value"),
            ", ",
            first_claim!("handoff_id", "k.value"),
            ", ",
            first_claim!("created_at", "k.value"),
            "
        FROM ",
            $keys,
            "
        WHERE ",
            first_claim!("value", "k.value"),
            " IS NOT NULL"
        )
    };
}

/// The first claims of the keys $2.
pub(crate) const FIRST_CLAIMS: PerEngine<TenantSql> = PerEngine {
    sqlite: TenantSql(first_claims!("json_each($2) k")),
    postgres: TenantSql(first_claims!("UNNEST(CAST($2 AS BIGINT[])) k (value)")),
};

#[cfg(test)]
pub(crate) const FIRST_CLAIM: &[(&str, PerEngine<TenantSql>)] = &[("FIRST_CLAIMS", FIRST_CLAIMS)];

statements! { TenantSql, CLAIMS:
    DELETE_CLAIMS = "DELETE FROM handoff_claims WHERE account_id = $1 AND handoff_id = $2 RETURNING key";

    /// Replaces the findings of the handoff $2, if $3 is its newest version.
    RECOUNT = "
        UPDATE handoff_summaries SET errors = $4, warnings = $5
        WHERE account_id = $1 AND handoff_id = $2 AND latest_version = $3
        RETURNING created_at, state";

    /// Up to $4 handoffs after ($2, $3) in the order of creation.
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
