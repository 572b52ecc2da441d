-- Sessions, nonces and other operational data move to a second file, whose writers never wait for the catalogue's.
-- Both files hold this id, so that files of two databases are not mixed up.

CREATE TABLE operational_file (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    pair_id  TEXT NOT NULL
) STRICT;

INSERT INTO operational_file (only_row, pair_id) VALUES (1, lower(hex(randomblob(16))));
