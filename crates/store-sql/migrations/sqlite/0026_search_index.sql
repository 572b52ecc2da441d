-- Finds the handoffs whose texts contain a word without reading all texts. A background task fills the index:
-- a search looks at what the index finds and at what waits for it, and compares each with the words again. So the
-- index may lag behind, and may find too much.

-- Handoffs whose newest texts are not in the index. Written in the transaction that changes the texts.
CREATE TABLE search_pending (
    account_id TEXT NOT NULL,
    handoff_id TEXT NOT NULL,
    PRIMARY KEY (account_id, handoff_id),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

-- The rows of the index. Each account has a range of 2^32 rows, so that a search passes over those of others.
CREATE TABLE search_rows (
    row_id     INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    handoff_id TEXT NOT NULL,
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT;

CREATE UNIQUE INDEX search_rows_handoff ON search_rows (account_id, handoff_id);
CREATE INDEX search_rows_account ON search_rows (account_id, row_id);

-- Which rows contain which three characters. Texts are folded already, and stored in handoff_summaries alone.
CREATE VIRTUAL TABLE search_index USING fts5 (
    texts, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);

INSERT INTO search_pending (account_id, handoff_id) SELECT account_id, handoff_id FROM handoff_summaries;
