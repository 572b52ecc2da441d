-- Handoffs, their versions, and the lists of what is published.

-- One row a handoff: what its newest version says of it, and its state.
CREATE TABLE handoffs (
    account_id        TEXT    NOT NULL REFERENCES accounts,
    handoff_id        TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    -- What names are compared by: NFC, lower case.
    name_key          TEXT    NOT NULL,
    -- The type of each channel in order, with a blank between; '?' for one we do not know.
    channels          TEXT    NOT NULL,
    -- Never changes: lists are ordered by it.
    created_at        INTEGER NOT NULL,
    latest_version    INTEGER NOT NULL,
    -- The version that is served. A newer latest_version is a draft.
    published_version INTEGER,
    archived_at       INTEGER,
    PRIMARY KEY (account_id, handoff_id),
    CHECK (published_version IS NULL OR archived_at IS NULL)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX handoffs_name ON handoffs (account_id, name_key) WHERE archived_at IS NULL;

-- Every save, for ever; rows are never changed. A table with row ids, so that documents are
-- appended and not sorted in by a random id.
CREATE TABLE handoff_versions (
    account_id TEXT    NOT NULL,
    handoff_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    -- The whole handoff as JSON, as it is served.
    document   TEXT    NOT NULL,
    saved_at   INTEGER NOT NULL,
    -- A login, a client id, or `command line`.
    saved_by   TEXT    NOT NULL,
    note       TEXT,
    PRIMARY KEY (account_id, handoff_id, version),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT;

-- The elements of the published lists, in their order: for the filter 'all' each published handoff
-- once, for each channel every configuration of it in a published handoff.
CREATE TABLE published_elements (
    account_id    TEXT    NOT NULL,
    filter        TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    handoff_id    TEXT    NOT NULL,
    -- Which of the handoff's channels, from 0; 0 under 'all'.
    channel_index INTEGER NOT NULL,
    PRIMARY KEY (account_id, filter, created_at, handoff_id, channel_index),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

CREATE INDEX published_elements_handoff ON published_elements (account_id, handoff_id);

-- How many elements each list has, so that no page has to count them.
CREATE TABLE published_totals (
    account_id TEXT    NOT NULL REFERENCES accounts,
    filter     TEXT    NOT NULL,
    total      INTEGER NOT NULL,
    PRIMARY KEY (account_id, filter)
) STRICT, WITHOUT ROWID;
