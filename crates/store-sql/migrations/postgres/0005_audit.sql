-- Who did what that decides who may come in. Rows are only ever added.

CREATE TABLE audit (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- 1, 2, 3 …
    sequence   BIGINT           NOT NULL,
    at         BIGINT           NOT NULL,
    -- A login, a client id, `command line`, or `outbound` for the program itself.
    actor      TEXT             NOT NULL,
    action     TEXT             NOT NULL,
    -- What it was done to: a client id, a login.
    subject    TEXT             NOT NULL,
    -- Of the caller, where there was one.
    address    TEXT,
    -- A JSON object; never a secret.
    details    TEXT             NOT NULL,
    PRIMARY KEY (account_id, sequence)
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END;
$$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
