-- Reporting: what happened to each sent message, and totals. Numbers instead of strings keep the large tables small.

CREATE TABLE reporting_accounts (
    account_no  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  TEXT   NOT NULL UNIQUE,
    -- The highest number of a value or consumer of this account. Numbers are never used again.
    last_number BIGINT  NOT NULL DEFAULT 0
);

-- The strings that transactions and totals refer to by number.
CREATE TABLE reporting_values (
    account_no BIGINT  NOT NULL,
    -- 1 skill, 2 handoff id, 3 campaign id, 4 IVR number, 5 error (source, line feed, code).
    kind       BIGINT  NOT NULL,
    value      TEXT    NOT NULL,
    value_no   BIGINT  NOT NULL,
    PRIMARY KEY (account_no, kind, value)
);

CREATE UNIQUE INDEX reporting_values_number ON reporting_values (account_no, value_no);

-- The address of each consumer, encrypted. Deleting a row erases the consumer; transactions and totals stay.
CREATE TABLE consumers (
    account_no     BIGINT  NOT NULL,
    consumer_no    BIGINT  NOT NULL,
    -- An HMAC of the address, to find the consumer.
    consumer_key   BYTEA   NOT NULL,
    sealed_address BYTEA   NOT NULL,
    PRIMARY KEY (account_no, consumer_no)
);

CREATE UNIQUE INDEX consumers_key ON consumers (account_no, consumer_key);

-- One row for each message to a consumer. The id contains the time of the attempt, so an interval is a range of ids.
-- Each month is a partition, which the server creates two months ahead and drops as a whole. There is no default
-- partition: it would have to be searched whenever a partition is added.
CREATE TABLE transactions (
    account_no           BIGINT  NOT NULL,
    transaction_id       BYTEA   NOT NULL,
    -- Increases with every change. A writer that has read another revision does not overwrite the row.
    revision             BIGINT  NOT NULL,
    -- What the attempted event said; app 0 while it is missing. Codes: `reporting::codes`.
    app                  BIGINT  NOT NULL,
    channel              BIGINT  NOT NULL,
    initial_channel      BIGINT  NOT NULL,
    source               BIGINT  NOT NULL,
    skill                BIGINT  NOT NULL,
    initial_skill        BIGINT  NOT NULL,
    -- 0 if there is none.
    handoff              BIGINT  NOT NULL,
    campaign             BIGINT  NOT NULL,
    ivr                  BIGINT  NOT NULL,
    consumer_no          BIGINT,
    -- Derived from the other columns by the rules of reporting, for filters and sums: the message status (0 none), the
    -- counts as bits, and the error that is reported (0 none).
    status               BIGINT  NOT NULL,
    counted              BIGINT  NOT NULL,
    reported_error       BIGINT  NOT NULL,
    -- What the events reported. Times are milliseconds after the attempt.
    error                BIGINT,
    eligible_after       BIGINT,
    invited_after        BIGINT,
    sent_after           BIGINT,
    delivered_after      BIGINT,
    read_after           BIGINT,
    failed_after         BIGINT,
    skipped_after        BIGINT,
    cancelled_after      BIGINT,
    conversation_created_after BIGINT,
    conversation_closed_after BIGINT,
    csat_after           BIGINT,
    opt_in_after         BIGINT,
    opt_out_after        BIGINT,
    conversation_id      TEXT,
    score                BIGINT,
    PRIMARY KEY (account_no, transaction_id)
) PARTITION BY RANGE (transaction_id);

-- Totals by hour of attempt (hours since 1970), and by what reports can be filtered by or list.
CREATE TABLE rollup_hours (
    account_no            BIGINT  NOT NULL,
    app                   BIGINT  NOT NULL,
    hour                  BIGINT  NOT NULL,
    channel               BIGINT  NOT NULL,
    skill                 BIGINT  NOT NULL,
    source                BIGINT  NOT NULL,
    handoff               BIGINT  NOT NULL,
    error                 BIGINT  NOT NULL,
    attempted             BIGINT  NOT NULL,
    eligible              BIGINT  NOT NULL,
    skipped               BIGINT  NOT NULL,
    sent                  BIGINT  NOT NULL,
    failed                BIGINT  NOT NULL,
    delivered             BIGINT  NOT NULL,
    read                  BIGINT  NOT NULL,
    conversations_created BIGINT  NOT NULL,
    conversations_closed  BIGINT  NOT NULL,
    csat_sum              BIGINT  NOT NULL,
    csat_count            BIGINT  NOT NULL,
    PRIMARY KEY (account_no, app, hour, channel, skill, source, handoff, error)
);

-- The same by day, so that long reports read fewer rows.
CREATE TABLE rollup_days (
    account_no            BIGINT  NOT NULL,
    app                   BIGINT  NOT NULL,
    day                   BIGINT  NOT NULL,
    channel               BIGINT  NOT NULL,
    skill                 BIGINT  NOT NULL,
    source                BIGINT  NOT NULL,
    handoff               BIGINT  NOT NULL,
    error                 BIGINT  NOT NULL,
    attempted             BIGINT  NOT NULL,
    eligible              BIGINT  NOT NULL,
    skipped               BIGINT  NOT NULL,
    sent                  BIGINT  NOT NULL,
    failed                BIGINT  NOT NULL,
    delivered             BIGINT  NOT NULL,
    read                  BIGINT  NOT NULL,
    conversations_created BIGINT  NOT NULL,
    conversations_closed  BIGINT  NOT NULL,
    csat_sum              BIGINT  NOT NULL,
    csat_count            BIGINT  NOT NULL,
    PRIMARY KEY (account_no, app, day, channel, skill, source, handoff, error)
);

-- Totals of campaigns. Also tells in which hours the messages of a campaign are.
CREATE TABLE campaign_hours (
    account_no            BIGINT  NOT NULL,
    campaign              BIGINT  NOT NULL,
    hour                  BIGINT  NOT NULL,
    channel               BIGINT  NOT NULL,
    skill                 BIGINT  NOT NULL,
    attempted             BIGINT  NOT NULL,
    eligible              BIGINT  NOT NULL,
    skipped               BIGINT  NOT NULL,
    sent                  BIGINT  NOT NULL,
    failed                BIGINT  NOT NULL,
    delivered             BIGINT  NOT NULL,
    read                  BIGINT  NOT NULL,
    conversations_created BIGINT  NOT NULL,
    conversations_closed  BIGINT  NOT NULL,
    csat_sum              BIGINT  NOT NULL,
    csat_count            BIGINT  NOT NULL,
    PRIMARY KEY (account_no, campaign, hour, channel, skill)
);

CREATE INDEX campaign_hours_hour ON campaign_hours (account_no, hour);
