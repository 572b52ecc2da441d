-- Where a page begins in a long list, without walking to it. The elements of each published list, in
-- their order, are cut into blocks; a block holds the elements from its key on, up to the next
-- block's key. The last block knows the list's length, so that published_totals has gone.

CREATE TABLE published_blocks (
    account_id    TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    filter        TEXT COLLATE "C" NOT NULL,
    -- The key: of an element that stands here or once did, or one lower than any element's.
    created_at    BIGINT           NOT NULL,
    handoff_id    TEXT COLLATE "C" NOT NULL,
    channel_index BIGINT           NOT NULL,
    -- A block without elements is deleted, one that grows too long is cut (transaction/blocks.rs).
    elements      BIGINT           NOT NULL CHECK (elements > 0),
    -- How many elements of the list stand before this block.
    passed        BIGINT           NOT NULL,
    PRIMARY KEY (account_id, filter, created_at, handoff_id, channel_index)
);

CREATE INDEX published_blocks_passed ON published_blocks (account_id, filter, passed);

INSERT INTO published_blocks (account_id, filter, created_at, handoff_id, channel_index, elements, passed)
SELECT n.account_id, n.filter, n.created_at, n.handoff_id, n.channel_index,
       CASE WHEN t.total - n.place < 1000 THEN t.total - n.place ELSE 1000 END, n.place
FROM (SELECT e.account_id, e.filter, e.created_at, e.handoff_id, e.channel_index,
             ROW_NUMBER() OVER (PARTITION BY e.account_id, e.filter
                                ORDER BY e.created_at, e.handoff_id, e.channel_index) - 1 AS place
      FROM published_elements e) n
JOIN published_totals t ON t.account_id = n.account_id AND t.filter = n.filter
WHERE n.place % 1000 = 0;

DROP TABLE published_totals;
