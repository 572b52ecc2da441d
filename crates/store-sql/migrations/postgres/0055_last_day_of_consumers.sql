-- The last day (days since 1970, UTC) with a message to each consumer, so that addresses are deleted with the last one.
-- Existing rows, and those that nodes of the previous version add, get a day in a week. Such nodes do not raise the day
-- of a known consumer, and an upgrade takes less than a week. The default is not volatile, so PostgreSQL does not
-- rewrite the table.
ALTER TABLE consumers
    ADD COLUMN last_day BIGINT NOT NULL DEFAULT CAST(FLOOR(EXTRACT(EPOCH FROM now()) / 86400) AS BIGINT) + 7;

-- Those of accounts without messages, which no later event may ever cause to be deleted.
DELETE FROM consumers
WHERE account_no IN (
    SELECT a.account_no
    FROM reporting_accounts AS a
    WHERE (SELECT t.account_no FROM transactions AS t WHERE t.account_no = a.account_no LIMIT 1) IS NULL);
