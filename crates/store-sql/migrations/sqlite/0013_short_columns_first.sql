-- Nothing to do: what the order of a summary's columns costs PostgreSQL cannot be measured on SQLite.
SELECT 1;
