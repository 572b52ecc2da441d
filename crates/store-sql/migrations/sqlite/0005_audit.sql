-- Who did what that decides who may come in. Rows are only ever added.

CREATE TABLE audit (
    account_id TEXT    NOT NULL REFERENCES accounts,
    -- 1, 2, 3 …
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    -- A login, a client id, `command line`, or `outbound` for the program itself.
    actor      TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    -- What it was done to: a client id, a login.
    subject    TEXT    NOT NULL,
    -- Of the caller, where there was one.
    address    TEXT,
    -- A JSON object; never a secret.
    details    TEXT    NOT NULL,
    PRIMARY KEY (account_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
