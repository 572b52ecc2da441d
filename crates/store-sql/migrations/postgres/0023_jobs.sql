-- Work that runs later, in the background. The type JobTask of the crate model lists the kinds.

CREATE TABLE jobs (
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- KIND or KIND/SUBJECT
    job_id       TEXT COLLATE "C" NOT NULL,
    -- JSON
    payload      TEXT    NOT NULL,
    -- waiting, running, done, failed
    state        TEXT    NOT NULL,
    created_at   BIGINT NOT NULL,
    -- When it runs; while it is running, when its lease ends. NULL once it has ended.
    due_at       BIGINT,
    -- Runs since the last one that ended well, including one that is under way.
    attempts     BIGINT NOT NULL,
    -- How often it was claimed. Whoever ends a run names the number of its claim.
    claims       BIGINT NOT NULL,
    -- 1 if it was enqueued while it was running, and so has to run once more.
    wanted_again BIGINT NOT NULL,
    error        TEXT,
    ended_at     BIGINT,
    -- JSON
    report       TEXT,
    PRIMARY KEY (account_id, job_id)
);

CREATE INDEX jobs_due ON jobs (account_id, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX jobs_running ON jobs (account_id, due_at) WHERE state = 'running';

CREATE INDEX jobs_ended ON jobs (account_id, ended_at) WHERE ended_at IS NOT NULL;

-- The accounts with jobs that have not ended. due_at is never later than that of the earliest of them. It may be
-- earlier: a claim that finds no due job sets it right.
CREATE TABLE job_queues (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts,
    due_at     BIGINT NOT NULL
);

CREATE INDEX job_queues_due ON job_queues (due_at);

-- What webhooks have not been told yet.
INSERT INTO jobs (account_id, job_id, payload, state, created_at, due_at, attempts, claims, wanted_again)
SELECT account_id, 'deliver_webhook/' || webhook_id, '{}', 'waiting', created_at, created_at, 0, 0, 0
FROM webhooks
WHERE disabled_at IS NULL;

INSERT INTO job_queues (account_id, due_at)
SELECT account_id, MIN(due_at) FROM jobs GROUP BY account_id;
