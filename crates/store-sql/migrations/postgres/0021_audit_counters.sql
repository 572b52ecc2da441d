-- The number of the newest entry in each account's audit. A row of its own, so that who writes an entry
-- waits for others who do, and not for whoever has locked the account.

CREATE TABLE audit_counters (
    account_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts,
    last_sequence BIGINT           NOT NULL
);

INSERT INTO audit_counters (account_id, last_sequence)
SELECT account_id, MAX(sequence) FROM audit GROUP BY account_id;
