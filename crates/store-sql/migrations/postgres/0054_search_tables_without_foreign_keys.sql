-- Rows of both tables are derived from handoff_summaries, and handoffs are never deleted. PostgreSQL needs a query
-- for each row to check a foreign key, which was an eighth of its work during an import.

ALTER TABLE search_pending DROP CONSTRAINT search_pending_account_id_handoff_id_fkey;
ALTER TABLE search_texts DROP CONSTRAINT search_texts_account_id_handoff_id_fkey;
