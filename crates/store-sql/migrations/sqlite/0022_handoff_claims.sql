-- Findings between the handoffs of an account.

-- What the newest version of each handoff claims, channel by channel; nothing of archived handoffs. The first
-- claim of a key, in the order of creation, decides its value.
CREATE TABLE handoff_claims (
    account_id TEXT    NOT NULL,
    handoff_id TEXT    NOT NULL,
    channel    INTEGER NOT NULL,
    -- A hash of what is claimed.
    key        INTEGER NOT NULL,
    -- Of the handoff.
    created_at INTEGER NOT NULL,
    -- The name of the rule that another value breaks.
    rule       TEXT    NOT NULL,
    -- A hash of what the key stands for.
    value      INTEGER NOT NULL,
    PRIMARY KEY (account_id, handoff_id, channel, key),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

-- With all that is asked of a key: SQLite would else rather walk through the account.
CREATE INDEX handoff_claims_first ON handoff_claims (account_id, key, created_at, handoff_id, channel, value);

-- The keys that have been claimed with two values at a time: all others need no look when handoffs with
-- errors are searched. A key stays here when its claims agree again, which costs only that look.
CREATE TABLE contested_claims (
    account_id TEXT    NOT NULL REFERENCES accounts,
    key        INTEGER NOT NULL,
    rule       TEXT    NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
