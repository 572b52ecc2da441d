-- Campaigns, their recipients, and what decides when and whether a message is sent. All in one file, because they
-- change together. Reporting is in the operational file, so events reach it through campaign_events.

CREATE TABLE campaigns (
    account_id     TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- proactiveCampaignId
    campaign_id    TEXT COLLATE "C" NOT NULL,
    le_campaign    BIGINT NOT NULL,
    le_engagement  BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    created_by     TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    skill          TEXT    NOT NULL,
    -- draft, launched, paused, cancelled
    control        TEXT    NOT NULL,
    -- Why it was paused automatically.
    reason         TEXT,
    -- Messages are not sent after this time.
    expires_at     BIGINT NOT NULL,
    -- The number of recipients in each state.
    waiting        BIGINT NOT NULL,
    in_flight      BIGINT NOT NULL,
    sent           BIGINT NOT NULL,
    failed         BIGINT NOT NULL,
    skipped        BIGINT NOT NULL,
    cancelled      BIGINT NOT NULL,
    unknown        BIGINT NOT NULL,
    -- The number of failures of one class since the last message that a provider accepted.
    failure_class  TEXT,
    failures       BIGINT NOT NULL,
    -- The request with a key for idempotency: hash of its body, and the encrypted response. NULL after a few days.
    request_key    TEXT COLLATE "C",
    request_hash   BYTEA,
    sealed_response BYTEA,
    -- 1 once personal data of the campaign is deleted.
    is_purged      BIGINT NOT NULL,
    -- What was frozen when the campaign was accepted: JSON of the crate `app`.
    frozen         TEXT    NOT NULL,
    PRIMARY KEY (account_id, campaign_id)
);

CREATE INDEX campaigns_created ON campaigns (account_id, created_at, campaign_id);

CREATE UNIQUE INDEX campaigns_request ON campaigns (account_id, request_key) WHERE request_key IS NOT NULL;

CREATE INDEX campaigns_unpurged ON campaigns (account_id, created_at) WHERE is_purged = 0;

CREATE TABLE recipients (
    account_id     TEXT COLLATE "C" NOT NULL,
    campaign_id    TEXT COLLATE "C" NOT NULL,
    -- 0, 1, 2 … in the campaign.
    number         BIGINT NOT NULL,
    -- The message in reports. A retry has a new one.
    transaction_id BYTEA    NOT NULL,
    -- waiting, in_flight, sent, failed, skipped, cancelled, expired, unknown
    state          TEXT    NOT NULL,
    -- The error of a failed recipient.
    error_source   TEXT,
    error_code     TEXT,
    -- The position of the current channel in the handoff.
    channel        BIGINT NOT NULL,
        retries        BIGINT NOT NULL,
    -- CHANNEL/SENDER
    lane           TEXT COLLATE "C" NOT NULL,
    -- When the message is sent; while it is in flight, when it counts as lost. NULL if nothing happens by itself.
    due_at         BIGINT,
    -- The time of the last change of the state.
    changed_at     BIGINT NOT NULL,
    -- Identifies the consumer: an HMAC of the address on the current channel.
    consumer_key   BYTEA    NOT NULL,
    -- Addresses and variables, encrypted. NULL once they are not needed.
    sealed         BYTEA,
    provider_id    TEXT,
    revision       BIGINT NOT NULL,
    PRIMARY KEY (account_id, campaign_id, number),
    FOREIGN KEY (account_id, campaign_id) REFERENCES campaigns
);

CREATE UNIQUE INDEX recipients_transaction ON recipients (account_id, transaction_id);

CREATE INDEX recipients_due ON recipients (account_id, lane, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX recipients_consumer ON recipients (account_id, consumer_key, changed_at);

-- One sender on one channel. A lane is leased to one process, which sends at most `rate` messages in any second.
CREATE TABLE lanes (
    account_id    TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    lane          TEXT COLLATE "C" NOT NULL,
    rate          BIGINT NOT NULL,
    -- Never later than that of the earliest recipient. NULL if there is none.
    due_at        BIGINT,
    -- Until when the provider wants no messages.
    blocked_until BIGINT,
    -- Why nothing is sent until a person resumes the lane.
    paused_reason TEXT,
    owner         TEXT,
    lease_until   BIGINT NOT NULL,
    PRIMARY KEY (account_id, lane)
);

CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL AND paused_reason IS NULL;

-- The number of recipients by the day of acceptance (days since 1970).
CREATE TABLE daily_recipients (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    channel    TEXT COLLATE "C" NOT NULL,
    day        BIGINT NOT NULL,
    count      BIGINT NOT NULL,
    PRIMARY KEY (account_id, channel, day)
);

CREATE TABLE opt_outs (
    account_id     TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    consumer_key   BYTEA    NOT NULL,
    sealed_address BYTEA    NOT NULL,
    since          BIGINT NOT NULL,
    -- consumer, provider, person
    source         TEXT    NOT NULL,
    -- The message of the consumer.
    keyword        TEXT,
    PRIMARY KEY (account_id, consumer_key)
);

-- A conversation that is not closed. A consumer has at most one.
CREATE TABLE open_conversations (
    account_id      TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    consumer_key    BYTEA    NOT NULL,
    channel         TEXT COLLATE "C" NOT NULL,
    conversation_id TEXT    NOT NULL,
    campaign_id     TEXT COLLATE "C",
    skill           TEXT    NOT NULL,
    opened_at       BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, consumer_key)
);

-- Accounts at providers.
CREATE TABLE connections (
    account_id      TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    connection_id   TEXT COLLATE "C" NOT NULL,
    kind            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    -- Encrypted JSON of the crate `app`.
    sealed_settings BYTEA    NOT NULL,
    -- The part of the URL of callbacks that identifies the connection.
    callback_id     TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (account_id, connection_id)
);

-- Events that reporting does not have yet, encrypted. Reporting ignores events that it already has.
CREATE TABLE campaign_events (
    event_no   BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    sealed     BYTEA    NOT NULL
);

CREATE INDEX campaign_events_account ON campaign_events (account_id, event_no);

-- One row. seen_at shows how long no process has sent messages; after a long time, the database may be an old copy.
CREATE TABLE campaign_engine (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    seen_at  BIGINT,
    -- Since when nothing is sent until a person confirms it.
    held_at  BIGINT
);

INSERT INTO campaign_engine (only_row) VALUES (1);
