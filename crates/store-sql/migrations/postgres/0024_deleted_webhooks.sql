-- A webhook is gone at once when it is deleted; a job deletes its deliveries in batches, and then the row.

ALTER TABLE webhooks ADD COLUMN deleted_at BIGINT;

-- Deliveries that are over are deleted account by account, the oldest first.
DROP INDEX webhook_deliveries_over;

CREATE INDEX webhook_deliveries_over ON webhook_deliveries (account_id, created_at)
WHERE next_attempt_at IS NULL;

-- Those that wait for their first attempt.
CREATE INDEX webhook_deliveries_untried ON webhook_deliveries (account_id, webhook_id)
WHERE next_attempt_at IS NOT NULL AND attempts = 0;

INSERT INTO jobs (account_id, job_id, payload, state, created_at, due_at, attempts, claims, wanted_again)
SELECT account_id, 'maintain_account', '{}', 'waiting', MIN(created_at), MIN(created_at), 0, 0, 0
FROM webhooks
GROUP BY account_id;

INSERT INTO job_queues (account_id, due_at)
SELECT account_id, MIN(created_at) FROM webhooks WHERE TRUE GROUP BY account_id
ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at WHERE job_queues.due_at > excluded.due_at;
