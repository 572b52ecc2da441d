-- One row that the readiness check overwrites, to see whether a commit reaches the disk. Without an index
-- on what changes, and with room beside it, PostgreSQL reuses the page.

CREATE TABLE write_check (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    checked_at BIGINT  NOT NULL
) WITH (fillfactor = 10);

INSERT INTO write_check (only_row, checked_at) VALUES (1, 0);
