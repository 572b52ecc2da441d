-- The signing keys are the installation's own audit: which key was made when, and when it began to
-- sign. Rows are only ever added.

CREATE FUNCTION signing_keys_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the signing keys are append-only';
END;
$$;

CREATE TRIGGER signing_keys_are_append_only BEFORE UPDATE OR DELETE ON signing_keys
    FOR EACH ROW EXECUTE FUNCTION signing_keys_are_append_only();

-- Neither these nor the audits of accounts (0005) are emptied.
CREATE TRIGGER signing_keys_are_not_emptied BEFORE TRUNCATE ON signing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION signing_keys_are_append_only();

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
