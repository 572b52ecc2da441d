-- Files with reports that a job writes.

CREATE TABLE report_files (
    account_id TEXT    NOT NULL,
    file_id    TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    -- What the file contains: JSON of the crate `app`.
    request    TEXT    NOT NULL,
    messages   BIGINT  NOT NULL,
    -- NULL until the file is complete.
    bytes      BIGINT ,
    PRIMARY KEY (account_id, file_id)
);

-- The content in encrypted parts. A part never outlives its file, so that deleting the file erases what it contains.
CREATE TABLE report_file_parts (
    account_id TEXT    NOT NULL,
    file_id    TEXT    NOT NULL,
    part       BIGINT  NOT NULL,
    sealed     BYTEA   NOT NULL,
    PRIMARY KEY (account_id, file_id, part),
    FOREIGN KEY (account_id, file_id) REFERENCES report_files ON DELETE CASCADE
);
