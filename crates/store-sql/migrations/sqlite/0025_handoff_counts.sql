-- How many handoffs of an account are in each state, so that no page has to count them. Changed in the
-- transaction that changes a state.

CREATE TABLE handoff_counts (
    account_id TEXT    NOT NULL REFERENCES accounts,
    -- draft, published, changed, archived
    state      TEXT    NOT NULL,
    handoffs   INTEGER NOT NULL,
    PRIMARY KEY (account_id, state)
) STRICT, WITHOUT ROWID;

INSERT INTO handoff_counts (account_id, state, handoffs)
SELECT account_id, state, COUNT(*) FROM handoff_summaries GROUP BY account_id, state;
