//! Statements of jobs and queues.

use crate::statement::{InstallationSql, PerEngine, TenantSql, locking_statements, statements};

/// The columns of [`JobRow`](super::rows::JobRow).
macro_rules! job {
    () => {
        "job_id, state, created_at, due_at, attempts, error, ended_at, report"
    };
}

/// Enqueues jobs as documented at `EnqueueJobs::enqueue`. `$rows` selects account, id, payload, and the
/// times when the job is created and due. Writes nothing if that changes nothing.
macro_rules! enqueue_jobs {
    ($rows:literal) => {
        concat!(
            "
        INSERT INTO jobs (account_id, job_id, payload, created_at, due_at, state, attempts, claims, wanted_again)
        ",
            $rows,
            "
        ON CONFLICT (account_id, job_id) DO UPDATE
        SET wanted_again = CASE jobs.state WHEN 'running' THEN 1 ELSE 0 END,
            due_at = CASE jobs.state WHEN 'running' THEN jobs.due_at ELSE excluded.due_at END,
            state = CASE jobs.state WHEN 'running' THEN 'running' ELSE 'waiting' END,
            attempts = CASE jobs.state WHEN 'running' THEN jobs.attempts ELSE 0 END,
            payload = excluded.payload, error = NULL, ended_at = NULL, report = NULL
        WHERE (jobs.state = 'running' AND jobs.wanted_again = 0) OR jobs.state IN ('done', 'failed')
              OR (jobs.state = 'waiting' AND jobs.attempts = 0 AND jobs.due_at > excluded.due_at)"
        )
    };
}

pub(crate) use enqueue_jobs;

/// Claims the jobs that have been due for longest. They are selected before the update, so that there are
/// never more than $4.
macro_rules! claim_jobs {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT job_id
            FROM jobs
            WHERE account_id = $1 AND due_at <= $2
            ORDER BY due_at
            LIMIT $4",
            $locking,
            ")
        UPDATE jobs
        SET state = 'running', due_at = $3, attempts = attempts + 1, claims = claims + 1, wanted_again = 0
        WHERE account_id = $1 AND job_id IN (SELECT job_id FROM due)
        RETURNING job_id, payload, attempts, claims"
        )
    };
}

/// Locks the queue of the account if it is due at $2.
macro_rules! lock_queue {
    ($locking:literal) => {
        concat!("SELECT due_at FROM job_queues WHERE account_id = $1 AND due_at <= $2", $locking)
    };
}

locking_statements! { TenantSql, LOCKING:
    LOCK_QUEUE = lock_queue;
    CLAIM_JOBS = claim_jobs;
}

