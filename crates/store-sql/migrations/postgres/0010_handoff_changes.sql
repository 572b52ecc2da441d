-- What happened to handoffs, and which creations were asked for.

-- The feed of changes, written in the transaction of the change itself. Rows are only ever added.
CREATE TABLE handoff_changes (
    account_id TEXT COLLATE "C" NOT NULL,
    -- 1, 2, 3 … without a gap.
    sequence   BIGINT           NOT NULL,
    at         BIGINT           NOT NULL,
    -- A login, a client id, or `command line`.
    actor      TEXT             NOT NULL,
    -- handoff.saved, handoff.published …
    kind       TEXT             NOT NULL,
    handoff_id TEXT COLLATE "C" NOT NULL,
    -- The version that was saved or published, or the newest one.
    version    BIGINT           NOT NULL,
    PRIMARY KEY (account_id, sequence),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
);

-- The keys by which clients say that two requests to make a handoff are one.
CREATE TABLE idempotency_keys (
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- Whose key it is.
    principal    TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of what was to be made.
    request_hash BYTEA            NOT NULL,
    handoff_id   TEXT COLLATE "C" NOT NULL,
    expires_at   BIGINT           NOT NULL,
    PRIMARY KEY (account_id, principal, key)
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (account_id, expires_at);
