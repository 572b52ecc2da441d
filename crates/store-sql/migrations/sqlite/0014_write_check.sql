-- One row that the readiness check overwrites, to see whether a commit reaches the disk.

CREATE TABLE write_check (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    checked_at INTEGER NOT NULL
) STRICT;

INSERT INTO write_check (only_row, checked_at) VALUES (1, 0);
