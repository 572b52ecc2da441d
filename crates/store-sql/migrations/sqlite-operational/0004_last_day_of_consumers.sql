-- The last day (days since 1970, UTC) with a message to each consumer, so that addresses are deleted with the last one.
ALTER TABLE consumers ADD COLUMN last_day INTEGER NOT NULL DEFAULT 0;

-- Messages may be a few minutes ahead of the clock, so tomorrow.
UPDATE consumers SET last_day = CAST(strftime('%s', 'now') AS INTEGER) / 86400 + 1;

CREATE INDEX consumers_last_day ON consumers (account_no, last_day);
