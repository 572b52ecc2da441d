-- The last day (days since 1970, UTC) with a message to each consumer, so that addresses are deleted with the last one.
-- Existing rows, and those that nodes of the previous version add, get a day in a week. Such nodes do not raise the day
-- of a known consumer, and an upgrade takes less than a week. The default is not volatile, so PostgreSQL does not
-- rewrite the table.
ALTER TABLE consumers
    ADD COLUMN last_day BIGINT NOT NULL DEFAULT CAST(FLOOR(EXTRACT(EPOCH FROM now()) / 86400) AS BIGINT) + 7;

CREATE INDEX consumers_last_day ON consumers (account_no, last_day);
