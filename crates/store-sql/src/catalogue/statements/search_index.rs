//! Statements that fill the search index, which differs between the engines.

use crate::lookup::LookupSql;
use crate::statement::{InstallationSql, TenantSql, statements};

statements! { InstallationSql, SEARCH_INDEX_INSTALLATION:
    /// The first account after $1 with handoffs that are missing in the index.
    ACCOUNT_WITH_PENDING_TEXTS = "
        SELECT account_id FROM search_pending WHERE account_id > $1 ORDER BY account_id LIMIT 1";
}

statements! { TenantSql, SEARCH_INDEX:
    /// A row if more than $2 handoffs of the account are missing in the index.
    PENDING_TEXT_AT_OFFSET = "
        SELECT handoff_id FROM search_pending WHERE account_id = $1 ORDER BY handoff_id LIMIT 1 OFFSET $2";
}

/// SQLite: adds the first $2 missing handoffs to the index in three steps. There are no concurrent writers.
pub(crate) const FILL_SQLITE: [TenantSql; 3] = [
    // A new account gets the range of row ids after all others.
    TenantSql(
        "
        INSERT INTO search_rows (account_id, handoff_id, row_id)
        SELECT a.account_id, p.handoff_id,
               COALESCE((SELECT MAX(row_id) FROM search_rows WHERE account_id = $1),
                        ((SELECT COALESCE(MAX(row_id), 0) FROM search_rows) >> 32) + 1 << 32)
               + ROW_NUMBER() OVER (ORDER BY p.handoff_id)
        FROM accounts a
        CROSS JOIN (SELECT handoff_id FROM search_pending
                    WHERE account_id = $1 ORDER BY handoff_id LIMIT $2) p
        WHERE a.account_id = $1
          AND NOT EXISTS (SELECT 1 FROM search_rows WHERE account_id = $1 AND handoff_id = p.handoff_id)",
    ),
    TenantSql(
        "
        INSERT OR REPLACE INTO search_index (rowid, texts)
        SELECT r.row_id, s.texts
        FROM (SELECT handoff_id FROM search_pending WHERE account_id = $1 ORDER BY handoff_id LIMIT $2) p
        CROSS JOIN search_rows r ON r.account_id = $1 AND r.handoff_id = p.handoff_id
        CROSS JOIN handoff_summaries s ON s.account_id = r.account_id AND s.handoff_id = r.handoff_id",
    ),
    TenantSql(
        "
        DELETE FROM search_pending
        WHERE account_id = $1 AND handoff_id IN (
            SELECT handoff_id FROM search_pending WHERE account_id = $1 ORDER BY handoff_id LIMIT $2)",
    ),
];

/// PostgreSQL: removes the first $2 missing handoffs from the list. Skips those that another transaction is
/// changing or adding. They are selected first, because a plan that selected them again for each row would skip
/// those already removed and remove more than $2.
pub(crate) const TAKE_PENDING_TEXTS_POSTGRES: TenantSql = TenantSql(
    "
    WITH due AS MATERIALIZED (
        SELECT handoff_id FROM search_pending
        WHERE account_id = $1 ORDER BY handoff_id LIMIT $2 FOR UPDATE SKIP LOCKED)
    DELETE FROM search_pending
    WHERE account_id = $1 AND handoff_id IN (SELECT handoff_id FROM due)
    RETURNING handoff_id",
);

/// PostgreSQL: the text of handoffs. This is a separate statement, because the one that removes them from
/// the list sees the text as of its start, and would miss a change that was committed while it waited.
pub(crate) const TEXTS_POSTGRES: LookupSql = LookupSql {
    locks: false,
    select: "SELECT s.handoff_id, CONVERT_FROM(s.texts, 'UTF8') AS texts",
    from: "handoff_summaries s WHERE s.account_id = $1 AND s.handoff_id",
};
