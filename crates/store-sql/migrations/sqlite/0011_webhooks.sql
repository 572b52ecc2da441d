-- Who is told of changes over HTTP, and what they were told.

CREATE TABLE webhooks (
    account_id        TEXT    NOT NULL REFERENCES accounts,
    webhook_id        TEXT    NOT NULL,
    url               TEXT    NOT NULL,
    description       TEXT    NOT NULL,
    -- The kinds of change that it wants, with a blank before and behind each; '' for every kind.
    kinds             TEXT    NOT NULL,
    -- What signs, encrypted with the installation's key.
    sealed_secret     BLOB    NOT NULL,
    -- What signed before, and until when it signs as well.
    sealed_old_secret BLOB,
    old_secret_until  INTEGER,
    created_at        INTEGER NOT NULL,
    disabled_at       INTEGER,
    -- asked, gone, failing
    disabled_because  TEXT,
    -- The number in handoff_changes up to which deliveries were made of what it wants.
    queued_through    INTEGER NOT NULL,
    -- The number of its newest delivery, forgotten or not.
    last_delivery     INTEGER NOT NULL,
    last_success_at   INTEGER,
    PRIMARY KEY (account_id, webhook_id)
) STRICT, WITHOUT ROWID;

-- What a webhook is told, once each: made in the transaction that moves its queued_through.
CREATE TABLE webhook_deliveries (
    account_id      TEXT    NOT NULL,
    webhook_id      TEXT    NOT NULL,
    -- 1, 2, 3 … in the webhook.
    number          INTEGER NOT NULL,
    -- The change in handoff_changes; none for a ping.
    sequence        INTEGER,
    created_at      INTEGER NOT NULL,
    -- Tries so far, the one that is under way included.
    attempts        INTEGER NOT NULL,
    -- Of the last try: when, the answer's status if there was one, and what went wrong.
    attempted_at    INTEGER,
    status          INTEGER,
    error           TEXT,
    delivered_at    INTEGER,
    -- From when on somebody may try again; while one tries, the time at which it is given up for lost.
    -- None once it is over.
    next_attempt_at INTEGER,
    PRIMARY KEY (account_id, webhook_id, number),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (account_id, webhook_id, next_attempt_at)
WHERE next_attempt_at IS NOT NULL;

CREATE INDEX webhook_deliveries_over ON webhook_deliveries (created_at) WHERE next_attempt_at IS NULL;
