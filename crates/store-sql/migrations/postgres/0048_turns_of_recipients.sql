-- Campaigns of one lane take turns: the first recipient of each campaign, then those up to the 10th, and so on. So a
-- single message or a small campaign does not wait for a large one.

ALTER TABLE recipients ADD COLUMN turn BIGINT GENERATED ALWAYS AS (
    CASE WHEN number < 1 THEN 0
         WHEN number < 10 THEN 1
         WHEN number < 100 THEN 2
         WHEN number < 1000 THEN 3
         WHEN number < 10000 THEN 4
         ELSE 5
    END) STORED;

DROP INDEX recipients_due;

CREATE INDEX recipients_due ON recipients (account_id, lane, turn, due_at) WHERE due_at IS NOT NULL;
