-- What a list of handoffs says of each, and what authors search: a copy of what stands in handoffs and
-- in the newest version, so that a search is one pass over short rows of one account.

CREATE TABLE handoff_summaries (
    account_id        TEXT    NOT NULL,
    handoff_id        TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    name_key          TEXT    NOT NULL,
    -- draft, published, changed, archived
    state             TEXT    NOT NULL,
    -- Lists of words with a blank before and behind each: ' wa inapp '.
    channels          TEXT    NOT NULL,
    languages         TEXT    NOT NULL,
    senders           TEXT    NOT NULL,
    -- Id, name and texts: NFC, lower case.
    texts             TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    -- Of the last save, publication, withdrawal or archiving.
    updated_at        INTEGER NOT NULL,
    updated_by        TEXT    NOT NULL,
    latest_version    INTEGER NOT NULL,
    published_version INTEGER,
    -- The rules that the newest version broke when it was saved.
    errors            INTEGER NOT NULL,
    advices           INTEGER NOT NULL,
    PRIMARY KEY (account_id, handoff_id),
    FOREIGN KEY (account_id, handoff_id) REFERENCES handoffs
) STRICT, WITHOUT ROWID;

-- Of what was saved before: all of the document counts as its text, and nobody has counted the rules,
-- until it is saved again.
INSERT INTO handoff_summaries
SELECT h.account_id, h.handoff_id, h.name, h.name_key,
       CASE WHEN h.archived_at IS NOT NULL THEN 'archived'
            WHEN h.published_version IS NULL THEN 'draft'
            WHEN h.published_version = h.latest_version THEN 'published'
            ELSE 'changed' END,
       ' ' || h.channels || ' ',
       COALESCE((SELECT ' ' || REPLACE(GROUP_CONCAT(DISTINCT LOWER(c.value ->> 'language')), ',', ' ') || ' '
                 FROM json_each(v.document, '$.channels') c), ' '),
       COALESCE((SELECT ' ' || REPLACE(GROUP_CONCAT(DISTINCT LOWER(c.value ->> 'outboundnumber')), ',', ' ')
                        || ' '
                 FROM json_each(v.document, '$.channels') c), ' '),
       LOWER(v.document), h.created_at, v.saved_at, v.saved_by, h.latest_version, h.published_version, 0, 0
FROM handoffs h
JOIN handoff_versions v ON v.account_id = h.account_id AND v.handoff_id = h.handoff_id
                       AND v.version = h.latest_version;
