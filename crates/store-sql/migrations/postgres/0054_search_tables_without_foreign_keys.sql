-- Rows of both tables are derived from handoff_summaries, and handoffs are never deleted. PostgreSQL needs a query
-- for each row to check a foreign key, which was an eighth of its work during an import.

-- In the order in which saves write to them. If the search index of another node waits for this transaction and this one
-- for it, this one is rolled back and tried again.
LOCK TABLE handoffs, search_pending, search_texts IN ACCESS EXCLUSIVE MODE;

ALTER TABLE search_pending DROP CONSTRAINT IF EXISTS search_pending_account_id_handoff_id_fkey;
ALTER TABLE search_texts DROP CONSTRAINT IF EXISTS search_texts_account_id_handoff_id_fkey;
