-- The change feed also has changes of campaigns, messages and consumers. They are written in the commit of the change
-- itself, which must not lock the account, into new_changes, and moved to the feed in groups.

-- NULL if the change is not about a handoff. Such changes are deleted after a while.
ALTER TABLE handoff_changes ALTER COLUMN handoff_id DROP NOT NULL, ALTER COLUMN version DROP NOT NULL;

-- What a change without a handoff is about: JSON.
ALTER TABLE handoff_changes ADD COLUMN details TEXT;

-- Changes with the same key are one change.
ALTER TABLE handoff_changes ADD COLUMN event_key TEXT COLLATE "C";

CREATE UNIQUE INDEX handoff_changes_key ON handoff_changes (account_id, event_key) WHERE event_key IS NOT NULL;

CREATE INDEX handoff_changes_others ON handoff_changes (account_id, at) WHERE handoff_id IS NULL;

-- Changes that the feed does not have yet.
CREATE TABLE new_changes (
    change_no  BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    at         BIGINT  NOT NULL,
    actor      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    event_key  TEXT,
    details    TEXT    NOT NULL
);

CREATE INDEX new_changes_account ON new_changes (account_id, change_no);

-- Messages that belong to no campaign, such as the answer to HELP.
CREATE TABLE answers (
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- The provider's id of the message that is answered, so that a repeated callback is answered once.
    answer_key   TEXT COLLATE "C" NOT NULL,
    -- CHANNEL/SENDER; NULL once it is sent.
    lane         TEXT COLLATE "C",
    added_at     BIGINT NOT NULL,
    consumer_key BYTEA NOT NULL,
    -- Address and text, encrypted; NULL once it is sent.
    sealed       BYTEA,
    PRIMARY KEY (account_id, answer_key)
);

CREATE INDEX answers_lane ON answers (account_id, lane, added_at) WHERE lane IS NOT NULL;

CREATE INDEX answers_consumer ON answers (account_id, consumer_key);

CREATE INDEX answers_added ON answers (account_id, added_at);
