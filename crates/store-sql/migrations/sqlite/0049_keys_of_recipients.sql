-- The consumer keys of recipients with different addresses on the channels of their handoff: one row for each. With
-- recipients.consumer_key, which changes with the channel, an erasure finds only the address of the current one.

CREATE TABLE recipient_keys (
    account_id   TEXT    NOT NULL,
    consumer_key BLOB    NOT NULL,
    campaign_id  TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    PRIMARY KEY (account_id, consumer_key, campaign_id, number),
    FOREIGN KEY (account_id, campaign_id, number) REFERENCES recipients
) STRICT, WITHOUT ROWID;

CREATE INDEX recipient_keys_recipient ON recipient_keys (account_id, campaign_id, number);
