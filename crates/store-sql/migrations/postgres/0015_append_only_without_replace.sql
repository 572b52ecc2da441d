-- Nothing to do: PostgreSQL has no INSERT OR REPLACE, and ON CONFLICT DO UPDATE fires the triggers of an update.
SELECT 1;