statements! { InstallationSql, INSTALLATION:
    DUE_QUEUES = "SELECT account_id, due_at FROM job_queues WHERE due_at <= $1 ORDER BY due_at LIMIT $2";

    /// Jobs in state $1, or all if it is empty.
    ALL_JOBS = concat!("
        SELECT account_id, ", job!(), "
        FROM jobs
        WHERE ($1 = '' OR state = $1)
        ORDER BY created_at DESC, account_id, job_id
        LIMIT $2");
}

statements! { TenantSql, TENANT:
    ENQUEUE_JOB = enqueue_jobs!("VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, 0)");

    /// Makes the queue due when its earliest waiting job is, if that is earlier. Correct after any change of
    /// jobs and with concurrent transactions, because those that add a job advance the queue themselves.
    ADVANCE_QUEUE = "
        INSERT INTO job_queues (account_id, due_at)
        SELECT h.account_id, h.due_at
        FROM jobs h
        WHERE h.account_id = $1 AND h.state = 'waiting' AND h.due_at IS NOT NULL
        ORDER BY h.due_at
        LIMIT 1
        ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at
        WHERE job_queues.due_at > excluded.due_at";

    /// The queue must be locked.
    RESCHEDULE_QUEUE = "UPDATE job_queues SET due_at = $2 WHERE account_id = $1";

    /// The queue must be locked.
    DELETE_QUEUE = "DELETE FROM job_queues WHERE account_id = $1";

    NEXT_DUE_TIME = "
        SELECT due_at
        FROM jobs
        WHERE account_id = $1 AND due_at IS NOT NULL
        ORDER BY due_at
        LIMIT 1";

    /// When the first lease ends that has not ended at $2.
    NEXT_LEASE_END = "
        SELECT due_at
        FROM jobs
        WHERE account_id = $1 AND state = 'running' AND due_at > $2
        ORDER BY due_at
        LIMIT 1";

    /// Imports are not counted, because they are not run by workers.
    RUNNING_JOBS = "
        SELECT COUNT(*)
        FROM jobs
        WHERE account_id = $1 AND state = 'running' AND due_at > $2 AND job_id NOT LIKE 'import/%'";

    RENEW_JOB = "
        UPDATE jobs SET due_at = $4, report = COALESCE($5, report)
        WHERE account_id = $1 AND job_id = $2 AND claims = $3 AND state = 'running'";

    /// Inserts a job that is already claimed.
    START_JOB = "
        INSERT INTO jobs (account_id, job_id, payload, created_at, due_at, report, state, attempts, claims,
                          wanted_again)
        VALUES ($1, $2, $3, $4, $5, $6, 'running', 1, 1, 0)";

    /// Makes the queue due at $2, when a lease ends, if that is earlier.
    ADVANCE_QUEUE_TO_LEASE_END = "
        INSERT INTO job_queues (account_id, due_at)
        VALUES ($1, $2)
        ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at
        WHERE job_queues.due_at > excluded.due_at";

    /// The queue need not change: the job is not due any more, and it did not count as running.
    FINISH_JOB = "
        UPDATE jobs
        SET state = 'done', due_at = NULL, attempts = 0, error = NULL, ended_at = $4, report = $5, wanted_again = 0
        WHERE account_id = $1 AND job_id = $2 AND claims = $3 AND state = 'running'";

    DELETE_ENDED_JOB = "DELETE FROM jobs WHERE account_id = $1 AND job_id = $2 AND ended_at IS NOT NULL";

    /// Locks a claimed job until the end of the transaction.
    LOCK_CLAIMED_JOB = "
        UPDATE jobs SET claims = claims
        WHERE account_id = $1 AND job_id = $2 AND claims = $3 AND state = 'running'
        RETURNING wanted_again, attempts";

    DELETE_JOB = "DELETE FROM jobs WHERE account_id = $1 AND job_id = $2";

    /// The report is kept until another one replaces it.
    SET_JOB = "
        UPDATE jobs
        SET state = $3, due_at = $4, attempts = $5, error = $6, ended_at = $7, report = COALESCE($8, report),
            wanted_again = 0
        WHERE account_id = $1 AND job_id = $2";

    /// A running job is not changed.
    RETRY_JOB = concat!("
        UPDATE jobs
        SET state = CASE state WHEN 'running' THEN state ELSE 'waiting' END,
            due_at = CASE state WHEN 'running' THEN due_at ELSE $3 END,
            attempts = CASE state WHEN 'running' THEN attempts ELSE 0 END,
            error = CASE state WHEN 'running' THEN error END,
            report = CASE state WHEN 'running' THEN report END,
            ended_at = NULL
        WHERE account_id = $1 AND job_id = $2
        RETURNING ", job!());

    JOB = concat!("SELECT ", job!(), " FROM jobs WHERE account_id = $1 AND job_id = $2");

    ANY_OTHER_JOB = "SELECT job_id FROM jobs WHERE account_id = $1 AND job_id <> $2 LIMIT 1";

    /// Jobs in state $2, or all if it is empty.
    JOBS = concat!("
        SELECT ", job!(), "
        FROM jobs
        WHERE account_id = $1 AND ($2 = '' OR state = $2)
        ORDER BY created_at DESC, job_id
        LIMIT $3");

    DELETE_ENDED_JOBS = "
        DELETE FROM jobs
        WHERE account_id = $1 AND job_id IN (
            SELECT job_id
            FROM jobs
            WHERE account_id = $1 AND ended_at <= $2
            ORDER BY ended_at
            LIMIT $3)";
}
