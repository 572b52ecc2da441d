-- Accounts, the clients that ask for tokens in their name, and the keys that sign tokens.
--
-- Rules of every table here and in later files:
--   * a table of tenant data begins with account_id and has it first in its key;
--   * times are milliseconds since 1970-01-01T00:00:00Z;
--   * the same file in ../postgres makes the same tables.

CREATE TABLE accounts (
    account_id TEXT    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,
    -- One more with every committed write to the account. Pages are cached under it, and a write
    -- begins by moving it, so that the writers of one account wait for each other.
    revision   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
    account_id  TEXT    NOT NULL REFERENCES accounts,
    client_id   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    -- Words with a blank between, as in a token (RFC 6749 §3.3).
    scopes      TEXT    NOT NULL,
    -- SHA-256 of the secret; the secret itself is nowhere.
    secret_hash BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER,
    PRIMARY KEY (account_id, client_id)
) STRICT, WITHOUT ROWID;

-- Of the installation, not of an account.
CREATE TABLE signing_keys (
    -- 1, 2, 3 …: two nodes that make the next key at once make the same number, and one loses.
    sequence           INTEGER NOT NULL PRIMARY KEY,
    kid                TEXT    NOT NULL UNIQUE,
    -- Encrypted with the installation's key.
    sealed_private_key BLOB    NOT NULL,
    -- RFC 7517.
    public_jwk         TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    signs_from         INTEGER NOT NULL
) STRICT;
