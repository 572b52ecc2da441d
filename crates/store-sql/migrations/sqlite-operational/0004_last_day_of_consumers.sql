-- The last day (days since 1970, UTC) with a message to each consumer, so that addresses are deleted with the last one.
ALTER TABLE consumers ADD COLUMN last_day INTEGER NOT NULL DEFAULT 0;

-- Messages may be a few minutes ahead of the clock, so tomorrow.
UPDATE consumers SET last_day = CAST(strftime('%s', 'now') AS INTEGER) / 86400 + 1;

-- Those of accounts without messages, which no later event may ever cause to be deleted.
DELETE FROM consumers
WHERE account_no IN (
    SELECT a.account_no
    FROM reporting_accounts AS a
    WHERE (SELECT t.account_no FROM transactions AS t WHERE t.account_no = a.account_no LIMIT 1) IS NULL);

CREATE INDEX consumers_last_day ON consumers (account_no, last_day);
