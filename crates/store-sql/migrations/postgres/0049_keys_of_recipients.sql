-- The consumer keys of recipients with different addresses on the channels of their handoff: one row for each. With
-- recipients.consumer_key, which changes with the channel, an erasure finds only the address of the current one.

CREATE TABLE recipient_keys (
    account_id   TEXT COLLATE "C" NOT NULL,
    consumer_key BYTEA            NOT NULL,
    campaign_id  TEXT COLLATE "C" NOT NULL,
    number       BIGINT           NOT NULL,
    PRIMARY KEY (account_id, consumer_key, campaign_id, number),
    FOREIGN KEY (account_id, campaign_id, number) REFERENCES recipients
);

CREATE INDEX recipient_keys_recipient ON recipient_keys (account_id, campaign_id, number);
