-- How many handoffs of an account are in each state, so that no page has to count them. Changed in the
-- transaction that changes a state.

CREATE TABLE handoff_counts (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts,
    -- draft, published, changed, archived
    state      TEXT COLLATE "C" NOT NULL,
    handoffs   BIGINT           NOT NULL,
    PRIMARY KEY (account_id, state)
);

INSERT INTO handoff_counts (account_id, state, handoffs)
SELECT account_id, state, COUNT(*) FROM handoff_summaries GROUP BY account_id, state;
