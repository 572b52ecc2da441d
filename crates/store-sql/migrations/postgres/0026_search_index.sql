-- Finds the handoffs whose texts contain a word without reading all texts. A background task fills the index:
-- a search looks at what the index finds and at what waits for it, and compares each with the words again. So the
-- index may lag behind, and may find too much.

-- Handoffs whose newest texts are not in the index. Written in the transaction that changes the texts.
CREATE TABLE search_pending (
    account_id TEXT COLLATE "C" NOT NULL,
    handoff_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, handoff_id),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
);

-- What the index holds: a copy of handoff_summaries.texts. The index itself is made at the start of the program,
-- where the extension pg_trgm can be: search_texts_trigrams. Without it this table stays empty.
CREATE TABLE search_texts (
    account_id TEXT COLLATE "C" NOT NULL,
    handoff_id TEXT COLLATE "C" NOT NULL,
    texts      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, handoff_id),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
);

INSERT INTO search_pending (account_id, handoff_id) SELECT account_id, handoff_id FROM handoff_summaries;
