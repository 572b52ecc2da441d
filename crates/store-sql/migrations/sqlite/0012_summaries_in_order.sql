-- The summaries in each order that a search may have: where much is found, the first of them suffice.

CREATE INDEX handoff_summaries_created ON handoff_summaries (account_id, created_at, handoff_id);
CREATE INDEX handoff_summaries_updated ON handoff_summaries (account_id, updated_at, handoff_id);
CREATE INDEX handoff_summaries_name ON handoff_summaries (account_id, name_key, handoff_id);
