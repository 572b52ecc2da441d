-- What happened to handoffs, and which creations were asked for.

-- The feed of changes, written in the transaction of the change itself. Rows are only ever added.
CREATE TABLE handoff_changes (
    account_id TEXT    NOT NULL,
    -- 1, 2, 3 … without a gap.
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    -- A login, a client id, or `command line`.
    actor      TEXT    NOT NULL,
    -- handoff.saved, handoff.published …
    kind       TEXT    NOT NULL,
    handoff_id TEXT    NOT NULL,
    -- The version that was saved or published, or the newest one.
    version    INTEGER NOT NULL,
    PRIMARY KEY (account_id, sequence),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

-- The keys by which clients say that two requests to make a handoff are one.
CREATE TABLE idempotency_keys (
    account_id   TEXT    NOT NULL REFERENCES accounts,
    -- Whose key it is.
    principal    TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    -- SHA-256 of what was to be made.
    request_hash BLOB    NOT NULL,
    handoff_id   TEXT    NOT NULL,
    expires_at   INTEGER          NOT NULL,
    PRIMARY KEY (account_id, principal, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (account_id, expires_at);
