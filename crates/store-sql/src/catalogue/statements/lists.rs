//! Statements of the published lists and their blocks.

use crate::statement::{TenantSql, statements};

statements! { TenantSql, LISTS:
    /// A page of list $2 with the account's revision and the length of the list, in one snapshot. `start` is
    /// the block that contains element $4, so at most the elements of one block are skipped. The keys of the
    /// page are selected before any document is read. An empty page has one row without an element.
    PUBLISHED_PAGE = "
        WITH start AS (
            SELECT created_at, handoff_id, channel_index, passed
            FROM published_blocks
            WHERE account_id = $1 AND filter = $2 AND passed <= $4
            ORDER BY passed DESC
            LIMIT 1)
        SELECT a.revision,
               COALESCE((SELECT b.passed + b.elements FROM published_blocks b
                         WHERE b.account_id = $1 AND b.filter = $2
                         ORDER BY b.passed DESC LIMIT 1), 0) AS total,
               page.channel_index,
               (SELECT v.document
                FROM handoffs h
                JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                                       AND v.version = h.published_version
                WHERE h.account_id = $1 AND h.handoff_id = page.handoff_id) AS document
        FROM accounts a
        LEFT JOIN (SELECT e.created_at, e.handoff_id, e.channel_index
                   FROM published_elements e
                   WHERE e.account_id = $1 AND e.filter = $2
                     AND (e.created_at, e.handoff_id, e.channel_index)
                      >= ((SELECT created_at FROM start), (SELECT handoff_id FROM start),
                          (SELECT channel_index FROM start))
                   ORDER BY e.created_at, e.handoff_id, e.channel_index
                   LIMIT $3 OFFSET $4 - COALESCE((SELECT passed FROM start), $4)) page ON TRUE
        WHERE a.account_id = $1
        ORDER BY page.created_at, page.handoff_id, page.channel_index";

    /// Up to $5 documents of list $2 after the handoff ($3, $4).
    PUBLISHED_AFTER = "
        SELECT v.document, v.extension
        FROM published_elements e
        JOIN handoffs h ON h.account_id = e.account_id AND h.handoff_id = e.handoff_id
        JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                               AND v.version = h.published_version
        WHERE e.account_id = $1 AND e.filter = $2 AND (e.created_at, e.handoff_id) > ($3, $4)
        ORDER BY e.created_at, e.handoff_id
        LIMIT $5";

    DELETE_ELEMENTS = "
        DELETE FROM published_elements
        WHERE account_id = $1 AND handoff_id = $2
        RETURNING filter, created_at, channel_index";

    /// Every $7th of the $6 elements from the key ($3, $4, $5) in list $2, without the first. One statement finds
    /// all of them, because during an import PostgreSQL may have no statistics of the new elements, and may then
    /// sort all for each statement.
    EVERY_NTH_ELEMENT = "
        SELECT * FROM (
            SELECT created_at, handoff_id, channel_index,
                   ROW_NUMBER() OVER (ORDER BY created_at, handoff_id, channel_index) AS number
            FROM published_elements
            WHERE account_id = $1 AND filter = $2 AND (created_at, handoff_id, channel_index) >= ($3, $4, $5)
            ORDER BY created_at, handoff_id, channel_index
            LIMIT $6) n
        WHERE number > 1 AND (number - 1) % $7 = 0
        ORDER BY created_at, handoff_id, channel_index";

    BLOCKS = "
        SELECT created_at, handoff_id, channel_index, elements
        FROM published_blocks
        WHERE account_id = $1 AND filter = $2";

    SAVE_BLOCK = "
        INSERT INTO published_blocks
            (account_id, filter, created_at, handoff_id, channel_index, elements, passed)
        VALUES ($1, $2, $3, $4, $5, $6, 0)
        ON CONFLICT (account_id, filter, created_at, handoff_id, channel_index) DO UPDATE
        SET elements = excluded.elements";

    /// Updates the number of elements before each block of list $2.
    UPDATE_BLOCK_OFFSETS = "
        UPDATE published_blocks SET passed = n.passed
        FROM (SELECT created_at, handoff_id, channel_index,
                     CAST(SUM(elements) OVER (ORDER BY created_at, handoff_id, channel_index
                                              ROWS UNBOUNDED PRECEDING) AS BIGINT) - elements AS passed
              FROM published_blocks
              WHERE account_id = $1 AND filter = $2) n
        WHERE account_id = $1 AND filter = $2 AND published_blocks.created_at = n.created_at
          AND published_blocks.handoff_id = n.handoff_id
          AND published_blocks.channel_index = n.channel_index AND published_blocks.passed <> n.passed";

    DELETE_BLOCK = "
        DELETE FROM published_blocks
        WHERE account_id = $1 AND filter = $2 AND created_at = $3 AND handoff_id = $4
          AND channel_index = $5";
}
