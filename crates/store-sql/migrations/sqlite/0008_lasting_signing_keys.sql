-- The signing keys are the installation's own audit: which key was made when, and when it began to
-- sign. Rows are only ever added.

CREATE TRIGGER signing_keys_are_not_changed BEFORE UPDATE ON signing_keys
BEGIN
    SELECT RAISE(ABORT, 'the signing keys are append-only');
END;

CREATE TRIGGER signing_keys_are_not_deleted BEFORE DELETE ON signing_keys
BEGIN
    SELECT RAISE(ABORT, 'the signing keys are append-only');
END;
