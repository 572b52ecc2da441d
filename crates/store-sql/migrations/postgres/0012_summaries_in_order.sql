-- The summaries in each order that a search may have: where much is found, the first of them suffice.
--
-- Where little is, all texts are looked at. Bytes are compared in less time than characters,
-- and what stands in front of a column is taken apart on the way to it: so the texts are bytes (UTF-8),
-- and stand in front.

ALTER TABLE handoff_summaries RENAME TO unordered_summaries;

CREATE TABLE handoff_summaries (
    account_id        TEXT COLLATE "C" NOT NULL,
    handoff_id        TEXT COLLATE "C" NOT NULL,
    -- Id, name and texts: NFC, lower case.
    texts             BYTEA            NOT NULL,
    -- The rules that the newest version broke when it was saved.
    errors            BIGINT           NOT NULL,
    advices           BIGINT           NOT NULL,
    -- draft, published, changed, archived
    state             TEXT             NOT NULL,
    -- Lists of words with a blank before and behind each: ' wa inapp '.
    channels          TEXT             NOT NULL,
    languages         TEXT             NOT NULL,
    senders           TEXT             NOT NULL,
    created_at        BIGINT           NOT NULL,
    -- Of the last save, publication, withdrawal or archiving.
    updated_at        BIGINT           NOT NULL,
    name_key          TEXT COLLATE "C" NOT NULL,
    name              TEXT             NOT NULL,
    updated_by        TEXT             NOT NULL,
    latest_version    BIGINT           NOT NULL,
    published_version BIGINT
);

INSERT INTO handoff_summaries
SELECT account_id, handoff_id, CONVERT_TO(texts, 'UTF8'), errors, advices, state, channels, languages,
       senders, created_at, updated_at, name_key, name, updated_by, latest_version, published_version
FROM unordered_summaries;

DROP TABLE unordered_summaries;

ALTER TABLE handoff_summaries
    ADD PRIMARY KEY (account_id, handoff_id),
    ADD FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs;

CREATE INDEX handoff_summaries_created ON handoff_summaries (account_id, created_at, handoff_id);
CREATE INDEX handoff_summaries_updated ON handoff_summaries (account_id, updated_at, handoff_id);
CREATE INDEX handoff_summaries_name ON handoff_summaries (account_id, name_key, handoff_id);
