-- Only SQLite has a second file: on PostgreSQL writers do not wait for each other.

SELECT 1;
