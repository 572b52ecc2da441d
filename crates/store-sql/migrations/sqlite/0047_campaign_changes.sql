-- The change feed also has changes of campaigns, messages and consumers. They are written in the commit of the change
-- itself, which must not lock the account, into new_changes, and moved to the feed in groups.

CREATE TABLE handoff_changes_and_others (
    account_id TEXT    NOT NULL,
    -- 1, 2, 3 … Changes without a handoff are deleted after a while.
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    -- A login, a client id, or `command line`.
    actor      TEXT    NOT NULL,
    -- handoff.saved, campaign.started …
    kind       TEXT    NOT NULL,
    -- NULL if the change is not about a handoff.
    handoff_id TEXT,
    -- The version that was saved or published, or the newest one.
    version    INTEGER,
    -- What a change without a handoff is about: JSON.
    details    TEXT,
    -- Changes with the same key are one change.
    event_key  TEXT,
    PRIMARY KEY (account_id, sequence),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

INSERT INTO handoff_changes_and_others (account_id, sequence, at, actor, kind, handoff_id, version)
SELECT account_id, sequence, at, actor, kind, handoff_id, version FROM handoff_changes;

DROP TABLE handoff_changes;

ALTER TABLE handoff_changes_and_others RENAME TO handoff_changes;

CREATE UNIQUE INDEX handoff_changes_key ON handoff_changes (account_id, event_key) WHERE event_key IS NOT NULL;

CREATE INDEX handoff_changes_others ON handoff_changes (account_id, at) WHERE handoff_id IS NULL;

-- Changes that the feed does not have yet.
CREATE TABLE new_changes (
    change_no  INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT    NOT NULL REFERENCES accounts,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    event_key  TEXT,
    details    TEXT    NOT NULL
) STRICT;

CREATE INDEX new_changes_account ON new_changes (account_id, change_no);

-- Messages that belong to no campaign, such as the answer to HELP.
CREATE TABLE answers (
    account_id   TEXT NOT NULL REFERENCES accounts,
    -- The provider's id of the message that is answered, so that a repeated callback is answered once.
    answer_key   TEXT NOT NULL,
    -- CHANNEL/SENDER; NULL once it is sent.
    lane         TEXT,
    added_at     INTEGER NOT NULL,
    consumer_key BLOB NOT NULL,
    -- Address and text, encrypted; NULL once it is sent.
    sealed       BLOB,
    PRIMARY KEY (account_id, answer_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_lane ON answers (account_id, lane, added_at) WHERE lane IS NOT NULL;

CREATE INDEX answers_consumer ON answers (account_id, consumer_key);

CREATE INDEX answers_added ON answers (account_id, added_at);
