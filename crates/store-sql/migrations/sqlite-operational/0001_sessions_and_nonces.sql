-- The operational file: what is written at logins and reads, and never in one transaction with the main file.
-- Its rows name accounts, users and API keys of the main file, which no foreign key can reach.

-- The id of the main file that this one belongs to (operational_file).
CREATE TABLE main_file (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    pair_id  TEXT NOT NULL
) STRICT;

-- One row a login, until it ends. Its three secrets are kept as SHA-256 only.
CREATE TABLE sessions (
    account_id    TEXT    NOT NULL,
    -- The cookie, for refresh and logout.
    cookie_hash   BLOB    NOT NULL,
    -- What must come with the cookie.
    csrf_hash     BLOB    NOT NULL,
    -- The token of the API's calls.
    bearer_hash   BLOB    NOT NULL,
    user_id       TEXT    NOT NULL,
    -- SHA-256 of the user's password hash when the session was opened: another password ends it.
    password_mark BLOB    NOT NULL,
    created_at    INTEGER NOT NULL,
    -- However often it is refreshed.
    expires_at    INTEGER NOT NULL,
    -- Unless it is refreshed; never after expires_at.
    idle_until    INTEGER NOT NULL,
    PRIMARY KEY (account_id, cookie_hash)
) STRICT, WITHOUT ROWID;

-- A bearer says by itself whose it is.
CREATE UNIQUE INDEX sessions_bearer ON sessions (bearer_hash);

CREATE INDEX sessions_user ON sessions (account_id, user_id, created_at);

-- What an API key signs once is refused a second time. A nonce whose request would be refused for its age
-- may go: nobody can use it again.
CREATE TABLE api_key_nonces (
    account_id TEXT    NOT NULL,
    app_key    TEXT    NOT NULL,
    nonce      TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, app_key, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_key_nonces_expiry ON api_key_nonces (expires_at);

-- One row that the readiness check overwrites, to see whether a commit reaches the disk.
CREATE TABLE write_check (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    checked_at INTEGER NOT NULL
) STRICT;

INSERT INTO write_check (only_row, checked_at) VALUES (1, 0);
