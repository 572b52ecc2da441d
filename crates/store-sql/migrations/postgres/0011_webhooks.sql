-- Who is told of changes over HTTP, and what they were told.

CREATE TABLE webhooks (
    account_id        TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    webhook_id        TEXT COLLATE "C" NOT NULL,
    url               TEXT             NOT NULL,
    description       TEXT             NOT NULL,
    -- The kinds of change that it wants, with a blank before and behind each; '' for every kind.
    kinds             TEXT             NOT NULL,
    -- What signs, encrypted with the installation's key.
    sealed_secret     BYTEA            NOT NULL,
    -- What signed before, and until when it signs as well.
    sealed_old_secret BYTEA,
    old_secret_until  BIGINT,
    created_at        BIGINT           NOT NULL,
    disabled_at       BIGINT,
    -- asked, gone, failing
    disabled_because  TEXT,
    -- The number in handoff_changes up to which deliveries were made of what it wants.
    queued_through    BIGINT           NOT NULL,
    -- The number of its newest delivery, forgotten or not.
    last_delivery     BIGINT           NOT NULL,
    last_success_at   BIGINT,
    PRIMARY KEY (account_id, webhook_id)
);

-- What a webhook is told, once each: made in the transaction that moves its queued_through.
CREATE TABLE webhook_deliveries (
    account_id      TEXT COLLATE "C" NOT NULL,
    webhook_id      TEXT COLLATE "C" NOT NULL,
    -- 1, 2, 3 … in the webhook.
    number          BIGINT           NOT NULL,
    -- The change in handoff_changes; none for a ping.
    sequence        BIGINT,
    created_at      BIGINT           NOT NULL,
    -- Tries so far, the one that is under way included.
    attempts        BIGINT           NOT NULL,
    -- Of the last try: when, the answer's status if there was one, and what went wrong.
    attempted_at    BIGINT,
    status          BIGINT,
    error           TEXT,
    delivered_at    BIGINT,
    -- From when on somebody may try again; while one tries, the time at which it is given up for lost.
    -- None once it is over.
    next_attempt_at BIGINT,
    PRIMARY KEY (account_id, webhook_id, number),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (account_id, webhook_id, next_attempt_at)
WHERE next_attempt_at IS NOT NULL;

CREATE INDEX webhook_deliveries_over ON webhook_deliveries (created_at) WHERE next_attempt_at IS NULL;
