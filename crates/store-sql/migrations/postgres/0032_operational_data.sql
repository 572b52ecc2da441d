-- A session ends when its user's password changes. It no longer ends in the transaction of the change, as SQLite keeps
-- sessions in another file than users: a reader compares this mark with the user's password hash.
-- Nodes of the version before leave it empty; what they open is not valid on newer ones.

ALTER TABLE sessions ADD COLUMN password_mark BYTEA NOT NULL DEFAULT '';

UPDATE sessions AS s
SET password_mark = sha256(convert_to(u.password_hash, 'UTF8'))
FROM users AS u
WHERE u.account_id = s.account_id AND u.user_id = s.user_id;
