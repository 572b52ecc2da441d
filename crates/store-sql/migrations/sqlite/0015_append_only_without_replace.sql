-- INSERT OR REPLACE deletes the row in its way without firing the triggers of a deletion (SQLite's
-- recursive_triggers is off by default), so what is append-only also refuses to be inserted twice.

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit AS a WHERE a.account_id = NEW.account_id AND a.sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only: the row exists');
END;

CREATE TRIGGER signing_keys_are_not_replaced BEFORE INSERT ON signing_keys
WHEN EXISTS (SELECT 1 FROM signing_keys AS k WHERE k.sequence = NEW.sequence OR k.kid = NEW.kid)
BEGIN
    SELECT RAISE(ABORT, 'the signing keys are append-only: the row exists');
END;
