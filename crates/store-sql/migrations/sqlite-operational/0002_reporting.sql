-- Reporting: what happened to each sent message, and totals. Numbers instead of strings keep the large tables small.
-- In this file, because messages and events must not wait for the catalogue, nor the catalogue for them.

CREATE TABLE reporting_accounts (
    account_no  INTEGER PRIMARY KEY,
    account_id  TEXT    NOT NULL UNIQUE,
    -- The highest number of a value or consumer of this account. Numbers are never used again.
    last_number INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The strings that transactions and totals refer to by number.
CREATE TABLE reporting_values (
    account_no INTEGER NOT NULL,
    -- 1 skill, 2 handoff id, 3 campaign id, 4 IVR number, 5 error (source, line feed, code).
    kind       INTEGER NOT NULL,
    value      TEXT    NOT NULL,
    value_no   INTEGER NOT NULL,
    PRIMARY KEY (account_no, kind, value)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX reporting_values_number ON reporting_values (account_no, value_no);

-- The address of each consumer, encrypted. Deleting a row erases the consumer; transactions and totals stay.
CREATE TABLE consumers (
    account_no     INTEGER NOT NULL,
    consumer_no    INTEGER NOT NULL,
    -- An HMAC of the address, to find the consumer.
    consumer_key   BLOB    NOT NULL,
    sealed_address BLOB    NOT NULL,
    PRIMARY KEY (account_no, consumer_no)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX consumers_key ON consumers (account_no, consumer_key);

-- One row for each message to a consumer. The id contains the time of the attempt, so an interval is a range of ids.
CREATE TABLE transactions (
    account_no           INTEGER NOT NULL,
    transaction_id       BLOB    NOT NULL,
    -- Increases with every change. A writer that has read another revision does not overwrite the row.
    revision             INTEGER NOT NULL,
    -- What the attempted event said; app 0 while it is missing. Codes: `reporting::codes`.
    app                  INTEGER NOT NULL,
    channel              INTEGER NOT NULL,
    initial_channel      INTEGER NOT NULL,
    source               INTEGER NOT NULL,
    skill                INTEGER NOT NULL,
    initial_skill        INTEGER NOT NULL,
    -- 0 if there is none.
    handoff              INTEGER NOT NULL,
    campaign             INTEGER NOT NULL,
    ivr                  INTEGER NOT NULL,
    consumer_no          INTEGER,
    -- Derived from the other columns by the rules of reporting, for filters and sums: the message status (0 none), the
    -- counts as bits, and the error that is reported (0 none).
    status               INTEGER NOT NULL,
    counted              INTEGER NOT NULL,
    reported_error       INTEGER NOT NULL,
    -- What the events reported. Times are milliseconds after the attempt.
    error                INTEGER,
    eligible_after       INTEGER,
    invited_after        INTEGER,
    sent_after           INTEGER,
    delivered_after      INTEGER,
    read_after           INTEGER,
    failed_after         INTEGER,
    skipped_after        INTEGER,
    cancelled_after      INTEGER,
    conversation_created_after INTEGER,
    conversation_closed_after INTEGER,
    csat_after           INTEGER,
    opt_in_after         INTEGER,
    opt_out_after        INTEGER,
    conversation_id      TEXT,
    score                INTEGER,
    PRIMARY KEY (account_no, transaction_id)
) STRICT, WITHOUT ROWID;

-- Totals by hour of attempt (hours since 1970), and by what reports can be filtered by or list.
CREATE TABLE rollup_hours (
    account_no            INTEGER NOT NULL,
    app                   INTEGER NOT NULL,
    hour                  INTEGER NOT NULL,
    channel               INTEGER NOT NULL,
    skill                 INTEGER NOT NULL,
    source                INTEGER NOT NULL,
    handoff               INTEGER NOT NULL,
    error                 INTEGER NOT NULL,
    attempted             INTEGER NOT NULL,
    eligible              INTEGER NOT NULL,
    skipped               INTEGER NOT NULL,
    sent                  INTEGER NOT NULL,
    failed                INTEGER NOT NULL,
    delivered             INTEGER NOT NULL,
    read                  INTEGER NOT NULL,
    conversations_created INTEGER NOT NULL,
    conversations_closed  INTEGER NOT NULL,
    csat_sum              INTEGER NOT NULL,
    csat_count            INTEGER NOT NULL,
    PRIMARY KEY (account_no, app, hour, channel, skill, source, handoff, error)
) STRICT, WITHOUT ROWID;

-- The same by day, so that long reports read fewer rows.
CREATE TABLE rollup_days (
    account_no            INTEGER NOT NULL,
    app                   INTEGER NOT NULL,
    day                   INTEGER NOT NULL,
    channel               INTEGER NOT NULL,
    skill                 INTEGER NOT NULL,
    source                INTEGER NOT NULL,
    handoff               INTEGER NOT NULL,
    error                 INTEGER NOT NULL,
    attempted             INTEGER NOT NULL,
    eligible              INTEGER NOT NULL,
    skipped               INTEGER NOT NULL,
    sent                  INTEGER NOT NULL,
    failed                INTEGER NOT NULL,
    delivered             INTEGER NOT NULL,
    read                  INTEGER NOT NULL,
    conversations_created INTEGER NOT NULL,
    conversations_closed  INTEGER NOT NULL,
    csat_sum              INTEGER NOT NULL,
    csat_count            INTEGER NOT NULL,
    PRIMARY KEY (account_no, app, day, channel, skill, source, handoff, error)
) STRICT, WITHOUT ROWID;

-- Totals of campaigns. Also tells in which hours the messages of a campaign are.
CREATE TABLE campaign_hours (
    account_no            INTEGER NOT NULL,
    campaign              INTEGER NOT NULL,
    hour                  INTEGER NOT NULL,
    channel               INTEGER NOT NULL,
    skill                 INTEGER NOT NULL,
    attempted             INTEGER NOT NULL,
    eligible              INTEGER NOT NULL,
    skipped               INTEGER NOT NULL,
    sent                  INTEGER NOT NULL,
    failed                INTEGER NOT NULL,
    delivered             INTEGER NOT NULL,
    read                  INTEGER NOT NULL,
    conversations_created INTEGER NOT NULL,
    conversations_closed  INTEGER NOT NULL,
    csat_sum              INTEGER NOT NULL,
    csat_count            INTEGER NOT NULL,
    PRIMARY KEY (account_no, campaign, hour, channel, skill)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_hours_hour ON campaign_hours (account_no, hour);
