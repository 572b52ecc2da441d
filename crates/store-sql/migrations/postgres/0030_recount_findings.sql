-- What was saved before migration 0022 claims nothing yet: a job of each account counts it.

INSERT INTO jobs (account_id, job_id, payload, state, created_at, due_at, attempts, claims, wanted_again)
SELECT account_id, 'recount_findings', '{}', 'waiting', created_at, created_at, 0, 0, 0
FROM accounts;

INSERT INTO job_queues (account_id, due_at)
SELECT account_id, created_at FROM accounts
ON CONFLICT (account_id) DO UPDATE
SET due_at = CASE WHEN excluded.due_at < job_queues.due_at THEN excluded.due_at ELSE job_queues.due_at END;
