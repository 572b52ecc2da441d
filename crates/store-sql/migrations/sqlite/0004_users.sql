-- Users, and the sessions that their logins open.

CREATE TABLE users (
    account_id    TEXT    NOT NULL REFERENCES accounts,
    user_id       TEXT    NOT NULL,
    username      TEXT    NOT NULL,
    -- What names are compared by: NFC, lower case. A revoked user keeps it, so that history stays clear.
    username_key  TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    -- Argon2id in the PHC string format, which carries salt and cost.
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    revoked_at    INTEGER,
    PRIMARY KEY (account_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_username ON users (account_id, username_key);

-- One row a login, until it ends. Its three secrets are kept as SHA-256 only.
CREATE TABLE sessions (
    account_id  TEXT    NOT NULL,
    -- The cookie, for refresh and logout.
    cookie_hash BLOB    NOT NULL,
    -- What must come with the cookie.
    csrf_hash   BLOB    NOT NULL,
    -- The token of the API's calls.
    bearer_hash BLOB    NOT NULL,
    user_id     TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    -- However often it is refreshed.
    expires_at  INTEGER NOT NULL,
    -- Unless it is refreshed; never after expires_at.
    idle_until  INTEGER NOT NULL,
    PRIMARY KEY (account_id, cookie_hash),
    FOREIGN KEY (account_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;

-- A bearer says by itself whose it is.
CREATE UNIQUE INDEX sessions_bearer ON sessions (bearer_hash);

CREATE INDEX sessions_user ON sessions (account_id, user_id, created_at);
